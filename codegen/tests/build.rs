//! The build entry points on the workspace itself.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_sandbox_and_the_sdk_are_built_from_the_same_operations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR"));
    codegen::build::sdk(&root, out).unwrap();
    codegen::build::sandbox(&root, out).unwrap();

    let documents = std::fs::read(out.join("documents.json")).unwrap();
    let documents: Value = serde_json::from_slice(&documents).unwrap();
    let mut pruned = BTreeSet::new();
    for (api, document) in documents.as_object().unwrap() {
        for item in document["paths"].as_object().unwrap().values() {
            let operations = item.as_object().unwrap().values();
            let ids = operations.filter_map(|operation| operation.get("operationId")?.as_str());
            pruned.extend(ids.map(|id| format!("{api}:{id}")));
        }
    }
    assert!(pruned.contains("jira-platform:getProject"), "{pruned:?}");

    let glue = std::fs::read_to_string(out.join("glue.rs")).unwrap();
    let table = glue
        .split("OPERATIONS: &[&str] = &[")
        .nth(1)
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    let called: BTreeSet<String> = table
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert_eq!(called, pruned);

    let clients = std::fs::read_to_string(out.join("clients.rs")).unwrap();
    let methods = clients.matches("pub async fn ").count();
    assert_eq!(methods, called.len());
}
