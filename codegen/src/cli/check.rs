//! `codegen check`: holds the pinned documents and the manifest to their rules.
#![expect(clippy::print_stdout, reason = "says what was checked")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use codegen::manifest;

/// Check the pinned documents (digests, fixups, exclusions), the tools of the manifest, and that every
/// operation is a tool or left out for a reason.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(root: &Path, _: &Arguments) -> Result<ExitCode> {
    let checked = manifest::check(root)?;
    println!(
        "{} tools in {} groups over {} operations, {} names without one: sound",
        checked.tools.len(),
        checked.groups.len(),
        checked.operations.len(),
        checked.unavailable.len()
    );
    Ok(ExitCode::SUCCESS)
}
