//! `codegen uncovered`: says which operations are no tool, and why.
#![expect(clippy::print_stdout, reason = "its output is what was asked for")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use codegen::coverage::Coverage;
use codegen::manifest;
use codegen::spec::{self, Specs, Use};

/// Say which operations are no tool: without an API the counts by document and family, which are
/// committed as docs/COVERAGE.md; with one each of its operations and the reason.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// List the operations of this API, one `METHOD path id: family: why` a line.
    api: Option<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let specs = Specs::load(&root.join("specs"))?;
    let manifest = manifest::parse(&text(root)?)?;
    let Some(api) = &arguments.api else {
        print!("{}", Coverage::count(&specs, &manifest));
        return Ok(ExitCode::SUCCESS);
    };
    let document = specs
        .documents
        .get(api)
        .with_context(|| format!("no document `{api}` is pinned"))?;
    let covered = manifest::covered(&manifest);
    for operation in document.operations() {
        let key = operation.key();
        if covered.contains(&key) || specs.excluded(&key).is_some() {
            continue;
        }
        let reason = specs.omissions.get(&key).map_or_else(
            || "not decided".to_owned(),
            |omitted| format!("{}: {}", omitted.family, omitted.why),
        );
        println!(
            "{} {} {}: {reason}",
            operation.method, operation.path, operation.id
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The manifest's uses of operations.
pub(super) fn tools(root: &Path) -> Result<Vec<Use>> {
    Ok(spec::uses(&text(root)?).map_err(codegen::problem::Problems::from)?)
}

fn text(root: &Path) -> Result<String> {
    let file = root.join(manifest::FILE);
    std::fs::read_to_string(&file).with_context(|| file.display().to_string())
}
