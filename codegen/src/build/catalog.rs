//! The server's catalogue of tools.

use std::path::Path;

use super::output;
use crate::emit::catalog;
use crate::manifest;
use crate::problem::Problems;

/// Writes `catalog.rs` into `out`: the manifest under `root`, checked and resolved, as constant data.
///
/// # Errors
/// Every fault of the documents and of the manifest.
pub fn catalog(root: &Path, out: &Path) -> Result<(), Problems> {
    output::rerun_if_changed(root);
    let checked = manifest::check(root)?;
    output::write(out, "catalog.rs", &catalog::print(&checked))
}
