//! `codegen uncovered`: lists the operations that no tool uses.
#![expect(clippy::print_stdout, reason = "its output is what was asked for")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use codegen::spec::{self, Specs, Use};

/// List the operations that no tool uses, one `api METHOD path id` a line.
///
/// The list is committed as tests/snapshots/uncovered.txt, so that a newer document shows its new
/// operations as a small diff.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only the operations of this API.
    api: Option<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let specs = Specs::load(&root.join("specs"))?;
    let lines = spec::uncovered(&specs, &tools(root)?);
    let asked = |line: &&String| {
        let api = line.split(' ').next();
        arguments.api.is_none() || arguments.api.as_deref() == api
    };
    for line in lines.iter().filter(asked) {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The manifest's uses of operations.
pub(super) fn tools(root: &Path) -> Result<Vec<Use>> {
    let file = root.join("tool-manifest.toml");
    let manifest = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    Ok(spec::uses(&manifest).map_err(codegen::problem::Problems::from)?)
}
