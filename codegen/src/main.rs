//! The maintainer's command line: pin a published document, look at it, compare it, check it.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
