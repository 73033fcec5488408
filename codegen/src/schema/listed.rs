//! The schema that clients are shown: flat, small, in the few words that every client understands.
//!
//! No references, no combinations, no null, arrays always with items. What lies deeper than the
//! budget allows is an `object` whose description says where the whole is.

use serde_json::{Map, Value, json};

/// Bound on one listed tool: schema, description and names (CLIENTS: 4 kB).
pub const MAX_LISTED_BYTES: usize = 4096;

/// Lists of values longer than this (in bytes) are not shown.
const MAX_ENUM_BYTES: usize = 300;

const MORE: &str = "Full schema: describe_operation.";

/// A listed schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The schema.
    pub schema: Value,
    /// Its size and that of what is listed with it, in bytes.
    pub bytes: usize,
}

/// The flat form of a full schema: as deep as `depth` at most, shallower until it is within bounds
/// together with `beside` other bytes.
pub fn listed(full: &Value, depth: usize, beside: usize) -> Listed {
    let mut level = depth;
    loop {
        let schema = flat(full, level);
        let bytes = schema.to_string().len() + beside;
        if bytes <= MAX_LISTED_BYTES || level == 0 {
            return Listed { schema, bytes };
        }
        level -= 1;
    }
}

fn flat(full: &Value, depth: usize) -> Value {
    let flattener = Flattener {
        definitions: full.get("$defs"),
    };
    let mut properties = Map::new();
    let given = full.get("properties").and_then(Value::as_object);
    for (name, schema) in given.into_iter().flatten() {
        let mut cut = false;
        let mut shown = flattener.node(schema, depth, &mut cut);
        let mut words: Vec<&str> = schema
            .get("description")
            .and_then(Value::as_str)
            .into_iter()
            .collect();
        if cut {
            words.push(MORE);
        }
        if !words.is_empty() {
            shown.insert("description".to_owned(), json!(words.join(" ")));
        }
        if let Some(default) = schema
            .get("default")
            .filter(|default| fits(default, &shown))
        {
            shown.insert("default".to_owned(), default.clone());
        }
        properties.insert(name.clone(), Value::Object(shown));
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if let (Some(schema), Some(required)) = (schema.as_object_mut(), full.get("required")) {
        schema.insert("required".to_owned(), required.clone());
    }
    schema
}

/// Whether a default is of the shown type.
fn fits(default: &Value, shown: &Map<String, Value>) -> bool {
    let kind = shown.get("type").and_then(Value::as_str);
    match default {
        Value::Bool(_) => kind == Some("boolean"),
        Value::String(_) => kind == Some("string"),
        Value::Number(_) => matches!(kind, Some("integer" | "number")),
        _ => false,
    }
}

struct Flattener<'a> {
    definitions: Option<&'a Value>,
}

impl<'a> Flattener<'a> {
    fn node(&self, schema: &'a Value, depth: usize, cut: &mut bool) -> Map<String, Value> {
        let parts = self.parts(schema, 16);
        let mut out = Map::new();
        let kind = kind(&parts);
        out.insert("type".to_owned(), json!(kind));
        match kind {
            "object" => self.object(&parts, depth, cut, &mut out),
            "array" => {
                let items = parts.iter().find_map(|part| part.get("items"));
                let items = items.map_or_else(
                    || Map::from_iter([("type".to_owned(), json!("object"))]),
                    |items| self.node(items, depth, cut),
                );
                out.insert("items".to_owned(), Value::Object(items));
            }
            _ => scalar(&parts, kind, &mut out),
        }
        out
    }

