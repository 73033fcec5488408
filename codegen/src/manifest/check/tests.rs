//! The manifest of the workspace, and each refusal.

use std::path::Path;

use super::check;

#[test]
fn the_manifest_of_the_workspace_has_no_fault() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if let Err(problems) = check(&root) {
        panic!("{problems}");
    }
}
