//! One operation of a document, in the form that requests are checked against.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::schema::{self, Direction};

/// A piece of a path template.
#[derive(Debug, Clone)]
pub(crate) enum Segment {
    Literal(String),
    Parameter(String),
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

/// A declared parameter with its schema, references followed.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) explode: bool,
    pub(crate) schema: Value,
}

/// A body schema for one media type, compiled at its first use.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) schema: Option<Value>,
    compiled: OnceLock<Result<Validator, String>>,
}

impl Payload {
    fn new(root: &Value, schema: Option<&Value>, direction: Direction) -> Self {
        let schema = schema.map(|s| schema::standalone(root, s, direction));
        Self {
            schema,
            compiled: OnceLock::new(),
        }
    }

    /// The validator; nothing when the document leaves the body open.
    pub(crate) fn validator(&self) -> Option<Result<&Validator, &str>> {
        let schema = self.schema.as_ref()?;
        let compiled = self.compiled.get_or_init(|| schema::compile(schema));
        Some(compiled.as_ref().map_err(String::as_str))
    }
}

/// The request body: by media type, and whether it may be left out.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) media: BTreeMap<String, Payload>,
}

/// An operation of a pinned document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) api: String,
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) scopes: Vec<String>,
    pub(crate) granular: Vec<String>,
    pub(crate) experimental: bool,
    /// JSON responses by status.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the sandbox holds its own answers to them in its tests"
        )
    )]
    pub(crate) responses: BTreeMap<String, Payload>,
}

impl Operation {
    pub(super) fn read(
        api: &str,
        root: &Value,
        path: &str,
        item: &Value,
        method: &str,
        value: &Value,
    ) -> Self {
        let own = value["parameters"].as_array().into_iter().flatten();
        let shared = item["parameters"].as_array().into_iter().flatten();
        let parameters = own
            .chain(shared)
            .filter_map(|p| parameter(root, p))
            .collect();
        let body = value.get("requestBody").map(|body| {
            let body = schema::resolve(root, body);
            Body {
                required: body["required"] == true,
                media: payloads(root, body, Direction::Request),
            }
        });
        let responses = value["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(status, response)| {
                let mut media =
                    payloads(root, schema::resolve(root, response), Direction::Response);
                Some((status.clone(), media.remove("application/json")?))
            })
            .collect();
        Self {
            api: api.to_owned(),
            id: value["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            segments: segments(path),
            parameters,
            body,
            scopes: texts(&value["x-scopes"]),
            granular: texts(&value["x-scopes-granular"]),
            experimental: value["x-experimental"] == true,
            responses,
        }
    }

    /// `api:operationId`.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.api, self.id)
    }

    /// Whether it can change something.
    pub(crate) fn writes(&self) -> bool {
        self.method != "GET"
    }
}

fn payloads(root: &Value, holder: &Value, direction: Direction) -> BTreeMap<String, Payload> {
    holder["content"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(media, content)| {
            let media = media
                .split(';')
                .next()
                .unwrap_or(media)
                .trim()
                .to_ascii_lowercase();
            (media, Payload::new(root, content.get("schema"), direction))
        })
        .collect()
}

fn parameter(root: &Value, value: &Value) -> Option<Parameter> {
    let value = schema::resolve(root, value);
    let location = match value["in"].as_str()? {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        _ => return None,
    };
    let mut schema = schema::resolve(root, &value["schema"]).clone();
    if let Some(items) = schema.get("items") {
        let items = schema::resolve(root, items).clone();
        schema["items"] = items;
    }
    Some(Parameter {
        name: value["name"].as_str()?.to_owned(),
        location,
        required: value["required"] == true,
        explode: value["explode"] != false,
        schema,
    })
}

fn segments(path: &str) -> Vec<Segment> {
    let piece = |part: &str| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        Some(name) => Segment::Parameter(name.to_owned()),
        None => Segment::Literal(part.to_owned()),
    };
    path.trim_matches('/').split('/').map(piece).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}
