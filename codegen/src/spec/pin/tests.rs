//! A small document pinned whole.

use serde_json::json;

use super::*;

fn published(document: &Value) -> Result<Pinned, Problem> {
    pin(Published {
        api: "small",
        bytes: document.to_string().as_bytes(),
        source: Source {
            path: "cloud/small/swagger.json",
            date: "2026-01-02",
        },
    })
}

fn small() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Small", "version": "7", "description": "prose"},
        "security": [{"key": []}],
        "tags": [{"name": "prose"}],
        "paths": {
            "/rest/latest/rule/{ruleUuid}": {"$ref": "#/paths/~1rest~1v1~1rule~1%7BruleUuid%7D"},
            "/rest/v1/rule/{ruleUuid}": {
                "parameters": [{"name": "ruleUuid", "in": "path", "required": true, "description": "prose"}],
                "get": {
                    "operationId": "Rule - Get", "deprecated": false, "x-experimental": true,
                    "description": "**[Authorization scopes](/cloud/admin/scopes/) required:** `read:x:admin`",
                    "responses": {"200": {"description": "prose"}}
                }
            }
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "examples": {"e": {"value": 1}}
        }
    })
}

#[test]
fn a_document_is_pinned_as_facts() {
    let pinned = published(&small()).unwrap();
    assert_eq!(
        pinned.root,
        json!({
            "openapi": "3.0.1",
            "info": {"title": "Small", "version": "7"},
            "paths": {"/rest/v1/rule/{ruleUuid}": {
                "parameters": [{"name": "ruleUuid", "in": "path", "required": true}],
                "get": {
                    "operationId": "getByRuleUuid",
                    "responses": {"200": {}},
                    "x-scopes": ["read:x:admin"],
                    "x-credentials": ["bearer"],
                    "x-experimental": true,
                }
            }},
            "components": {},
        })
    );
    assert_eq!(pinned.aliases, ["/rest/latest/rule/{ruleUuid}"]);
    assert_eq!(pinned.unknown, []);
    assert_eq!(
        (pinned.pin.operations, pinned.pin.version.as_str()),
        (1, "7")
    );
}

#[test]
fn pinning_again_gives_the_same_bytes() {
    let (first, second) = (published(&small()).unwrap(), published(&small()).unwrap());
    assert_eq!(first.text, second.text);
    assert_eq!(first.pin, second.pin);
    assert_eq!(first.pin.pinned_sha256, digest(first.text.as_bytes()));
}

#[test]
fn an_alias_of_something_else_is_refused() {
    let mut document = small();
    document["paths"]["/other"] = json!({"$ref": "https://example.org/x.json"});
    let problem = published(&document).unwrap_err();
    assert!(problem.what.contains("/other"), "{problem}");
}

#[test]
fn what_is_not_a_document_is_refused() {
    assert!(
        published(&json!("text"))
            .unwrap_err()
            .what
            .contains("info.version")
    );
    assert!(
        published(&json!({"info": {"version": "1"}}))
            .unwrap_err()
            .what
            .contains("paths")
    );
}
