//! Combinations: `allOf` of objects becomes one object; a choice becomes any JSON.
//!
//! typify makes a struct of flattened options of `anyOf` and tries the members of `oneOf` in turn; in
//! documents where nearly every property is optional both guess wrong without a word. A value that
//! the caller looks into is the honest type for a choice.

use serde_json::{Map, Value, json};

use super::walk::{Object, component_of, component_schemas, components};

/// How deep `allOf` may nest before it is taken for a circle.
const DEEPEST: usize = 12;

/// How often combinations inside merged objects are merged before they become any JSON.
const ROUNDS: usize = 3;

/// Leaves no `allOf`, `oneOf`, `anyOf` or `not` in the component schemas.
pub(super) fn run(root: &mut Value) {
    for _ in 0..ROUNDS {
        // What a merge brings in may hold combinations of its own: the next round takes them.
        let published = components(root).clone();
        component_schemas(root, |schema| flatten(schema, &published));
    }
    component_schemas(root, |schema| {
        if schema.contains_key("allOf") {
            schema.clear();
        }
    });
}

fn flatten(schema: &mut Object, published: &Object) {
    schema.remove("not");
    choice(schema);
    let Some(Value::Array(members)) = schema.get("allOf") else {
        return;
    };
    if let [only] = members.as_slice()
        && !schema.contains_key("properties")
    {
        let nullable = schema.get("nullable").cloned();
        let mut only = only.as_object().cloned().unwrap_or_default();
        if let Some(nullable) = nullable {
            only.insert("nullable".to_owned(), nullable);
        }
        *schema = only;
        return;
    }
    let nullable = schema.remove("nullable");
    let mut merged = Merged::default();
    merged.take(&Value::Object(schema.clone()), published, DEEPEST);
    *schema = merged.into_schema();
    if let Some(nullable) = nullable {
        schema.insert("nullable".to_owned(), nullable);
    }
}

/// A choice of one is that one, a choice between a shape and null is the shape; any other choice is
/// dropped: beside properties the object remains, alone anything is allowed.
fn choice(schema: &mut Object) {
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(mut members)) = schema.remove(key) else {
            continue;
        };
        let all = members.len();
        members.retain(|member| member.get("type") != Some(&json!("null")));
        let had_null = members.len() != all;
        let alone = !["properties", "allOf", "oneOf", "anyOf"]
            .iter()
            .any(|k| schema.contains_key(*k));
        match members.as_slice() {
            [Value::Object(only)] if alone => {
                let nullable = had_null || schema.get("nullable") == Some(&json!(true));
                schema.clone_from(only);
                if nullable {
                    schema.insert("nullable".to_owned(), json!(true));
                }
            }
            _ if alone => schema.clear(),
            _ => {}
        }
    }
}

/// The properties of several objects in one.
#[derive(Default)]
struct Merged {
    properties: Object,
    required: Vec<Value>,
    is_object: bool,
}

impl Merged {
    fn take(&mut self, schema: &Value, published: &Object, depth: usize) {
        if depth == 0 {
            return;
        }
        if let Some(name) = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(component_of)
        {
            if let Some(target) = published.get(name) {
                self.take(target, published, depth - 1);
            }
            return;
        }
        if let Some(Value::Array(members)) = schema.get("allOf") {
            for member in members {
                self.take(member, published, depth - 1);
            }
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            self.is_object = true;
            for (name, property) in properties {
                self.properties.insert(name.clone(), property.clone());
            }
        }
        if let Some(Value::Array(required)) = schema.get("required") {
            self.required.extend(required.iter().cloned());
        }
        self.is_object |= schema.get("type") == Some(&json!("object"));
    }

    fn into_schema(self) -> Object {
        let mut schema = Map::new();
        if self.is_object {
            schema.insert("type".to_owned(), json!("object"));
            schema.insert("properties".to_owned(), Value::Object(self.properties));
            schema.insert("required".to_owned(), Value::Array(self.required));
        }
        schema
    }
}
