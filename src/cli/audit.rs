//! `gojira-mcp audit verify`: whether a written record is still what was written.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use crate::audit;

/// Checks the chain of a file, and says how many records it has or where it is broken.
pub(super) fn verify(file: &Path) -> ExitCode {
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(err) => {
            eprintln!("gojira-mcp: cannot read {}: {err}", file.display());
            return ExitCode::FAILURE;
        }
    };
    match audit::verify(BufReader::new(opened)) {
        Ok(count) => {
            println!("{}: {count} records, the chain is whole", file.display());
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("gojira-mcp: {}: {broken}", file.display());
            ExitCode::FAILURE
        }
    }
}
