//! The sandbox's copy of the documents: what it checks requests against.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{operations, output};
use crate::problem::Problems;
use crate::spec::{Specs, select};

/// Writes `documents.json` into `out`: by document, the pinned document cut down to the operations that
/// the manifest under `root` uses and what they reach.
///
/// # Errors
/// Every fault of the documents and the manifest that stops the generator.
pub fn sandbox(root: &Path, out: &Path) -> Result<(), Problems> {
    output::rerun_if_changed(root);
    let specs = Specs::load(&root.join("specs"))?;
    let pruned: BTreeMap<String, Value> = operations::used(root, &specs)?
        .into_iter()
        .filter_map(|(api, ids)| Some((api.clone(), select(specs.documents.get(&api)?, &ids).root)))
        .collect();
    let text = serde_json::json!(pruned).to_string();
    output::write(out, "documents.json", &text)
}
