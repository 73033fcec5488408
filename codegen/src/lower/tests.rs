//! One test a kind of fault that published documents have.

use serde_json::{Value, json};

use super::{Lowered, Marks, lower, without_mark};

/// Lowers a document with one operation, `POST /things/{id}`, that answers with the schema `Thing`.
fn thing(schema: &Value) -> Value {
    let lowered = lowered(
        &json!({ "operationId": "getThing", "responses": { "200": {
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
        } } }),
        &json!({
            "Thing": schema,
            "Other": { "type": "object", "properties": { "b": { "type": "integer" } } },
        }),
    );
    serde_json::to_value(&lowered.openapi).unwrap()["components"]["schemas"].clone()
}

fn lowered(operation: &Value, schemas: &Value) -> Lowered {
    lower(&json!({
        "info": { "title": "Example", "version": "7" },
        "paths": { "/things/{id}": { "post": operation } },
        "components": { "schemas": schemas },
    }))
    .unwrap()
}

fn operation(operation: &Value) -> (Value, Marks) {
    let lowered = lowered(operation, &json!({}));
    let document = serde_json::to_value(&lowered.openapi).unwrap();
    (
        document["paths"]["/things/{id}"]["post"].clone(),
        lowered.marks["POST /things/{id}"].clone(),
    )
}

#[test]
fn references_into_a_schema_and_to_nowhere() {
    let schemas = thing(&json!({ "type": "object", "properties": {
        "a": { "$ref": "#/components/schemas/Other/properties/b" },
        "c": { "$ref": "#/components/schemas/Missing" },
    } }));
    assert_eq!(
        schemas["Thing"]["properties"]["a"]["$ref"],
        "#/components/schemas/Other_b"
    );
    assert_eq!(schemas["Other_b"], json!({ "type": "integer" }));
    assert_eq!(schemas["Missing"], json!({}));
}

#[test]
fn path_items_and_parameters_by_reference() {
    let lowered = lower(&json!({
        "info": { "title": "Example", "version": "7" },
        "paths": {
            "/rest/1/{id}": {
                "parameters": [{ "$ref": "#/components/parameters/Id" }],
                "get": { "operationId": "getOne", "responses": {} },
            },
            "/latest/{id}": { "$ref": "#/paths/~1rest~11~1%7Bid%7D" },
        },
        "components": { "parameters": { "Id": {
            "name": "id", "in": "path", "required": true, "schema": { "type": "integer" },
        } } },
    }))
    .unwrap();
    let document = serde_json::to_value(&lowered.openapi).unwrap();
    let get = &document["paths"]["/latest/{id}"]["get"];
    assert_eq!(get["operationId"], "getOne");
    assert_eq!(get["parameters"][0]["schema"], json!({ "type": "integer" }));
    // The second operation of the same id keeps it as its published id only.
    assert_eq!(
        document["paths"]["/rest/1/{id}"]["get"]["operationId"],
        "getOne_2"
    );
    assert_eq!(lowered.marks["GET /rest/1/{id}"].id, "getOne");
}

#[test]
fn a_template_and_its_declarations_agree() {
    let path = |parameters: Value| {
        let (operation, _) =
            operation(&json!({ "operationId": "x", "parameters": parameters, "responses": {} }));
        let parameters = operation["parameters"].as_array().unwrap().clone();
        parameters
            .iter()
            .map(|p| {
                (
                    p["name"].as_str().unwrap().to_owned(),
                    p["required"] == true,
                )
            })
            .collect::<Vec<_>>()
    };
    let declared = json!({ "name": "thingId", "in": "path", "schema": { "type": "integer" } });
    let id = [("id".to_owned(), true)];
    assert_eq!(path(json!([])), id);
    assert_eq!(path(json!([declared])), id);
    assert_eq!(path(json!([declared, { "name": "id", "in": "path" }])), id);
}

