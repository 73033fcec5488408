//! The manifest of the workspace, and each refusal.

mod refusals;
mod workspace;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::check_text;
use crate::problem::Problem;
use crate::spec::{Document, Specs};

/// A group, and a read and a write without fault; the write begins at line 15.
const SOUND: &str = r#"[group.things]
title = "Things"
credential = "oauth"

[[tool]]
name = "thing_list"
group = "things"
operation = "shop:listThings"
about = "List the things."
effect = "read"
params.filter = { hide = true }

# A comment, so that the write begins at line 15.

[[tool]]
name = "thing_update"
alias = ["things.update"]
group = "things"
operation = "shop:putThing"
about = "Change a thing."
effect = "replace"
target = { kind = "thing", id = "thingId" }
before = { operation = "shop:getThing", with = { thingId = "$thingId" } }
shape = { pick = ["name", "size"] }
revert = { restore = true }
"#;

fn specs() -> Specs {
    let thing = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": { "id": { "type": "string", "readOnly": true }, "name": { "type": "string" }, "size": { "type": "integer" } },
        "required": ["name"],
    });
    let path = json!([{ "name": "thingId", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let answer = |schema: &Value| json!({ "200": { "content": { "application/json": { "schema": schema } } } });
    let closed = |properties: &Value| json!({ "type": "object", "additionalProperties": false, "properties": properties });
    let body = json!({ "required": true, "content": { "application/json": { "schema": thing } } });
    let root = json!({ "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [
                    { "name": "startAt", "in": "query", "schema": { "type": "integer" } },
                    { "name": "maxResults", "in": "query", "schema": { "type": "integer", "maximum": 100 } },
                    { "name": "filter", "in": "query", "schema": { "type": "string" } },
                ],
                "responses": answer(&json!({
                    "type": "object",
                    "additionalProperties": false,
                    "properties": { "values": { "type": "array", "items": thing }, "total": { "type": "integer" } },
                })),
            },
            "post": { "operationId": "makeThing", "requestBody": body, "responses": answer(&thing) },
        },
        "/things/{thingId}": {
            "parameters": path,
            "get": { "operationId": "getThing", "responses": answer(&thing) },
            "put": { "operationId": "putThing", "requestBody": body, "responses": answer(&thing) },
            "delete": { "operationId": "deleteThing", "responses": {} },
        },
        "/things/{thingId}/old": {
            "parameters": path,
            "get": { "operationId": "oldThing", "deprecated": true, "responses": answer(&thing) },
        },
        "/things/{thingId}/uses": {
            "parameters": path,
            "get": {
                "operationId": "usesOfThing",
                "parameters": [
                    { "name": "nextPageToken", "in": "query", "schema": { "type": "string" } },
                    { "name": "maxResults", "in": "query", "schema": { "type": "integer" } },
                ],
                "responses": answer(&closed(&json!({
                    "uses": closed(&json!({
                        "values": { "type": "array", "items": closed(&json!({ "id": { "type": "string" } })) },
                        "next": { "type": "string" },
                    })),
                }))),
            },
        },
        "/uses/{useId}": { "get": {
            "operationId": "useOfThing",
            "parameters": [{ "name": "useId", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": answer(&closed(&json!({ "thing": { "type": "string" } }))),
        } },
        "/projects": { "get": {
            "operationId": "someProjects",
            "parameters": [{ "name": "ids", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } }],
            "responses": answer(&closed(&json!({
                "values": { "type": "array", "items": closed(&json!({
                    "id": { "type": "string" }, "key": { "type": "string" }, "name": { "type": "string" },
                })) },
            }))),
        } },
        "/count": { "post": {
            "operationId": "countUses",
            "requestBody": { "required": true, "content": { "application/json": { "schema": closed(&json!({ "query": { "type": "string" } })) } } },
            "responses": answer(&closed(&json!({ "count": { "type": "integer" } }))),
        } },
        "/inner": { "get": { "operationId": "innerThing", "responses": {} } },
    } });
    Specs {
        documents: BTreeMap::from([(
            "shop".to_owned(),
            Document {
                api: "shop".to_owned(),
                root,
            },
        )]),
        exclusions: BTreeMap::from([(
            "shop:innerThing".to_owned(),
            "internal to the shop".to_owned(),
        )]),
        ..Specs::default()
    }
}

fn problems(manifest: &str) -> Vec<Problem> {
    check_text(manifest, &specs())
        .err()
        .map(|problems| problems.0)
        .unwrap_or_default()
}

#[test]
fn the_sound_manifest_has_no_fault() {
    assert_eq!(problems(SOUND), []);
    let checked = check_text(SOUND, &specs()).unwrap();
    let keys: Vec<_> = checked
        .operations
        .iter()
        .map(|operation| operation.key.as_str())
        .collect();
    assert_eq!(keys, ["shop:getThing", "shop:listThings", "shop:putThing"]);
    assert_eq!(
        checked.tools[1].listed,
        json!({
            "type": "object",
            "properties": {
                "thingId": { "type": "string" },
                "name": { "type": "string" },
                "size": { "type": "integer" },
                "fields": { "type": "array", "items": { "type": "string" } },
                "commit": { "type": "boolean", "default": false },
                "plan_id": { "type": "string" },
                "change_set": { "type": "string" },
            },
            "required": ["thingId"],
        })
    );
}
