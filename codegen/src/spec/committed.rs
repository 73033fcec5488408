//! The committed documents: complete, free of prose, and sound when loaded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Pins, Specs};
use crate::coverage::Coverage;
use crate::manifest;

/// Operations of each document, supplements included.
const OPERATIONS: [(&str, usize); 14] = [
    ("admin-api-access", 21),
    ("admin-control", 22),
    ("admin-dlp", 8),
    ("admin-organization", 47),
    ("admin-user-management", 10),
    ("admin-user-provisioning", 24),
    ("assets", 64),
    ("automation", 15),
    ("confluence-v1", 130),
    ("confluence-v2", 218),
    ("jira-platform", 619),
    ("jira-service-management", 75),
    ("jira-software", 105),
    ("jsm-forms", 34),
];

/// Longest text of a fact: an id, a path or a reference.
const LONGEST_FACT: usize = 160;

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn specs() -> Specs {
    Specs::load(&dir()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The files as they are committed, without what loading adds.
fn files() -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(dir())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

#[test]
fn every_operation_is_there_under_an_id_of_its_own() {
    let specs = specs();
    let mut found = Vec::new();
    for (api, document) in &specs.documents {
        let operations = document.operations();
        for operation in &operations {
            let same = document.operation(operation.id).unwrap();
            assert_eq!(
                (same.path, same.method),
                (operation.path, operation.method),
                "{api}"
            );
        }
        found.push((api.as_str(), operations.len()));
    }
    assert_eq!(found, OPERATIONS);
    assert_eq!(found.iter().map(|(_, count)| count).sum::<usize>(), 1392);
}

#[test]
fn the_pins_count_what_is_there() {
    for (api, pin) in Pins::read(&dir()).unwrap().0 {
        let counted = pin.operations + pin.supplement_operations.unwrap_or_default();
        assert!(
            OPERATIONS.contains(&(api.as_str(), counted)),
            "{api}: {counted}"
        );
        assert_eq!(pin.date.is_none(), pin.is_by_hand(), "{api}");
    }
}

#[test]
fn path_templates_and_declared_parameters_agree() {
    let specs = specs();
    for document in specs.documents.values() {
        for operation in document.operations() {
            let mut template: Vec<_> = operation
                .path
                .split(['{', '}'])
                .skip(1)
                .step_by(2)
                .collect();
            template.sort_unstable();
            let mut declared: Vec<_> = operation
                .parameters(document)
                .into_iter()
                .filter(|parameter| parameter.get("in").is_some_and(|place| place == "path"))
                .filter_map(|parameter| parameter.get("name")?.as_str())
                .collect();
            declared.sort_unstable();
            assert_eq!(template, declared, "{}", operation.key());
        }
    }
}

#[test]
fn references_lead_somewhere() {
    fn walk(api: &str, root: &Value, value: &Value) {
        match value {
            Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                    let pointer = target.strip_prefix('#').unwrap();
                    assert!(root.pointer(pointer).is_some(), "{api}: {target}");
                }
                map.values().for_each(|item| walk(api, root, item));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(api, root, item)),
            _ => {}
        }
    }
    for (api, document) in &specs().documents {
        walk(api, &document.root, &document.root);
    }
}

#[test]
fn hand_written_operations_say_what_they_rest_on() {
    let specs = specs();
    let evidence = |api: &str| {
        let operations = specs.documents[api].operations();
        operations
            .iter()
            .filter(|operation| operation.value.get("x-evidence").is_some())
            .count()
    };
    assert_eq!(evidence("jsm-forms"), 34);
    assert_eq!(evidence("admin-dlp"), 8);
    assert_eq!(evidence("admin-user-provisioning"), 4);
    assert_eq!(evidence("jira-platform"), 0);
}

#[test]
fn scopes_are_read_from_lists_security_and_text() {
    let specs = specs();
    for (key, scope) in [
        (
            "jira-platform:updateCustomField",
            "manage:jira-configuration",
        ),
        (
            "jira-software:getAllBoards",
            "read:board-scope:jira-software",
        ),
        ("admin-organization:getDomains", "read:domains:admin"),
        (
            "admin-api-access:createServiceAccount",
            "write:service-accounts:admin",
        ),
    ] {
        let operation = specs.operation(key).unwrap();
        assert_eq!(operation.value["x-scopes"][0], scope, "{key}");
    }
    let field = specs.operation("jira-platform:updateCustomField").unwrap();
    assert_eq!(field.value["x-scopes-granular"][0], "write:field:jira");
    let request_type = specs
        .operation("jira-service-management:createRequestType")
        .unwrap();
    assert_eq!(request_type.value["x-experimental"], true);
}

#[test]
fn excluded_operations_give_a_reason() {
    let specs = specs();
    let of = |api: &str| {
        specs
            .exclusions
            .keys()
            .filter(|key| key.starts_with(api))
            .count()
    };
    assert_eq!(of("jira-software:"), 21);
    assert_eq!(of("jira-service-management:"), 2);
    assert!(
        specs
            .excluded("admin-api-access:createOAuthClient")
            .unwrap()
            .contains("session")
    );
    assert_eq!(specs.excluded("jira-platform:updateCustomField"), None);
}

/// The counts that people read are those of the manifest and of the ledger.
#[test]
fn the_page_of_coverage_is_up_to_date() {
    let root = dir().join("..");
    let text = std::fs::read_to_string(root.join(manifest::FILE)).unwrap();
    let coverage = Coverage::count(&specs(), &manifest::parse(&text).unwrap());
    let committed = std::fs::read_to_string(root.join("docs/COVERAGE.md")).unwrap();
    let found = coverage.to_string();
    assert!(
        committed == found,
        "run `cargo run -p codegen -- uncovered > docs/COVERAGE.md`; it would say\n{found}"
    );
}

/// Prose is a key of prose where it is not a name, or a long text, or a sentence.
#[test]
fn no_prose_is_committed() {
    fn walk(path: &mut Vec<String>, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                // The keys of these maps are names that the API gives.
                let names = path.last().is_some_and(|last| {
                    matches!(
                        last.as_str(),
                        "properties" | "schemas" | "parameters" | "responses"
                    )
                });
                let verbatim = path.iter().any(|key| key == "default" || key == "enum");
                for (key, item) in map {
                    let prose = [
                        "description",
                        "summary",
                        "example",
                        "examples",
                        "externalDocs",
                        "tags",
                    ];
                    path.push(key.clone());
                    if !names && !verbatim && prose.contains(&key.as_str()) {
                        found.push(path.join("/"));
                    }
                    walk(path, item, found);
                    path.pop();
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(path, item, found)),
            Value::String(text) => {
                let sentence = text.split(' ').count() > 4;
                if text.len() > LONGEST_FACT
                    || sentence && path.last().is_some_and(|last| last != "title")
                {
                    found.push(format!("{}: {text}", path.join("/")));
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (name, document) in files() {
        walk(&mut vec![name], &document, &mut found);
    }
    // Sentences that the published documents put where values belong; specs/fixups.toml mends them.
    let known = [
        "assets.json/paths//object/{id}/history/get/parameters/schema/default: Uses the Jira setting for sort order",
        "confluence-v1.json/paths//wiki/rest/api/content/{id}/descendant/{type}/get/parameters/schema/enum: <any positive integer argument in the range of 1 and 100>",
        "jira-platform.json/components/schemas/DashboardGadgetPosition/required: The column position of the gadget.",
        "jira-platform.json/components/schemas/DashboardGadgetPosition/required: The row position of the gadget.",
    ];
    assert_eq!(found, known);
}
