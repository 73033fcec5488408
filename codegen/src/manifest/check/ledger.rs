//! Every operation is a tool's, or excluded, or in the ledger with a reason, and one of these only.

use super::super::model::Manifest;
use crate::problem::Problem;
use crate::spec::{Document, LEDGER, Specs, fault_of_ledger};

/// Tells of operations that stand nowhere, and of those that are a tool's and in the ledger.
pub(super) fn check(manifest: &Manifest, specs: &Specs) -> Vec<Problem> {
    let covered = manifest.covered();
    let nowhere = specs
        .documents
        .values()
        .flat_map(Document::operations)
        .filter(|operation| {
            let key = operation.key();
            !covered.contains(&key)
                && specs.excluded(&key).is_none()
                && !specs.omissions.contains_key(&key)
        })
        .map(|operation| {
            fault_of_ledger(
                0,
                format!(
                    "`{}` ({} {}) is neither a tool nor in the ledger",
                    operation.key(),
                    operation.method,
                    operation.path
                ),
                "nobody decided about it",
                "make it a tool, or enter it with its family and the reason",
            )
        });
    let twice = specs
        .omissions
        .iter()
        .filter(|(key, _)| covered.contains(*key))
        .map(|(key, omitted)| {
            fault_of_ledger(
                omitted.line,
                format!("`{key}` is a tool's operation"),
                "the reason why it is no tool does not hold",
                &format!("take it out of this entry of specs/{LEDGER}"),
            )
        });
    nowhere.chain(twice).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::coverage::Coverage;
    use crate::manifest::parse;
    use crate::spec::Omitted;

    const MANIFEST: &str = r#"
[group.things]
title = "Things"
credential = "oauth"

[[tool]]
name = "thing_delete"
group = "things"
operation = "shop:deleteThing"
about = "Delete a thing."
effect = "delete"
target = { kind = "thing", id = "thingId" }
before = { operation = "shop:getThing", with = { thingId = "$thingId" } }
irreversible = "gone"
"#;

    fn specs(omitted: &[&str]) -> Specs {
        let root = json!({ "paths": {
            "/things/{thingId}": {
                "get": { "operationId": "getThing" },
                "delete": { "operationId": "deleteThing" },
                "put": { "operationId": "innerThing" },
            },
        } });
        let said = |id: &&str| {
            let omitted = Omitted {
                family: "looks".to_owned(),
                why: "seldom".to_owned(),
                line: 7,
            };
            (format!("shop:{id}"), omitted)
        };
        Specs {
            documents: BTreeMap::from([(
                "shop".to_owned(),
                Document {
                    api: "shop".to_owned(),
                    root,
                },
            )]),
            exclusions: BTreeMap::from([("shop:innerThing".to_owned(), "internal".to_owned())]),
            omissions: omitted.iter().map(said).collect(),
        }
    }

    fn told(omitted: &[&str]) -> Vec<(usize, String)> {
        let manifest = parse(MANIFEST).unwrap();
        let problems = check(&manifest, &specs(omitted)).into_iter();
        problems
            .map(|problem| (problem.line, problem.what))
            .collect()
    }

    #[test]
    fn an_operation_stands_in_one_place() {
        assert_eq!(told(&["getThing"]), []);
        // What only a preview reads is no tool.
        assert_eq!(
            told(&[]),
            [(
                0,
                "`shop:getThing` (GET /things/{thingId}) is neither a tool nor in the ledger"
                    .to_owned()
            )]
        );
        assert_eq!(
            told(&["getThing", "deleteThing"]),
            [(7, "`shop:deleteThing` is a tool's operation".to_owned())]
        );
    }

    #[test]
    fn every_operation_is_counted_once() {
        let count = Coverage::count(&specs(&["getThing"]), &parse(MANIFEST).unwrap());
        let tally = &count.0["shop"];
        let numbers = (
            tally.operations,
            tally.tools,
            tally.excluded,
            tally.omitted(),
        );
        assert_eq!(numbers, (3, 1, 1, 1));
        let page = count.to_string();
        assert!(
            page.contains("| shop | 3 | 1 | 1 | 1 |\n| all | 3 | 1 | 1 | 1 |"),
            "{page}"
        );
        assert!(page.contains("| shop | looks | 1 | seldom |"), "{page}");
    }
}
