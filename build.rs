//! Has the catalogue of tools generated; the work is in `codegen`.

use std::path::Path;
use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "cargo speaks to a build script through the environment"
)]
fn main() -> ExitCode {
    let (Some(root), Some(out)) = (
        std::env::var_os("CARGO_MANIFEST_DIR"),
        std::env::var_os("OUT_DIR"),
    ) else {
        println!("cargo::error=cargo runs this script, and sets CARGO_MANIFEST_DIR and OUT_DIR");
        return ExitCode::FAILURE;
    };
    match codegen::build::catalog(Path::new(&root), Path::new(&out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            for line in problems.to_string().lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}
