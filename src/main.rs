//! The program: reads the command line and does what it says.

use std::process::ExitCode;

use clap::Parser as _;
use gojira_mcp::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
