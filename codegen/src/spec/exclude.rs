//! Operations that stand in a document and yet are not for an administrator, with the reason.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::Document;
use super::ledger::Entry;
use crate::problem::{Problem, Problems};

/// Name of the ledger inside the directory of specs.
pub(super) const FILE: &str = "exclusions.toml";

/// Operations of one document that no tool may use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The document's API.
    pub document: String,
    /// Ids of the operations.
    pub operations: Vec<String>,
    /// Why no tool may use them.
    pub why: String,
}

/// The reason for each excluded `api:id`. An entry that names nothing is a fault.
pub(super) fn resolve(
    entries: &[Entry<Exclusion>],
    documents: &BTreeMap<String, Document>,
) -> Result<BTreeMap<String, String>, Problems> {
    let mut reasons = BTreeMap::new();
    let mut problems = Problems::default();
    for Entry { line, value } in entries {
        for id in &value.operations {
            let document = documents.get(&value.document);
            if document.is_some_and(|document| document.operation(id).is_some()) {
                reasons.insert(format!("{}:{id}", value.document), value.why.clone());
            } else {
                problems.0.push(Problem {
                    file: format!("specs/{FILE}"),
                    line: *line,
                    what: format!("no operation `{}:{id}`", value.document),
                    why: "an exclusion that matches nothing excludes nothing".to_owned(),
                    mend: "correct the id, or delete it from this entry".to_owned(),
                });
            }
        }
    }
    problems.into_result().map(|()| reasons)
}
