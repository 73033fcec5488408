//! Conversions that are easily got wrong.

use serde_json::{Value, json};

use super::{Side, self_contained};
use crate::spec::Document;

fn convert(schema: &Value, side: Side) -> Value {
    let document = Document {
        api: "test".to_owned(),
        root: json!({ "components": { "schemas": {
            "Tree": {
                "type": "object",
                "properties": { "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } },
            },
            "Word": { "type": "string", "readOnly": true },
        } } }),
    };
    self_contained(&document, schema, side)
}

#[test]
fn a_recursive_schema_ends_in_its_definition() {
    let converted = convert(&json!({ "$ref": "#/components/schemas/Tree" }), Side::Whole);
    assert_eq!(converted["$ref"], "#/$defs/Tree");
    assert_eq!(
        converted["$defs"]["Tree"]["properties"]["children"]["items"]["$ref"],
        "#/$defs/Tree"
    );
}

#[test]
fn null_is_allowed_where_the_document_says_nullable() {
    let converted = convert(
        &json!({ "type": "string", "nullable": true, "enum": ["a"] }),
        Side::Whole,
    );
    assert_eq!(
        converted,
        json!({ "type": ["string", "null"], "enum": ["a", null] })
    );
    let named = convert(
        &json!({ "allOf": [{ "$ref": "#/components/schemas/Word" }], "nullable": true }),
        Side::Whole,
    );
    assert_eq!(named["anyOf"][1], json!({ "type": "null" }));
    let beside = convert(
        &json!({ "$ref": "#/components/schemas/Word", "nullable": true }),
        Side::Whole,
    );
    assert_eq!(beside["anyOf"][0]["$ref"], "#/$defs/Word");
    assert_eq!(beside["anyOf"][1], json!({ "type": "null" }));
}

#[test]
fn what_a_caller_cannot_write_is_not_shown_and_not_refused() {
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "name"],
        "properties": {
            "id": { "$ref": "#/components/schemas/Word" },
            "name": { "type": "string", "description": "prose" },
            "old": { "type": "string", "deprecated": true },
        },
    });
    assert_eq!(
        convert(&schema, Side::Shown),
        json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] })
    );
    let whole = convert(&schema, Side::Whole);
    assert_eq!(whole["additionalProperties"], false);
    assert_eq!(whole["required"], json!(["id", "name"]));
}

#[test]
fn boolean_bounds_become_numbers() {
    let converted = convert(
        &json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true }),
        Side::Whole,
    );
    assert_eq!(
        converted,
        json!({ "type": "integer", "exclusiveMinimum": 0 })
    );
}

#[test]
fn alternatives_may_overlap() {
    let converted = convert(
        &json!({ "oneOf": [{ "type": "object" }, { "type": "object" }] }),
        Side::Whole,
    );
    assert!(converted.get("oneOf").is_none());
    assert_eq!(converted["anyOf"].as_array().unwrap().len(), 2);
}
