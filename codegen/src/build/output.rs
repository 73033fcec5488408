//! Writing what was generated, and telling cargo what it was made from.

use std::path::Path;

use crate::problem::{Problem, Problems};

/// Writes a generated file.
pub(super) fn write(out: &Path, name: &str, text: &str) -> Result<(), Problems> {
    std::fs::write(out.join(name), text).map_err(|error| {
        Problems::from(Problem {
            file: name.to_owned(),
            line: 0,
            what: "the generated file cannot be written".to_owned(),
            why: error.to_string(),
            mend: "make cargo's output directory writable".to_owned(),
        })
    })
}

/// Has cargo run the build script again when the manifest or a pinned document changes.
#[expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on its standard output"
)]
pub(super) fn rerun_if_changed(root: &Path) {
    for input in ["tool-manifest.toml", "specs"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
}
