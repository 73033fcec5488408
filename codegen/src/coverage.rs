//! How many operations of each pinned document are tools, and which families are not.

use std::collections::BTreeMap;
use std::fmt;

use crate::manifest::{Manifest, covered};
use crate::spec::{Document, Specs};

/// What an operation counts as when it stands nowhere; `codegen check` refuses it.
const NOWHERE: (&str, &str) = ("not decided", "stands neither in a tool nor in the ledger");

/// The operations of one document, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All operations.
    pub operations: usize,
    /// Those that a tool names in `operation` or `uses`, or a task style in `look` or `cancel`.
    pub tools: usize,
    /// Those that no tool may use.
    pub excluded: usize,
    /// Those in the ledger, by family and reason.
    pub ledger: BTreeMap<(String, String), usize>,
}

impl Tally {
    /// How many operations the ledger holds.
    pub fn omitted(&self) -> usize {
        self.ledger.values().sum()
    }
}

/// The tallies by document. It is displayed as the page docs/COVERAGE.md.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage(pub BTreeMap<String, Tally>);

impl Coverage {
    /// Counts the operations of all documents.
    pub fn count(specs: &Specs, manifest: &Manifest) -> Self {
        let covered = covered(manifest);
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for operation in specs.documents.values().flat_map(Document::operations) {
            let key = operation.key();
            let tally = tallies.entry(operation.api.to_owned()).or_default();
            tally.operations += 1;
            if covered.contains(&key) {
                tally.tools += 1;
            } else if specs.excluded(&key).is_some() {
                tally.excluded += 1;
            } else {
                let family = specs.omissions.get(&key).map_or_else(
                    || (NOWHERE.0.to_owned(), NOWHERE.1.to_owned()),
                    |omitted| (omitted.family.clone(), omitted.why.clone()),
                );
                *tally.ledger.entry(family).or_default() += 1;
            }
        }
        Self(tallies)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Coverage of the pinned documents\n\n\
             Written by `cargo run -p codegen -- uncovered > docs/COVERAGE.md`; a test compares it. \
             An operation is a tool's when a tool or a task style names it as its own; what only a \
             preview or an undo calls is not. The ids of each family are in `specs/ledger.toml`, \
             those that no tool may use in `specs/exclusions.toml`.\n\n\
             | document | operations | of tools | excluded | in the ledger |\n|---|---|---|---|---|"
        )?;
        let mut all = [0; 4];
        for (api, tally) in &self.0 {
            let row = [
                tally.operations,
                tally.tools,
                tally.excluded,
                tally.omitted(),
            ];
            for (sum, number) in all.iter_mut().zip(row) {
                *sum += number;
            }
            row_of(f, api, row)?;
        }
        row_of(f, "all", all)?;
        writeln!(
            f,
            "\n## The ledger\n\n| document | family | operations | why it is no tool |\n|---|---|---|---|"
        )?;
        for (api, tally) in &self.0 {
            for ((family, why), number) in &tally.ledger {
                writeln!(f, "| {api} | {family} | {number} | {why} |")?;
            }
        }
        Ok(())
    }
}

fn row_of(f: &mut fmt::Formatter<'_>, name: &str, numbers: [usize; 4]) -> fmt::Result {
    let [operations, tools, excluded, ledger] = numbers;
    writeln!(
        f,
        "| {name} | {operations} | {tools} | {excluded} | {ledger} |"
    )
}
