//! `codegen dump`: shows an operation as the generator sees it.
#![expect(clippy::print_stdout, reason = "its output is what was asked for")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use codegen::spec::{Specs, canonical, select};

/// Show a pinned document, or one operation with everything it refers to, fixups applied.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The API, or API:operation, e.g. jira-platform:updateCustomField.
    #[arg(value_name = "API[:OPERATION]")]
    what: String,
    /// List the operations instead: one `METHOD path id` a line.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let specs = Specs::load(&root.join("specs"))?;
    let (api, id) = match arguments.what.split_once(':') {
        Some((api, id)) => (api, Some(id)),
        None => (arguments.what.as_str(), None),
    };
    let document = specs.documents.get(api).with_context(|| {
        let known: Vec<_> = specs.documents.keys().map(String::as_str).collect();
        format!(
            "no document `{api}` is pinned; there are {}",
            known.join(", ")
        )
    })?;
    let shown = match id {
        Some(id) => {
            document
                .operation(id)
                .with_context(|| format!("{api} has no operation `{id}`: list them with --list"))?;
            &select(document, &BTreeSet::from([id.to_owned()]))
        }
        None => document,
    };
    if arguments.list {
        for operation in shown.operations() {
            println!("{} {} {}", operation.method, operation.path, operation.id);
        }
    } else {
        print!("{}", canonical(&shown.root));
    }
    Ok(ExitCode::SUCCESS)
}
