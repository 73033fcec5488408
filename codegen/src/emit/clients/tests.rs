//! Every operation of every pinned document becomes a method, and faults are told by name.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::client;
use crate::spec::{Document, Specs};

fn specs() -> Specs {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    Specs::load(&root).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_operation_of_every_document_becomes_a_method() {
    let specs = specs();
    let failures: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = specs
            .documents
            .values()
            .map(|document| scope.spawn(|| whole(document, &specs)))
            .collect();
        runs.into_iter()
            .filter_map(|run| run.join().unwrap().err())
            .collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Generates the client of a whole document, but for the exclusions, and counts its methods.
fn whole(document: &Document, specs: &Specs) -> Result<(), String> {
    let ids: BTreeSet<String> = document
        .operations()
        .iter()
        .filter(|operation| specs.excluded(&operation.key()).is_none())
        .map(|operation| operation.id.to_owned())
        .collect();
    let client = client(document, &ids).map_err(|problems| problems.to_string())?;
    let generated: BTreeSet<String> = client
        .methods
        .iter()
        .map(|method| method.id.clone())
        .collect();
    if generated == ids && client.methods.len() == ids.len() {
        return Ok(());
    }
    Err(format!(
        "{}: {} methods for {} operations",
        document.api,
        client.methods.len(),
        ids.len()
    ))
}

fn document(paths: &Value) -> Document {
    Document {
        api: "example".to_owned(),
        root: json!({
            "openapi": "3.0.3",
            "info": { "title": "Example", "version": "7" },
            "paths": paths,
            "components": { "schemas": {} },
        }),
    }
}

fn ids(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn an_operation_that_cannot_be_generated_is_named() {
    let document = document(&json!({
        "/good": { "get": { "operationId": "good", "responses": {} } },
        "/bad/{unclosed": { "get": { "operationId": "bad", "responses": {} } },
    }));
    let problems = client(&document, &ids(&["good", "bad"])).err().unwrap();
    let told: Vec<_> = problems
        .0
        .iter()
        .map(|p| (p.file.as_str(), p.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            "specs/example.json",
            "no client can be generated for example:bad"
        )]
    );
    assert!(
        problems.0[0].why.contains("unterminated"),
        "{}",
        problems.0[0].why
    );
}

#[test]
fn the_method_says_what_the_document_says() {
    let document = document(&json!({
        "/things/{id}": { "post": {
            "operationId": "changeThing",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "id", "in": "query", "schema": { "type": "integer" } },
                { "name": "expand", "in": "query", "explode": false,
                  "schema": { "type": "array", "items": { "type": "string" } } },
                { "name": "X-Mode", "in": "header", "schema": { "type": "string" } },
                { "name": "Authorization", "in": "header", "schema": { "type": "string" } },
            ],
            "requestBody": { "content": { "application/json-patch+json": { "schema": {} } } },
            "responses": { "200": {}, "204": {}, "400": {} },
        } },
    }));
    let client = client(&document, &ids(&["changeThing"])).unwrap();
    let wires: Vec<_> = client.methods[0]
        .parameters
        .iter()
        .map(|p| (p.name.to_string(), p.wire.clone(), p.place))
        .collect();
    let wire = |name: &str, wire: &str, place| (name.to_owned(), wire.to_owned(), place);
    assert_eq!(
        wires,
        [
            wire("id", "id", super::Place::Path),
            wire("expand", "expand", super::Place::Query),
            wire("id_2", "id", super::Place::Query),
            wire("x_mode", "X-Mode", super::Place::Header),
            wire("body", "body", super::Place::Body),
        ]
    );
    let source = client.print();
    assert!(
        source.contains(r#"Query::joined("expand", &expand)"#),
        "{source}"
    );
    assert!(
        source.contains(r#"QueryParam::new("id", &id_2)"#),
        "{source}"
    );
    assert!(
        source.contains(r#"json_body("application/json-patch+json", body)"#),
        "{source}"
    );
    assert!(
        source.contains(r#"operation_id: "example:changeThing""#),
        "{source}"
    );
    assert!(!source.contains("api-version"), "{source}");
}
