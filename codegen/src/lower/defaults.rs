//! Keeps of a schema what shapes a Rust type and nothing else.
//!
//! A `default` would be sent although nobody gave it; formats, lengths and patterns would refuse or
//! rewrite values that real sites send. The tool's input schema keeps them all.

use serde_json::{Value, json};

use super::walk::{Object, component_schemas};

/// The keywords that shape a type.
const KEPT: [&str; 8] = [
    "$ref",
    "type",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "enum",
    "nullable",
];

/// Reduces every component schema to the keywords that shape a type.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, reduce);
}

/// Drops defaults, formats, bounds, examples and the rest; nothing stands beside a reference.
pub(super) fn reduce(schema: &mut Object) {
    if let Some(target) = schema.remove("$ref") {
        let nullable = schema.get("nullable") == Some(&json!(true));
        schema.clear();
        schema.insert("$ref".to_owned(), target);
        if nullable {
            schema.insert("nullable".to_owned(), json!(true));
        }
        return;
    }
    schema.retain(|key, _| KEPT.contains(&key.as_str()));
    let kind = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    schema.retain(|key, _| match key.as_str() {
        "properties" | "required" | "additionalProperties" => kind.as_deref() == Some("object"),
        "items" => kind.as_deref() == Some("array"),
        "enum" => kind.as_deref() == Some("string"),
        _ => true,
    });
}
