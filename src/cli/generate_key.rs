//! `gojira-mcp generate-key`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::random::{Random, SystemRandom};

/// Prints 32 random bytes in base64.
pub(super) fn run() -> ExitCode {
    let mut key = [0_u8; 32];
    match SystemRandom.fill(&mut key) {
        Ok(()) => {
            println!("{}", STANDARD.encode(key));
            ExitCode::SUCCESS
        }
        Err(err) => {
            eprintln!("gojira-mcp: {err}");
            ExitCode::FAILURE
        }
    }
}
