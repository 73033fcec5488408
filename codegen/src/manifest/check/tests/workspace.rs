//! The manifest of the workspace against the pinned documents.

use std::path::Path;

use serde_json::Value;

use crate::manifest::{Checked, Effect, check};
use crate::schema::MAX_LISTED_BYTES;

fn checked() -> Checked {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    check(&root).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn it_has_no_fault() {
    let checked = checked();
    for group in &checked.groups {
        assert!(
            checked.tools.iter().any(|tool| tool.group == group.name),
            "no tool is in the group {}",
            group.name
        );
    }
    let core = checked.tools.iter().filter(|tool| tool.core).count();
    assert!(
        core <= 40,
        "{core} tools are listed in the catalogue surface"
    );
}

#[test]
fn every_listed_tool_is_within_bounds() {
    let mut total = 0;
    let tools = checked().tools;
    for tool in &tools {
        let bytes = tool.listed.to_string().len() + tool.about.len() + tool.name.len();
        assert!(bytes <= MAX_LISTED_BYTES, "{}: {bytes}", tool.name);
        total += bytes;
    }
    let mean = total / tools.len();
    assert!(mean <= 1200, "{mean} bytes a tool on average");
}

#[test]
fn every_listed_schema_keeps_the_dialect() {
    for tool in checked().tools {
        assert_eq!(tool.listed["type"], "object", "{}", tool.name);
        dialect(&tool.listed, &tool.name);
    }
}

/// Only what every client understands: one type each, arrays with items, names that clients take.
fn dialect(schema: &Value, at: &str) {
    const WORDS: [&str; 10] = [
        "type",
        "description",
        "enum",
        "items",
        "properties",
        "required",
        "minimum",
        "maximum",
        "default",
        "additionalProperties",
    ];
    let map = schema
        .as_object()
        .unwrap_or_else(|| panic!("{at}: no schema"));
    for key in map.keys() {
        assert!(WORDS.contains(&key.as_str()), "{at}: {key}");
    }
    let kind = map["type"]
        .as_str()
        .unwrap_or_else(|| panic!("{at}: no single type"));
    assert_eq!(map.contains_key("items"), kind == "array", "{at}: items");
    if let Some(items) = map.get("items") {
        dialect(items, &format!("{at}/items"));
    }
    if let Some(more) = map.get("additionalProperties") {
        dialect(more, &format!("{at}/additionalProperties"));
    }
    let properties = map.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        assert!(name.len() <= 64 && name.chars().all(legal), "{at}: {name}");
        dialect(property, &format!("{at}/{name}"));
    }
    for name in map
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let known = name
            .as_str()
            .is_some_and(|name| properties.is_some_and(|properties| properties.contains_key(name)));
        assert!(known, "{at}: requires {name}");
    }
}

#[test]
fn every_schema_that_checks_something_compiles() {
    let checked = checked();
    for tool in &checked.tools {
        jsonschema::validator_for(&tool.full)
            .unwrap_or_else(|error| panic!("{}: {error}", tool.name));
        assert_eq!(tool.full["additionalProperties"], false, "{}", tool.name);
    }
    for operation in &checked.operations {
        let schemas = operation.params.iter().map(|param| &param.schema);
        for schema in schemas.chain(operation.body.iter().map(|body| &body.schema)) {
            jsonschema::validator_for(schema)
                .unwrap_or_else(|error| panic!("{}: {error}", operation.key));
        }
    }
}

#[test]
fn a_destructive_parameter_has_a_default_that_is_always_sent() {
    let tools = checked().tools;
    let delete = tools
        .iter()
        .find(|tool| tool.name == "project_delete")
        .unwrap();
    assert_eq!(
        delete.defaults[0],
        ("permanent".to_owned(), Value::Bool(false))
    );
    assert_eq!(delete.effect, Effect::Delete);
}

#[test]
fn unknown_arguments_and_wrong_types_are_refused_with_their_place() {
    let tools = checked().tools;
    let update = tools
        .iter()
        .find(|tool| tool.name == "custom_field_update")
        .unwrap();
    let validator = jsonschema::validator_for(&update.full).unwrap();
    assert!(
        validator.is_valid(
            &serde_json::json!({ "fieldId": "customfield_1", "name": "N", "commit": true })
        )
    );
    let unknown = serde_json::json!({ "fieldId": "customfield_1", "colour": "red" });
    assert!(
        validator
            .validate(&unknown)
            .unwrap_err()
            .to_string()
            .contains("colour")
    );
    let wrong = serde_json::json!({ "fieldId": "customfield_1", "name": 7 });
    assert_eq!(
        validator
            .validate(&wrong)
            .unwrap_err()
            .instance_path()
            .to_string(),
        "/name"
    );
    let sprint = tools.iter().find(|tool| tool.name == "sprint_get").unwrap();
    let validator = jsonschema::validator_for(&sprint.full).unwrap();
    for id in [serde_json::json!(7), serde_json::json!("7")] {
        assert!(validator.is_valid(&serde_json::json!({ "sprintId": id })));
    }
    assert!(!validator.is_valid(&serde_json::json!({ "sprintId": "seven" })));
}
