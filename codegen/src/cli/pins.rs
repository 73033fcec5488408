//! `codegen pins`: lists what is pinned, for the job that looks for newer documents.
#![expect(clippy::print_stdout, reason = "its output is what was asked for")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use codegen::problem::Problems;
use codegen::spec::Pins;

/// List the pinned documents, one `api published-path sha256` a line; `-` for the digest of what is
/// written by hand.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(root: &Path, _: &Arguments) -> Result<ExitCode> {
    let pins = Pins::read(&root.join("specs")).map_err(Problems::from)?;
    for (api, pin) in &pins.0 {
        let digest = pin.published_sha256.as_deref().unwrap_or("-");
        println!("{api} {} {digest}", pin.published);
    }
    Ok(ExitCode::SUCCESS)
}
