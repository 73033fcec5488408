//! The order of the passes, and what they give.

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use serde_json::{Value, json};

use super::bodies::BODY;
use super::ids::PUBLISHED;
use super::params::STYLE;
use super::responses::ACCEPT;
use super::walk::{Object, operations};
use super::{
    bodies, combos, defaults, enums, ids, inline, names, notype, nullable, open, params, paths,
    prune, refs, required, responses, wrap,
};

/// A document that progenitor accepts, and what the client must do that progenitor cannot.
pub struct Lowered {
    /// The document.
    pub openapi: OpenAPI,
    /// What is special about each operation, by method and path as in the template.
    pub marks: BTreeMap<String, Marks>,
}

/// What the generated method of one operation needs beside what progenitor writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The operation's id in the pinned document.
    pub id: String,
    /// How query parameters travel that are not repeated keys: `joined` or `free`, by their name.
    pub styles: BTreeMap<String, String>,
    /// The media type of the body.
    pub media: Option<String>,
    /// Whether the body may be left out.
    pub optional_body: bool,
    /// Whether the body is bytes.
    pub raw_body: bool,
    /// The media types of the answer where it is not JSON.
    pub accept: Option<String>,
}

/// Lowers a document (an OpenAPI 3.0 object).
///
/// # Errors
/// The words of the parser, where the result is no OpenAPI document.
pub fn lower(document: &Value) -> Result<Lowered, String> {
    let mut root = skeleton(document);
    refs::run(&mut root);
    paths::run(&mut root);
    ids::run(&mut root);
    params::run(&mut root);
    bodies::run(&mut root);
    responses::run(&mut root);
    prune::run(&mut root);
    combos::run(&mut root);
    notype::run(&mut root);
    enums::run(&mut root);
    nullable::run(&mut root);
    open::run(&mut root);
    required::run(&mut root);
    defaults::run(&mut root);
    prune::run(&mut root);
    names::run(&mut root);
    inline::run(&mut root);
    wrap::run(&mut root);
    let marks = marks(&mut root);
    let openapi = serde_json::from_value(root).map_err(|error| error.to_string())?;
    Ok(Lowered { openapi, marks })
}

/// The parts of a document that a client is made from.
fn skeleton(document: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": document["info"]["title"], "version": document["info"]["version"] },
        "paths": document["paths"],
        "components": document["components"],
    })
}

/// Reads the marks that the passes left and reduces each operation to what progenitor reads.
fn marks(root: &mut Value) -> BTreeMap<String, Marks> {
    let mut all = BTreeMap::new();
    operations(root, |path, method, operation| {
        all.insert(
            format!("{} {path}", method.to_uppercase()),
            marks_of(operation),
        );
        operation.retain(|key, _| {
            matches!(
                key.as_str(),
                "operationId" | "parameters" | "requestBody" | "responses"
            )
        });
    });
    all
}

fn marks_of(operation: &Object) -> Marks {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let body = operation.get(BODY);
    Marks {
        id: text(operation.get(PUBLISHED)).unwrap_or_default(),
        styles: parameters
            .into_iter()
            .flatten()
            .filter_map(|p| Some((text(p.get("name"))?, text(p.get(STYLE))?)))
            .collect(),
        media: text(body.and_then(|body| body.get("media"))),
        optional_body: body.is_some_and(|body| body["optional"] == true),
        raw_body: body.is_some_and(|body| body["raw"] == true),
        accept: text(operation.get(ACCEPT)),
    }
}
