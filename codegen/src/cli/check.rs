//! `codegen check`: holds the pinned documents and the manifest to their rules.
#![expect(clippy::print_stdout, reason = "says what was checked")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use codegen::problem::{Problem, Problems};
use codegen::spec::{Specs, Use};

use super::uncovered::tools;

/// Check the pinned documents (digests, fixups, exclusions) and the tools of the manifest.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(root: &Path, _: &Arguments) -> Result<ExitCode> {
    let specs = Specs::load(&root.join("specs"))?;
    let operations: usize = specs
        .documents
        .values()
        .map(|document| document.operations().len())
        .sum();
    let uses = tools(root)?;
    Problems(
        uses.iter()
            .filter_map(|used| unusable(&specs, used))
            .collect(),
    )
    .into_result()?;
    let operations_used: BTreeSet<_> = uses.iter().map(|one| one.key.as_str()).collect();
    println!(
        "{} documents, {operations} operations, {} of them used by tools: sound",
        specs.documents.len(),
        operations_used.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Why a tool cannot use the operation that it names, if so.
fn unusable(specs: &Specs, used: &Use) -> Option<Problem> {
    let (what, why) = match specs.excluded(&used.key) {
        Some(why) => (
            format!(
                "tool `{}` uses `{}`, which is excluded",
                used.tool, used.key
            ),
            why,
        ),
        None if specs.operation(&used.key).is_none() => (
            format!(
                "tool `{}` uses `{}`, which no pinned document has",
                used.tool, used.key
            ),
            "a tool exists only if its operation stands in a pinned document",
        ),
        None => return None,
    };
    Some(Problem {
        file: "tool-manifest.toml".to_owned(),
        line: used.line,
        what,
        why: why.to_owned(),
        mend: "find the operation with `cargo run -p codegen -- uncovered`".to_owned(),
    })
}