    fn object(
        &self,
        parts: &[&'a Map<String, Value>],
        depth: usize,
        cut: &mut bool,
        out: &mut Map<String, Value>,
    ) {
        let members: Vec<(&String, &Value)> = parts
            .iter()
            .filter_map(|part| part.get("properties").and_then(Value::as_object))
            .flatten()
            .collect();
        let values = parts.iter().find_map(|part| {
            part.get("additionalProperties")
                .filter(|more| more.is_object())
        });
        if depth == 0 {
            *cut |= !members.is_empty();
            return;
        }
        if members.is_empty() {
            if let Some(values) = values {
                let values = self.node(values, depth - 1, cut);
                out.insert("additionalProperties".to_owned(), Value::Object(values));
            }
            return;
        }
        let mut shown = Map::new();
        for (name, member) in members {
            if !shown.contains_key(name) && is_name(name) {
                let member = self.node(member, depth - 1, cut);
                shown.insert(name.clone(), Value::Object(member));
            }
        }
        // Only where one schema speaks: what one of several alternatives requires, another may not.
        let required = match parts {
            [only] => only.get("required"),
            _ => None,
        };
        if let Some(required) = required {
            out.insert("required".to_owned(), required.clone());
        }
        out.insert("properties".to_owned(), Value::Object(shown));
    }

    /// The schema's own words and those of what it refers to or combines; of alternatives, those
    /// of the first one's type.
    fn parts(&self, schema: &'a Value, depth: usize) -> Vec<&'a Map<String, Value>> {
        let Some(map) = schema.as_object() else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        if [
            "type",
            "properties",
            "items",
            "enum",
            "additionalProperties",
        ]
        .iter()
        .any(|key| map.contains_key(*key))
        {
            parts.push(map);
        }
        if depth == 0 {
            return parts;
        }
        if let Some(target) = self.target(map) {
            parts.extend(self.parts(target, depth - 1));
        }
        for part in map
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            parts.extend(self.parts(part, depth - 1));
        }
        let alternatives: Vec<_> = map
            .get("anyOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|alternative| self.parts(alternative, depth - 1))
            .collect();
        match alternatives
            .iter()
            .map(|parts| kind(parts))
            .max_by_key(|kind| rank(kind))
        {
            Some("object") => parts.extend(
                alternatives
                    .into_iter()
                    .filter(|parts| kind(parts) == "object")
                    .flatten(),
            ),
            Some(chosen) => parts.extend(
                alternatives
                    .into_iter()
                    .find(|parts| kind(parts) == chosen)
                    .into_iter()
                    .flatten(),
            ),
            None => {}
        }
        parts
    }

    fn target(&self, map: &Map<String, Value>) -> Option<&'a Value> {
        let name = map.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.definitions?.get(name)
    }
}

fn kind(parts: &[&Map<String, Value>]) -> &'static str {
    let named = parts.iter().find_map(|part| match part.get("type")? {
        Value::String(kind) => Some(kind.as_str()),
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null"),
        _ => None,
    });
    match named {
        Some("string") => "string",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("boolean") => "boolean",
        Some("array") => "array",
        Some("null") => "null",
        None if parts.iter().any(|part| part.contains_key("items")) => "array",
        None if parts.iter().any(|part| part.contains_key("enum")) => "string",
        _ => "object",
    }
}

/// Which of several alternatives is shown: the one that says most.
fn rank(kind: &str) -> u8 {
    match kind {
        "null" => 0,
        "array" => 3,
        "object" => 2,
        _ => 1,
    }
}

fn scalar(parts: &[&Map<String, Value>], kind: &str, out: &mut Map<String, Value>) {
    let words = parts.iter().find_map(|part| part.get("enum")?.as_array());
    if let (Some(words), "string") = (words, kind) {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        // `+name` says nothing that `name` does not.
        let plain: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| {
                word.strip_prefix('+')
                    .is_none_or(|rest| !words.contains(&rest))
            })
            .collect();
        let shown = json!(plain);
        if !plain.is_empty() && shown.to_string().len() <= MAX_ENUM_BYTES {
            out.insert("enum".to_owned(), shown);
        }
    }
    if matches!(kind, "integer" | "number") {
        for bound in ["minimum", "maximum"] {
            let value = parts.iter().find_map(|part| part.get(bound));
            if let Some(value) = value.filter(|value| value.is_number()) {
                out.insert(bound.to_owned(), value.clone());
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests;
