//! Types: every schema that means one says so, once.

use serde_json::{Value, json};

use super::walk::Object;
use super::walk::component_schemas;

/// States the type of every component schema and of what is below it.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, state_type);
}

/// States the type that the other keywords imply, and turns a list of types into one.
pub(super) fn state_type(schema: &mut Object) {
    if schema.contains_key("$ref") {
        return;
    }
    if let Some(Value::Array(list)) = schema.get("type").cloned() {
        one_of_list(schema, &list);
    }
    if !schema
        .get("type")
        .is_none_or(|t| t.as_str().is_some_and(is_known))
    {
        schema.remove("type");
    }
    if !schema.contains_key("type")
        && !["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.contains_key(*key))
    {
        let implied = implied_type(schema);
        if let Some(implied) = implied {
            schema.insert("type".to_owned(), json!(implied));
        }
    }
    if schema.get("type") == Some(&json!("array"))
        && !schema.get("items").is_some_and(Value::is_object)
    {
        schema.insert("items".to_owned(), json!({}));
    }
}

fn is_known(name: &str) -> bool {
    matches!(
        name,
        "string" | "number" | "integer" | "boolean" | "object" | "array"
    )
}

/// `["string", "null"]` is a nullable string; a list of several real types allows anything.
fn one_of_list(schema: &mut Object, list: &[Value]) {
    let real: Vec<&Value> = list.iter().filter(|name| *name != "null").collect();
    if real.len() != list.len() {
        schema.insert("nullable".to_owned(), json!(true));
    }
    if let [only] = real.as_slice() {
        schema.insert("type".to_owned(), (*only).clone());
    } else {
        *schema = Object::new();
    }
}

fn implied_type(schema: &Object) -> Option<&'static str> {
    if schema.contains_key("properties") || schema.contains_key("additionalProperties") {
        return Some("object");
    }
    if schema.contains_key("items") {
        return Some("array");
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        let strings = values.iter().all(|v| v.is_string() || v.is_null());
        return (strings && !values.is_empty()).then_some("string");
    }
    match schema.get("format").and_then(Value::as_str)? {
        "int32" | "int64" => Some("integer"),
        "float" | "double" => Some("number"),
        _ => Some("string"),
    }
}
