//! The glue follows the signatures of the generated methods.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::clients::client;
use super::print;
use crate::spec::Document;

fn glue() -> String {
    let document = Document {
        api: "an-example".to_owned(),
        root: json!({
            "openapi": "3.0.3",
            "info": { "title": "Example", "version": "7" },
            "paths": { "/things/{id}": { "put": {
                "operationId": "putThing",
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "id", "in": "query", "required": true, "schema": { "type": "integer" } },
                    { "name": "expand", "in": "query", "schema": { "type": "string" } },
                    { "name": "keys", "in": "query",
                      "schema": { "type": "array", "items": { "type": "string" } } },
                ],
                "requestBody": { "content": { "application/json": {} } },
                "responses": {},
            } } },
        }),
    };
    let client = client(&document, &BTreeSet::from(["putThing".to_owned()])).unwrap();
    print(&[client])
}

#[test]
fn each_argument_is_decoded_as_the_method_takes_it() {
    let source = glue();
    let squeezed = source.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        r#"pub(super) const OPERATIONS: &[&str] = &["an-example:putThing"];"#,
        r#""an-example:putThing" => an_example::put_thing(session, given),"#,
        r#"given.only(&["path.id", "expand", "query.id", "keys"], true)?;"#,
        r#"let id: String = given.path("path.id")?;"#,
        r#"let id_2: i64 = given.required("query.id")?;"#,
        r#"let expand: Option<String> = given.optional("expand")?;"#,
        "let body = given.body_if_given();",
    ] {
        assert!(squeezed.contains(expected), "{expected}\n{source}");
    }
    let passed: String = source.split_whitespace().collect();
    assert!(
        passed.contains(".put_thing(&id,expand.as_deref(),id_2,keys.as_ref(),body.as_ref(),"),
        "{source}"
    );
}

#[test]
fn no_operation_is_a_glue_too() {
    assert!(syn::parse_file(&print(&[])).is_ok());
}
