//! The operations that the manifest uses, by document.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::manifest;
use crate::problem::{Problem, Problems};
use crate::spec::Specs;

/// Operation ids by document.
pub(super) type Used = BTreeMap<String, BTreeSet<String>>;

/// Every operation that the manifest under `root` names.
pub(super) fn used(root: &Path, specs: &Specs) -> Result<Used, Problems> {
    let text =
        std::fs::read_to_string(root.join(manifest::FILE)).map_err(|error| unreadable(&error))?;
    named(&text, specs)
}

fn named(text: &str, specs: &Specs) -> Result<Used, Problems> {
    let mut used = Used::new();
    let mut problems = Problems::default();
    for key in manifest::operations(&manifest::parse(text)?) {
        match key.split_once(':') {
            Some((api, id)) if specs.operation(&key).is_some() => {
                used.entry(api.to_owned())
                    .or_default()
                    .insert(id.to_owned());
            }
            _ => problems.0.push(unknown(&key, text)),
        }
    }
    problems.into_result()?;
    Ok(used)
}

fn unknown(key: &str, text: &str) -> Problem {
    let line = text
        .lines()
        .position(|line| line.contains(&format!("\"{key}\"")));
    Problem {
        file: manifest::FILE.to_owned(),
        line: line.map_or(0, |index| index + 1),
        what: format!("no pinned document has the operation {key}"),
        why: "a tool exists only if its operation stands in a pinned document".to_owned(),
        mend: "`cargo run -p codegen -- dump <api> --list` lists the operations there are"
            .to_owned(),
    }
}

fn unreadable(error: &std::io::Error) -> Problem {
    Problem {
        file: manifest::FILE.to_owned(),
        line: 0,
        what: "the manifest cannot be read".to_owned(),
        why: error.to_string(),
        mend: "make it a readable file of UTF-8 text at the root of the workspace".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::Document;

    const TEXT: &str = r#"
[group.read_things]
title = "Things"
credential = "oauth"

[[tool]]
name = "thing_get"
group = "read_things"
operation = "example:getThing"
about = "Read a thing."
effect = "read"
"#;

    fn specs(id: &str) -> Specs {
        let document = Document {
            api: "example".to_owned(),
            root: json!({ "paths": { "/thing": { "get": { "operationId": id } } } }),
        };
        Specs {
            documents: BTreeMap::from([("example".to_owned(), document)]),
            ..Specs::default()
        }
    }

    #[test]
    fn operations_are_grouped_by_document() {
        let used = named(TEXT, &specs("getThing")).unwrap();
        let ids = BTreeSet::from(["getThing".to_owned()]);
        assert_eq!(used, BTreeMap::from([("example".to_owned(), ids)]));
    }

    #[test]
    fn an_operation_of_no_document_is_told_with_its_line() {
        let problems = named(TEXT, &specs("getOther")).unwrap_err();
        let told: Vec<_> = problems
            .0
            .iter()
            .map(|p| (p.line, p.what.as_str()))
            .collect();
        assert_eq!(
            told,
            [(9, "no pinned document has the operation example:getThing")]
        );
    }
}
