//! From a schema of an OpenAPI 3.0 document to JSON Schema 2020-12 with local `$defs`.
//!
//! What says something about a value is kept; prose, examples and the vendor's marks are not.
//! `oneOf` becomes `anyOf`: the documents use it for alternatives that overlap, and a value that fits
//! two of them is no fault of the caller.

use serde_json::{Map, Value, json};

use crate::spec::Document;

/// For what the schema is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Checking what is sent: all that the document knows.
    Whole,
    /// What a caller is asked for: without read-only and deprecated properties.
    Shown,
}

/// Converts schemas of one document and gathers the components they reach.
#[derive(Debug)]
pub struct Converter<'a> {
    document: &'a Document,
    side: Side,
    definitions: Map<String, Value>,
}

const KEPT: &[&str] = &[
    "type",
    "enum",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// One schema with everything it needs.
pub fn self_contained(document: &Document, schema: &Value, side: Side) -> Value {
    let mut converter = Converter::new(document, side);
    let mut root = converter.schema(schema);
    let definitions = converter.finish();
    if let (Some(root), false) = (root.as_object_mut(), definitions.is_empty()) {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

impl<'a> Converter<'a> {
    /// A converter with nothing gathered yet.
    pub fn new(document: &'a Document, side: Side) -> Self {
        Self {
            document,
            side,
            definitions: Map::new(),
        }
    }

    /// What `$ref`s of the converted schemas name.
    pub fn finish(self) -> Map<String, Value> {
        self.definitions
    }

    /// One schema; its references are local to [`Self::finish`].
    pub fn schema(&mut self, schema: &Value) -> Value {
        let Some(map) = schema.as_object() else {
            return json!({});
        };
        let Some(target) = map.get("$ref").and_then(Value::as_str) else {
            return self.plain(map);
        };
        let resolved = self.document.resolve(schema);
        if std::ptr::eq(resolved, schema) {
            return json!({});
        }
        let name = definition_name(target);
        if !self.definitions.contains_key(&name) {
            self.definitions.insert(name.clone(), Value::Null);
            let converted = self.schema(resolved);
            self.definitions.insert(name.clone(), converted);
        }
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        if map.get("nullable") == Some(&Value::Bool(true)) {
            // Beside a reference OpenAPI ignores it, and sites send the null all the same.
            return json!({ "anyOf": [reference, { "type": "null" }] });
        }
        reference
    }

    fn plain(&mut self, map: &Map<String, Value>) -> Value {
        let mut out: Map<String, Value> = KEPT
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), map.get(*key)?.clone())))
            .collect();
        exclusive_bounds(map, &mut out);
        let hidden = self.properties(map, &mut out);
        if let Some(items) = map.get("items") {
            out.insert("items".to_owned(), self.schema(items));
        }
        match map.get("additionalProperties") {
            // A closed object would refuse the names that were left out, which the site takes.
            Some(Value::Bool(false)) if hidden.is_empty() => {
                out.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            Some(values @ Value::Object(_)) => {
                let values = self.schema(values);
                out.insert("additionalProperties".to_owned(), values);
            }
            _ => {}
        }
        self.combinations(map, &mut out);
        if map.get("nullable") == Some(&Value::Bool(true)) {
            return nullable(out);
        }
        Value::Object(out)
    }

    /// Converts the properties; gives back the names of those left out.
    fn properties(
        &mut self,
        map: &Map<String, Value>,
        out: &mut Map<String, Value>,
    ) -> Vec<String> {
        let mut hidden = Vec::new();
        let Some(properties) = map.get("properties").and_then(Value::as_object) else {
            return hidden;
        };
        let mut shown = Map::new();
        for (name, schema) in properties {
            if self.side == Side::Shown && is_hidden(self.document, schema) {
                hidden.push(name.clone());
            } else {
                shown.insert(name.clone(), self.schema(schema));
            }
        }
        out.insert("properties".to_owned(), Value::Object(shown));
        out.entry("type").or_insert_with(|| json!("object"));
        let required: Vec<Value> = map
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|name| {
                name.as_str()
                    .is_some_and(|name| !hidden.iter().any(|hidden| hidden == name))
            })
            .cloned()
            .collect();
        if !required.is_empty() {
            out.insert("required".to_owned(), Value::Array(required));
        }
        hidden
    }

    fn combinations(&mut self, map: &Map<String, Value>, out: &mut Map<String, Value>) {
        let mut all = self.each(map.get("allOf"));
        let mut choices: Vec<Vec<Value>> = ["oneOf", "anyOf"]
            .iter()
            .map(|key| self.each(map.get(*key)))
            .filter(|choices| !choices.is_empty())
            .collect();
        if choices.len() == 1
            && let Some(only) = choices.pop()
        {
            out.insert("anyOf".to_owned(), Value::Array(only));
        }
        all.extend(choices.into_iter().map(|choice| json!({ "anyOf": choice })));
        if !all.is_empty() {
            out.insert("allOf".to_owned(), Value::Array(all));
        }
    }

    fn each(&mut self, schemas: Option<&Value>) -> Vec<Value> {
        let schemas = schemas.and_then(Value::as_array).into_iter().flatten();
        schemas.map(|schema| self.schema(schema)).collect()
    }
}

/// Whether a caller is not asked for this property.
pub(super) fn is_hidden(document: &Document, schema: &Value) -> bool {
    let marked = |schema: &Value| {
        ["readOnly", "deprecated"]
            .iter()
            .any(|mark| schema.get(*mark) == Some(&Value::Bool(true)))
    };
    marked(schema) || marked(document.resolve(schema))
}

fn exclusive_bounds(map: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (flag, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if map.get(flag) == Some(&Value::Bool(true))
            && let Some(value) = out.remove(bound)
        {
            out.insert(flag.to_owned(), value);
        }
    }
}

fn nullable(mut out: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = out.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    if out.contains_key("allOf") || out.contains_key("anyOf") {
        return json!({ "anyOf": [out, { "type": "null" }] });
    }
    if let Some(Value::String(kind)) = out.get("type").cloned() {
        out.insert("type".to_owned(), json!([kind, "null"]));
    }
    Value::Object(out)
}

/// A name for `$defs` that needs no escaping in a pointer or a URI.
fn definition_name(target: &str) -> String {
    target
        .trim_start_matches("#/components/schemas/")
        .trim_start_matches("#/")
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '.' | '-' => c,
            _ => '_',
        })
        .collect()
}

#[cfg(test)]
mod tests;
