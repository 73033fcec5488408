//! That prose goes and facts stay, whatever they are called.

use serde_json::json;

use super::*;

fn facts(value: &Value) -> Value {
    let mut unknown = Unknown::new();
    let facts = strip(Place::Document, value, &mut unknown);
    assert_eq!(unknown, Unknown::new());
    facts
}

#[test]
fn properties_and_parameters_called_like_prose_are_kept() {
    let document = json!({
        "paths": {"/x": {"get": {
            "summary": "prose", "tags": ["prose"],
            "parameters": [{"name": "description", "in": "query", "description": "prose",
                "example": "e", "schema": {"type": "string", "example": "e"}}],
        }}},
        "components": {"schemas": {"title": {
            "title": "prose", "description": "prose", "type": "object",
            "required": ["description"],
            "properties": {
                "description": {"type": "string", "description": "prose"},
                "summary": {"$ref": "#/x", "description": "prose"},
                "example": {"enum": ["description", {"description": "kept"}]},
                "tags": {"default": {"title": "kept"}, "deprecated": false, "xml": {}},
            }
        }}}
    });
    assert_eq!(
        facts(&document),
        json!({
            "paths": {"/x": {"get": {
                "parameters": [{"name": "description", "in": "query", "schema": {"type": "string"}}],
            }}},
            "components": {"schemas": {"title": {
                "type": "object",
                "required": ["description"],
                "properties": {
                    "description": {"type": "string"},
                    "summary": {"$ref": "#/x"},
                    "example": {"enum": ["description", {"description": "kept"}]},
                    "tags": {"default": {"title": "kept"}},
                }
            }}}
        })
    );
}

#[test]
fn of_info_only_name_and_version_stay() {
    let document = json!({"openapi": "3.0.1", "x-atlassian-narrative": {"documents": []},
        "info": {"title": "T", "version": "1", "description": "prose", "contact": {"email": "e"}}});
    assert_eq!(
        facts(&document),
        json!({"openapi": "3.0.1", "info": {"title": "T", "version": "1"}})
    );
}

#[test]
fn schemas_are_followed_wherever_they_nest() {
    let nested = json!({"description": "prose", "minLength": 1});
    let document = json!({"paths": {"/x": {"post": {
        "requestBody": {"description": "prose", "content": {"application/json": {
            "example": {"a": 1},
            "schema": {"allOf": [nested], "items": nested, "additionalProperties": false, "not": nested}
        }}},
        "responses": {"200": {"description": "prose", "headers": {"Location": {
            "description": "prose", "schema": nested
        }}}},
    }}}});
    let bare = json!({"minLength": 1});
    assert_eq!(
        facts(&document),
        json!({"paths": {"/x": {"post": {
            "requestBody": {"content": {"application/json": {
                "schema": {"allOf": [bare], "items": bare, "additionalProperties": false, "not": bare}
            }}},
            "responses": {"200": {"headers": {"Location": {"schema": bare}}}},
        }}}})
    );
}

#[test]
fn a_key_that_no_list_knows_is_dropped_and_told() {
    let mut unknown = Unknown::new();
    let facts = strip(
        Place::Schema,
        &json!({"contentEncoding": "base64"}),
        &mut unknown,
    );
    assert_eq!(facts, json!({}));
    assert_eq!(unknown.get("Schema.contentEncoding"), Some(&1));
}
