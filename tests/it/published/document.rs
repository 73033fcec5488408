//! One published document: its operations found by path, and its schemas as JSON Schema.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// A published `OpenAPI` 3.0 document.
pub(super) struct Document {
    root: Value,
}

/// An operation of the document, and the values of its path parameters.
pub(super) struct Found<'a> {
    pub(super) template: &'a str,
    pub(super) item: &'a Value,
    pub(super) operation: &'a Value,
    pub(super) path: Vec<(&'a str, String)>,
}

impl Document {
    pub(super) fn new(published: &Value) -> Self {
        Self {
            root: dialect(published, false),
        }
    }

    /// The operation for this path; of several templates that fit and have the method, the one with
    /// most fixed segments.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<Found<'_>> {
        let method = method.to_ascii_lowercase();
        let given: Vec<&str> = path.trim_matches('/').split('/').collect();
        let fits = |template: &'_ str| -> bool {
            let wanted: Vec<&str> = template.trim_matches('/').split('/').collect();
            wanted.len() == given.len()
                && wanted.iter().zip(&given).all(|(wanted, given)| {
                    name(wanted).is_some_and(|_| !given.is_empty()) || wanted == given
                })
        };
        let fixed = |template: &str| {
            let segments = template.split('/');
            segments.filter(|segment| name(segment).is_none()).count()
        };
        let paths = self.root["paths"].as_object()?;
        let (template, item) = paths
            .iter()
            .map(|(template, item)| (template, self.resolve(item)))
            .filter(|(template, item)| fits(template) && item.get(&method).is_some())
            .max_by_key(|(template, _)| fixed(template))?;
        let operation = item.get(&method)?;
        let segments = template.trim_matches('/').split('/').zip(given);
        let path = segments
            .filter_map(|(wanted, given)| Some((name(wanted)?, decode(given))))
            .collect();
        Some(Found {
            template,
            item,
            operation,
            path,
        })
    }

    /// The parameters of an operation, those of its path item included.
    pub(super) fn parameters<'a>(&'a self, found: &Found<'a>) -> Vec<&'a Value> {
        let own = list(self, found.operation);
        let place = |parameter: &Value| (parameter["in"].clone(), parameter["name"].clone());
        let mut all: Vec<&Value> = list(self, found.item);
        all.retain(|shared| own.iter().all(|one| place(one) != place(shared)));
        all.extend(own);
        all
    }

    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut at = value;
        while let Some(reference) = at.get("$ref").and_then(Value::as_str) {
            let pointer = decode(reference.trim_start_matches('#'));
            at = self.root.pointer(&pointer).unwrap();
        }
        at
    }

    /// A validator for a schema of the document, with whatever it refers to.
    pub(super) fn validator(&self, schema: &Value) -> Validator {
        let mut whole = json!({ "allOf": [schema] });
        if schema.to_string().contains("\"$ref\"") {
            whole["components"] = self.root["components"].clone();
        }
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(false)
            .build(&whole)
            .unwrap()
    }
}

fn list<'a>(document: &'a Document, holder: &'a Value) -> Vec<&'a Value> {
    let parameters = holder["parameters"].as_array().into_iter().flatten();
    parameters.map(|one| document.resolve(one)).collect()
}

/// The name in a segment `{name}`.
fn name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// Percent-encoding taken off.
pub(super) fn decode(text: &str) -> String {
    let plain = text
        .replace('+', "%2B")
        .replace('=', "%3D")
        .replace('&', "%26");
    url::form_urlencoded::parse(plain.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}

/// `OpenAPI` 3.0 in the words of JSON Schema draft 4, from which it differs in two things: `nullable`,
/// and that what is read only is not demanded of a request.
fn dialect(value: &Value, names: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| dialect(item, false)).collect(),
        Value::Object(members) => {
            let mut made: Map<String, Value> = members
                .iter()
                .map(|(key, item)| {
                    let names = !names && matches!(key.as_str(), "properties" | "schemas");
                    let verbatim = !names && matches!(key.as_str(), "enum" | "example" | "default");
                    let item = if verbatim {
                        item.clone()
                    } else {
                        dialect(item, names)
                    };
                    (key.clone(), item)
                })
                .collect();
            if names {
                return Value::Object(made);
            }
            forgive_read_only(&mut made);
            if made.get("nullable") == Some(&Value::Bool(true)) {
                return json!({ "anyOf": [made, { "type": "null" }] });
            }
            Value::Object(made)
        }
        plain => plain.clone(),
    }
}

fn forgive_read_only(schema: &mut Map<String, Value>) {
    let read_only: Vec<Value> = schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, property)| property["readOnly"] == true)
        .map(|(name, _)| Value::from(name.as_str()))
        .collect();
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !read_only.contains(name));
        // Draft 4 wants a name in the list.
        if required.is_empty() {
            schema.remove("required");
        }
    }
}
