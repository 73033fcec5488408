//! The properties of a body, looked for through references and combinations.

use std::collections::BTreeMap;

use serde_json::Value;

use super::convert::is_hidden;
use crate::spec::Document;

/// A property of an object schema.
#[derive(Debug, Clone)]
pub struct Property<'a> {
    /// Its schema in the document.
    pub schema: &'a Value,
    /// Whether every value must have it.
    pub required: bool,
    /// Whether it is read-only or deprecated.
    pub hidden: bool,
}

/// How deep combinations are followed.
const DEPTH: usize = 8;

/// Properties by name. Those of one alternative among several are not required.
pub fn properties<'a>(
    document: &'a Document,
    schema: &'a Value,
) -> BTreeMap<&'a str, Property<'a>> {
    let mut found = BTreeMap::new();
    gather(document, schema, true, DEPTH, &mut found);
    found
}

/// The schema of one property.
pub fn member<'a>(document: &'a Document, schema: &'a Value, name: &str) -> Option<&'a Value> {
    properties(document, schema)
        .get(name)
        .map(|property| property.schema)
}

fn gather<'a>(
    document: &'a Document,
    schema: &'a Value,
    certain: bool,
    depth: usize,
    found: &mut BTreeMap<&'a str, Property<'a>>,
) {
    let schema = document.resolve(schema);
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, property) in own.into_iter().flatten() {
        found.entry(name).or_insert(Property {
            schema: property,
            required: certain && required.contains(&name.as_str()),
            hidden: is_hidden(document, property),
        });
    }
    if depth == 0 {
        return;
    }
    for (key, certain) in [("allOf", certain), ("oneOf", false), ("anyOf", false)] {
        let parts = schema.get(key).and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            gather(document, part, certain, depth - 1, found);
        }
    }
}
