//! The tool manifest: read with its lines, checked against the pinned documents, made into a plan.

mod bind;
mod check;
mod credentials;
mod enums;
mod fields;
mod impact;
mod line;
mod model;
mod node;
mod parse;
mod plan;
mod similar;

pub use check::{Checked, check, check_text};
pub use model::Manifest;
pub use parse::{FILE, parse};
pub use plan::*;

use std::collections::BTreeSet;

/// Every operation that is a tool's, as `api:id`: its `operation`, what stands in its `uses`, and what
/// looks at a task and ends one. What only a preview or an undo calls is not.
pub fn covered(manifest: &Manifest) -> BTreeSet<String> {
    manifest.covered()
}

/// Every operation that the manifest names, as `api:id`: of tools, of reads made for them and of
/// recipes.
pub fn operations(manifest: &Manifest) -> BTreeSet<String> {
    manifest.operations()
}