#[test]
fn parameters_have_a_rust_form_and_a_style() {
    let query =
        |name: &str, schema: Value| json!({ "name": name, "in": "query", "schema": schema });
    let strings = json!({ "type": "array", "items": { "type": "string" } });
    let mut joined = query("joined", strings.clone());
    joined["explode"] = json!(false);
    let (operation, marks) = operation(
        &json!({ "operationId": "x", "responses": {}, "parameters": [
        joined,
        query("repeated", strings),
        query("free", json!({ "type": "object", "additionalProperties": false })),
        query("ordered", json!({ "type": "string", "enum": ["name", "-name", "+name"], "default": "name" })),
        query("share", json!({ "type": "number" })),
        query("count", json!({ "type": "integer", "format": "int32", "minimum": 1 })),
        { "name": "id", "in": "query", "schema": { "type": "string" } },
        { "name": "Authorization", "in": "header", "schema": { "type": "string" } },
        { "name": "session", "in": "cookie", "schema": { "type": "string" } },
    ] }),
    );
    let lowered: Vec<(&str, &Value)> = operation["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["name"].as_str().unwrap(), &p["schema"]))
        .collect();
    assert_eq!(
        lowered,
        [
            ("id", &json!({ "type": "string" })),
            (
                "joined",
                &json!({ "type": "array", "items": { "type": "string" } })
            ),
            (
                "repeated",
                &json!({ "type": "array", "items": { "type": "string" } })
            ),
            ("free", &json!({})),
            ("ordered", &json!({ "type": "string" })),
            ("share", &json!({ "type": "number" })),
            ("count", &json!({ "type": "integer" })),
            ("id#2", &json!({ "type": "string" })),
        ]
    );
    let styles: Vec<(&str, &str)> = marks
        .styles
        .iter()
        .map(|(name, style)| (name.as_str(), style.as_str()))
        .collect();
    assert_eq!(
        styles,
        [("free", "free"), ("joined", "joined"), ("share", "free")]
    );
    assert_eq!(without_mark("id#2"), "id");
    assert_eq!(without_mark("a#b"), "a#b");
}

#[test]
fn a_body_is_json_where_the_document_offers_it_and_bytes_otherwise() {
    let body = |content: Value, required: bool| {
        let (operation, marks) = operation(&json!({
            "operationId": "x",
            "responses": {},
            "requestBody": { "required": required, "content": content },
        }));
        let content = operation["requestBody"]["content"]
            .as_object()
            .unwrap()
            .clone();
        let media: Vec<String> = content.keys().cloned().collect();
        (
            media.concat(),
            marks.media.unwrap(),
            marks.optional_body,
            marks.raw_body,
        )
    };
    let told = |sent: &str, media: &str, optional: bool, raw: bool| {
        (sent.to_owned(), media.to_owned(), optional, raw)
    };
    let json = "application/json";
    let bytes = "application/octet-stream";
    assert_eq!(
        body(json!({ "text/plain": {}, json: {}, "*/*": {} }), true),
        told(json, json, false, false)
    );
    assert_eq!(
        body(json!({ "application/json-patch+json": {} }), false),
        told(json, "application/json-patch+json", true, false)
    );
    assert_eq!(
        body(json!({ "multipart/form-data": {}, "*/*": {} }), false),
        told(bytes, "multipart/form-data", false, true)
    );
}

#[test]
fn one_success_and_no_errors_remain() {
    let (operation, marks) = operation(&json!({ "operationId": "x", "responses": {
        "default": { "content": { "application/json": { "schema": { "type": "integer" } } } },
        "204": {},
        "201": { "content": { "application/json;charset=UTF-8": { "schema": { "type": "string" } } } },
        "400": { "content": { "application/json": { "schema": { "type": "object" } } } },
    } }));
    let responses = operation["responses"].as_object().unwrap();
    assert_eq!(responses.keys().collect::<Vec<_>>(), ["2XX"]);
    let schema = &responses["2XX"]["content"]["application/json"]["schema"];
    assert_eq!(
        schema["x-rust-type"]["parameters"],
        json!([{ "$ref": "#/components/schemas/x_response" }])
    );
    assert_eq!(marks.accept, None);
}

#[test]
fn an_answer_that_is_not_json_is_asked_for_as_what_it_is() {
    let (_, marks) = operation(&json!({ "operationId": "x", "responses": {
        "200": { "content": { "image/png": {}, "application/pdf": {} } },
    } }));
    assert_eq!(marks.accept.as_deref(), Some("application/pdf, image/png"));
}

#[test]
fn enumerations_without_a_rust_form_are_any_of_their_type() {
    let schemas = thing(
        &json!({ "type": "object", "required": ["nullable", "kept"], "properties": {
        "signs": { "type": "string", "enum": ["=", "!="] },
        "numbers": { "type": "integer", "enum": [1, 2] },
        "wrong": { "type": "boolean", "enum": ["true", "false"] },
        "nullable": { "enum": ["a", null] },
        "kept": { "type": "string", "enum": ["a", "b", "b"] },
    } }),
    );
    let properties = &schemas["Thing"]["properties"];
    assert_eq!(properties["signs"], json!({ "type": "string" }));
    assert_eq!(properties["numbers"], json!({ "type": "integer" }));
    assert_eq!(properties["wrong"], json!({ "type": "boolean" }));
    assert_eq!(
        schemas["ThingNullable"],
        json!({ "type": "string", "enum": ["a"] })
    );
    assert_eq!(
        schemas["ThingKept"],
        json!({ "type": "string", "enum": ["a", "b"] })
    );
    assert_eq!(schemas["Thing"]["required"], json!(["kept"]));
}

#[test]
fn a_missing_type_is_stated_and_a_list_of_types_is_one() {
    let schemas = thing(&json!({ "properties": {
        "format": { "format": "int64" },
        "list": { "type": "array" },
        "maybe": { "type": ["string", "null"] },
        "either": { "type": ["string", "integer"] },
        "foreign": { "type": "file" },
    } }));
    assert_eq!(
        schemas["Thing"],
        json!({ "type": "object", "properties": {
            "format": { "type": "integer" },
            "list": { "type": "array", "items": {} },
            "maybe": { "type": "string" },
            "either": {},
            "foreign": {},
        } })
    );
}

#[test]
fn combinations_of_objects_are_one_object_and_choices_are_any_json() {
    let other = json!({ "$ref": "#/components/schemas/Other" });
    let schemas = thing(&json!({ "properties": {
        "merged": { "allOf": [other, { "required": ["b", "c"], "properties": { "c": { "type": "string" } } }] },
        "lone": { "allOf": [other], "nullable": true },
        "choice": { "oneOf": [other, { "type": "string" }] },
        "beside": { "oneOf": [other], "properties": { "d": { "type": "string" } } },
        "maybe": { "anyOf": [other, { "type": "null" }] },
        "not": { "not": other },
        "circle": { "allOf": [{ "$ref": "#/components/schemas/Thing" }, other] },
    } }));
    let properties = &schemas["Thing"]["properties"];
    assert_eq!(properties["lone"], other);
    assert_eq!(properties["choice"], json!({}));
    assert_eq!(properties["maybe"], other);
    assert_eq!(properties["not"], json!({}));
    assert_eq!(schemas["ThingMerged"]["required"], json!(["b", "c"]));
    assert_eq!(
        schemas["ThingMerged"]["properties"],
        json!({ "b": { "type": "integer" }, "c": { "type": "string" } })
    );
    assert_eq!(
        schemas["ThingBeside"]["properties"],
        json!({ "d": { "type": "string" } })
    );
    assert!(schemas["ThingCircle"]["properties"]["b"].is_object());
}

#[test]
fn what_would_refuse_or_invent_values_is_dropped() {
    let schemas = thing(&json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "ghost"],
        "properties": {
            "id": { "type": "string", "format": "uuid", "maxLength": 3, "pattern": "^a", "default": "x" },
            "map": { "type": "object", "additionalProperties": { "type": "string", "format": "uri" } },
            "open": { "type": "object", "additionalProperties": true },
        },
    }));
    assert_eq!(
        schemas["Thing"],
        json!({ "type": "object", "required": ["id"], "properties": {
            "id": { "type": "string" },
            "map": { "type": "object", "additionalProperties": { "type": "string" } },
            "open": { "type": "object" },
        } })
    );
}

#[test]
fn names_that_would_become_one_are_kept_apart() {
    let schemas = thing(&json!({ "type": "object", "properties": {
        "links": { "type": "string" },
        "_links": { "type": "string" },
        "state": { "type": "object", "properties": { "a": { "$ref": "#/components/schemas/Other" } } },
    } }));
    let names: Vec<&String> = schemas["Thing"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(names, ["_links", "links#2", "state"]);
    assert_eq!(
        schemas["Thing"]["properties"]["state"]["$ref"],
        "#/components/schemas/ThingState"
    );
}

#[test]
fn only_what_an_answer_or_a_body_reaches_is_kept() {
    let schemas = thing(&json!({ "type": "string" }));
    assert_eq!(
        schemas.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["Thing"]
    );
}
