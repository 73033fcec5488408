//! Reads the command line, runs the command and prints its faults.
#![expect(
    clippy::print_stderr,
    reason = "faults of a command line are told on standard error"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{check, diff, dump, pin, pins, root, uncovered};

/// Works on the pinned Atlassian documents (specs/) and on what is generated from them.
///
/// A tool is an entry of tool-manifest.toml that names an operation of a pinned document, as in
/// `jira-platform:updateCustomField`. To add a tool, find its operation with `uncovered <api>`, look
/// at it with `dump`, write the entry, take the operation out of specs/ledger.toml, and run `check`. To follow a change at Atlassian, download the
/// newer document, run `diff`, then `pin`.
#[derive(Debug, Parser)]
#[command(name = "codegen", version, max_term_width = 100)]
struct Arguments {
    /// The workspace [default: found from the working directory].
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Pin(pin::Arguments),
    Check(check::Arguments),
    Diff(diff::Arguments),
    Dump(dump::Arguments),
    Pins(pins::Arguments),
    Uncovered(uncovered::Arguments),
}

/// Runs the command; 1 when it finds a fault or cannot do its work.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = root::find(arguments.root).and_then(|root| match arguments.command {
        Command::Pin(arguments) => pin::run(&root, &arguments),
        Command::Check(arguments) => check::run(&root, &arguments),
        Command::Diff(arguments) => diff::run(&root, &arguments),
        Command::Dump(arguments) => dump::run(&root, &arguments),
        Command::Pins(arguments) => pins::run(&root, &arguments),
        Command::Uncovered(arguments) => uncovered::run(&root, &arguments),
    });
    done.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}
