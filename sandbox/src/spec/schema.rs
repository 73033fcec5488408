//! The schema dialect of OpenAPI 3.0 turned into JSON Schema.

use std::collections::BTreeSet;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Which way a body travels: `readOnly` members are not demanded of a request, `writeOnly` members
/// not of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

/// Follows a reference within a document, as often as it takes.
pub(crate) fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    // A document that refers in a circle ends here too.
    for _ in 0..16 {
        match value["$ref"]
            .as_str()
            .and_then(|r| root.pointer(r.strip_prefix('#')?))
        {
            Some(next) => value = next,
            None => break,
        }
    }
    value
}

/// A schema that carries what it refers to and needs no document around it.
pub(crate) fn standalone(root: &Value, schema: &Value, direction: Direction) -> Value {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    references(schema, &mut open);
    while let Some(reference) = open.pop() {
        let component = component_of(&reference);
        if reached.insert(component.clone())
            && let Some(target) = root.pointer(component.trim_start_matches('#'))
        {
            references(target, &mut open);
        }
    }
    let mut whole = json!({ "allOf": [convert(schema, root, direction)] });
    for component in reached {
        let pointer = component.trim_start_matches("#/");
        let Some(target) = root.pointer(&format!("/{pointer}")) else {
            continue;
        };
        let converted = convert(target, root, direction);
        let mut place = &mut whole;
        for step in pointer.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            if place.get(&step).is_none() {
                place[&step] = json!({});
            }
            place = &mut place[&step];
        }
        *place = converted;
    }
    whole
}

/// Compiles a standalone schema.
pub(crate) fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(false)
        .build(schema)
        .map_err(|e| e.to_string())
}

/// `#/components/schemas/X/properties/y` belongs to `#/components/schemas/X`.
fn component_of(reference: &str) -> String {
    reference.split('/').take(4).collect::<Vec<_>>().join("/")
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.clone());
            }
            members.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

fn convert(schema: &Value, root: &Value, direction: Direction) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut out = Map::new();
    for (name, value) in members {
        let converted = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => Value::Object(
                properties
                    .iter()
                    .map(|(k, v)| (k.clone(), convert(v, root, direction)))
                    .collect(),
            ),
            ("required", Value::Array(names)) => demanded(names, members, root, direction),
            ("items" | "additionalProperties" | "not", _) => convert(value, root, direction),
            ("allOf" | "oneOf" | "anyOf", Value::Array(all)) => {
                let all = all.iter().map(|v| convert(v, root, direction)).collect();
                // Published alternatives overlap (two plain strings, an empty object): one of them
                // has to fit, not exactly one.
                let name = if name == "oneOf" && !members.contains_key("anyOf") {
                    "anyOf"
                } else {
                    name
                };
                out.insert(name.to_owned(), all);
                continue;
            }
            // A published pattern ends in a line break that no value has.
            ("pattern", Value::String(pattern)) => json!(pattern.trim_end()),
            (
                "$ref" | "type" | "enum" | "minimum" | "maximum" | "minLength" | "maxLength"
                | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "uniqueItems"
                | "multipleOf",
                _,
            ) => value.clone(),
            _ => continue,
        };
        out.insert(name.clone(), converted);
    }
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if members.get(exclusive) == Some(&Value::Bool(true))
            && let Some(limit) = out.remove(bound)
        {
            out.insert(exclusive.to_owned(), limit);
        }
    }
    if members.get("nullable") == Some(&Value::Bool(true)) {
        return json!({ "anyOf": [{ "type": "null" }, out] });
    }
    Value::Object(out)
}

fn demanded(
    names: &[Value],
    schema: &Map<String, Value>,
    root: &Value,
    direction: Direction,
) -> Value {
    let mark = match direction {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let properties = schema.get("properties").unwrap_or(&Value::Null);
    names
        .iter()
        .filter(|name| {
            let property = name.as_str().map_or(&Value::Null, |n| &properties[n]);
            property[mark] != true && resolve(root, property)[mark] != true
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Direction, compile, standalone};

    #[test]
    fn references_nulls_and_one_way_members_are_understood() {
        let root = json!({ "components": { "schemas": {
            "Node": { "type": "object", "required": ["id", "name"], "additionalProperties": false, "properties": {
                "id": { "type": "string", "readOnly": true },
                "name": { "type": "string", "nullable": true },
                "next": { "$ref": "#/components/schemas/Node" },
            }},
        }}});
        let schema = json!({ "$ref": "#/components/schemas/Node" });
        let request = compile(&standalone(&root, &schema, Direction::Request)).unwrap();
        assert!(request.is_valid(&json!({ "name": null, "next": { "name": "b" } })));
        assert!(!request.is_valid(&json!({ "name": null, "next": { "nmae": "b" } })));
        let response = compile(&standalone(&root, &schema, Direction::Response)).unwrap();
        assert!(!response.is_valid(&json!({ "name": "a" })));
        assert!(response.is_valid(&json!({ "id": "1", "name": "a" })));
    }
}
