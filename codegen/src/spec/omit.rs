//! Operations that are no tool, by family and with the reason: `specs/ledger.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::Document;
use super::ledger::Entry;
use crate::problem::{Problem, Problems};

/// Name of the ledger inside the directory of specs.
pub const FILE: &str = "ledger.toml";

/// Operations of one document that are no tool for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Omission {
    /// The document's API.
    document: String,
    /// What the operations have in common.
    family: String,
    /// Ids of the operations.
    operations: Vec<String>,
    /// Why no tool calls them.
    why: String,
}

/// What the ledger says of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omitted {
    /// The family it belongs to.
    pub family: String,
    /// Why it is no tool.
    pub why: String,
    /// The line of its entry.
    pub line: usize,
}

/// What is said of each `api:id`. An entry without a reason is a fault, and so is an id that names
/// nothing, stands twice, or is excluded besides.
pub(super) fn resolve(
    entries: &[Entry<Omission>],
    documents: &BTreeMap<String, Document>,
    exclusions: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Omitted>, Problems> {
    let known: BTreeMap<String, Vec<String>> = documents
        .iter()
        .map(|(api, document)| {
            let operations = document.operations().into_iter();
            (api.clone(), operations.map(|one| one.key()).collect())
        })
        .collect();
    let mut omitted = BTreeMap::new();
    let mut problems = Problems::default();
    for Entry { line, value } in entries {
        let mut tell = |what: String, why: &str, mend: &str| {
            problems.0.push(problem(*line, what, why, mend));
        };
        if [&value.family, &value.why]
            .iter()
            .any(|text| text.trim().is_empty())
        {
            tell(
                "an entry without a family or a reason".to_owned(),
                "it leaves operations out and does not say why",
                "write `family` and `why`",
            );
        }
        for id in &value.operations {
            let key = format!("{}:{id}", value.document);
            if !known
                .get(&value.document)
                .is_some_and(|keys| keys.contains(&key))
            {
                tell(
                    format!("no operation `{key}`"),
                    "an id that names nothing leaves nothing out",
                    "correct the id, or take it out of this entry",
                );
            } else if exclusions.contains_key(&key) {
                tell(
                    format!("`{key}` is excluded as well"),
                    "an operation has one reason",
                    "keep it either here or in specs/exclusions.toml",
                );
            } else if let Some(Omitted { line, .. }) = omitted.insert(
                key.clone(),
                Omitted {
                    family: value.family.clone(),
                    why: value.why.clone(),
                    line: *line,
                },
            ) {
                tell(
                    format!("`{key}` stands in the entry of line {line} as well"),
                    "an operation has one reason",
                    "take it out of one of the two",
                );
            }
        }
    }
    problems.into_result().map(|()| omitted)
}

/// A fault of the entry that begins at `line`.
pub(crate) fn problem(line: usize, what: String, why: &str, mend: &str) -> Problem {
    Problem {
        file: format!("specs/{FILE}"),
        line,
        what,
        why: why.to_owned(),
        mend: mend.to_owned(),
    }
}
