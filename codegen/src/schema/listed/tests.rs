//! The dialect and the bound.

use serde_json::json;

use super::{MORE, listed};

#[test]
fn references_alternatives_and_null_are_flattened() {
    let full = json!({
        "type": "object",
        "properties": {
            "tree": { "$ref": "#/$defs/Tree", "description": "A tree." },
            "word": { "type": ["string", "null"], "enum": ["a", "+a", "-a", null] },
            "either": { "anyOf": [{ "type": "null" }, { "type": "array" }] },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "any": {},
            "mixed": { "anyOf": [{ "type": "string" }, { "type": "object" }] },
        },
        "required": ["tree"],
        "additionalProperties": false,
        "$defs": { "Tree": {
            "type": "object",
            "properties": { "name": { "type": "string" }, "child": { "$ref": "#/$defs/Tree" } },
            "required": ["name"],
        } },
    });
    assert_eq!(
        listed(&full, 1, 0).schema,
        json!({
            "type": "object",
            "properties": {
                "tree": {
                    "type": "object",
                    "description": format!("A tree. {MORE}"),
                    "properties": { "name": { "type": "string" }, "child": { "type": "object" } },
                    "required": ["name"],
                },
                "word": { "type": "string", "enum": ["a", "-a"] },
                "either": { "type": "array", "items": { "type": "object" } },
                "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                "any": { "type": "object" },
                "mixed": { "type": "object" },
            },
            "required": ["tree"],
        })
    );
}

#[test]
fn the_depth_falls_until_the_schema_fits() {
    let leaves: serde_json::Map<_, _> = (0..200)
        .map(|n| (format!("leaf_number_{n}"), json!({ "type": "string" })))
        .collect();
    let full = json!({
        "type": "object",
        "properties": { "body": { "type": "object", "properties": leaves } },
    });
    let listed = listed(&full, 3, 100);
    assert!(listed.bytes < 300);
    assert_eq!(listed.schema["properties"]["body"]["description"], MORE);
}
