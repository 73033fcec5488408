//! The operations that no tool uses.

use std::collections::BTreeSet;

use super::document::Document;
use super::load::Specs;
use super::uses::Use;

/// One line an operation, `api METHOD path id`, sorted: neither used by a tool nor excluded.
pub fn uncovered(specs: &Specs, uses: &[Use]) -> Vec<String> {
    let covered: BTreeSet<&str> = uses.iter().map(|one| one.key.as_str()).collect();
    let operations = specs.documents.values().flat_map(Document::operations);
    let open = operations.filter(|operation| {
        let key = operation.key();
        !covered.contains(key.as_str()) && specs.excluded(&key).is_none()
    });
    let mut lines: Vec<_> = open
        .map(|operation| {
            format!(
                "{} {} {} {}",
                operation.api, operation.method, operation.path, operation.id
            )
        })
        .collect();
    lines.sort();
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::spec::uses;

    #[test]
    fn used_and_excluded_operations_are_left_out() {
        let item = |get: &str, put: &str| json!({"get": {"operationId": get}, "put": {"operationId": put}});
        let root = json!({"paths": {"/a": item("getA", "putA"), "/b": item("getB", "putB")}});
        let document = Document {
            api: "d".to_owned(),
            root,
        };
        let specs = Specs {
            documents: BTreeMap::from([("d".to_owned(), document)]),
            exclusions: BTreeMap::from([("d:putB".to_owned(), "internal".to_owned())]),
        };
        let uses = uses("[[tool]]\nname = \"a_get\"\noperation = \"d:getA\"").unwrap();
        assert_eq!(uncovered(&specs, &uses), ["d GET /b getB", "d PUT /a putA"]);
    }
}
