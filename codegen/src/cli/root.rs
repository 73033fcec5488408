//! Finds the workspace that a command works on.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The directory given, else the nearest one at or above the working directory that holds
/// `specs/pins.toml`, else the workspace that this program was built in.
pub(crate) fn find(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(root) = given {
        return Ok(root);
    }
    let here = std::env::current_dir().context("the working directory cannot be read")?;
    let above = here
        .ancestors()
        .find(|dir| dir.join("specs/pins.toml").is_file());
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    above
        .or(built)
        .map(Path::to_owned)
        .context("no workspace found: give it with --root")
}
