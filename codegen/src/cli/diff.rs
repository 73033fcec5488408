//! `codegen diff`: says what a newer document would change.
#![expect(clippy::print_stdout, reason = "its output is what was asked for")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use codegen::problem::Problems;
use codegen::spec::{self, Document, Published, Report, Source, Specs};
use serde_json::Value;

use super::uncovered::tools;

/// Say what a newer published document would change: operations, parameters, body fields, and the
/// tools that use them. Exits with 1 when a tool breaks.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the API, e.g. jira-platform.
    api: String,
    /// The newer published file, as downloaded.
    file: PathBuf,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let dir = root.join("specs");
    let api = arguments.api.as_str();
    let specs = Specs::load(&dir)?;
    let bytes =
        std::fs::read(&arguments.file).with_context(|| arguments.file.display().to_string())?;
    let path = arguments.file.display().to_string();
    let source = Source {
        path: &path,
        date: "",
    };
    let pinned = spec::pin(Published {
        api,
        bytes: &bytes,
        source,
    })
    .map_err(Problems::from)?;
    let (newer, misfits) = Specs::candidate(&dir, api, pinned.root)?;
    let older = specs
        .documents
        .get(api)
        .context("the document is not pinned")?;
    let versions = (version(older), version(&newer));
    let changes = spec::compare(older, &newer);
    let report = Report::new(api, versions, changes, &tools(root)?, misfits);
    print!("{report}");
    Ok(if report.breaks() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn version(document: &Document) -> String {
    let version = document
        .root
        .pointer("/info/version")
        .and_then(Value::as_str);
    version.unwrap_or_default().to_owned()
}
