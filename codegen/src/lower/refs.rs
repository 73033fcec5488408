//! References: path items, parameters, bodies and responses are put in place; what remains points at
//! a component schema as a whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::walk::{METHODS, component_of, components, reference};

/// How many references may follow one another before the chain is taken for a circle.
const LONGEST_CHAIN: usize = 16;

/// Puts everything but schemas in place and makes every schema reference name a component.
pub(super) fn run(root: &mut Value) {
    let published = root.clone();
    path_items(root, &published);
    let mut hoisted = BTreeMap::new();
    schema_references(root, &published, &mut hoisted);
    components(root).extend(hoisted);
    drop_other_components(root);
}

/// What `value` stands for, following references; nothing when one leads nowhere.
fn resolve<'a>(value: &'a Value, published: &'a Value) -> Option<&'a Value> {
    let mut value = value;
    for _ in 0..LONGEST_CHAIN {
        match value.get("$ref").and_then(Value::as_str) {
            None => return Some(value),
            Some(target) => value = lookup(target, published)?,
        }
    }
    None
}

fn lookup<'a>(target: &str, published: &'a Value) -> Option<&'a Value> {
    let pointer = target.strip_prefix('#')?;
    published
        .pointer(pointer)
        .or_else(|| published.pointer(&pointer.replace("%7B", "{").replace("%7D", "}")))
}

fn path_items(root: &mut Value, published: &Value) {
    let Some(Value::Object(paths)) = root.get_mut("paths") else {
        return;
    };
    for item in paths.values_mut() {
        put_in_place(item, published);
        if let Some(parameters) = item.get_mut("parameters") {
            each_in_place(parameters, published);
        }
        for method in METHODS {
            let Some(Value::Object(operation)) = item.get_mut(method) else {
                continue;
            };
            if let Some(parameters) = operation.get_mut("parameters") {
                each_in_place(parameters, published);
            }
            if let Some(body) = operation.get_mut("requestBody") {
                put_in_place(body, published);
            }
            if let Some(Value::Object(responses)) = operation.get_mut("responses") {
                for response in responses.values_mut() {
                    put_in_place(response, published);
                }
            }
        }
    }
}

fn each_in_place(list: &mut Value, published: &Value) {
    if let Value::Array(list) = list {
        for value in list {
            put_in_place(value, published);
        }
    }
}

fn put_in_place(value: &mut Value, published: &Value) {
    if value.get("$ref").is_some() {
        *value = resolve(value, published).cloned().unwrap_or(json!({}));
    }
}

/// Turns references into the middle of a schema into components of their own, and references that
/// lead nowhere into the schema that allows anything.
fn schema_references(value: &mut Value, published: &Value, hoisted: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                let target = target.to_owned();
                if let Some(name) = component_of(&target) {
                    if published.pointer(&target[1..]).is_none() {
                        let name = name.to_owned();
                        hoisted.entry(name).or_insert_with(|| json!({}));
                    }
                    return;
                }
                *value = hoist(&target, published, hoisted);
                return;
            }
            for member in object.values_mut() {
                schema_references(member, published, hoisted);
            }
        }
        Value::Array(list) => {
            for member in list {
                schema_references(member, published, hoisted);
            }
        }
        _ => {}
    }
}

fn hoist(target: &str, published: &Value, hoisted: &mut BTreeMap<String, Value>) -> Value {
    let Some(found) = lookup(target, published) else {
        return json!({});
    };
    let name: String = target
        .split('/')
        .filter(|step| {
            !matches!(
                *step,
                "#" | "components" | "schemas" | "properties" | "items"
            )
        })
        .map(|step| step.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
        .collect::<Vec<_>>()
        .join("_");
    if !hoisted.contains_key(&name) {
        // Entered before the inner references are followed: they may lead back here.
        hoisted.insert(name.clone(), json!({}));
        let mut schema = found.clone();
        schema_references(&mut schema, published, hoisted);
        hoisted.insert(name.clone(), schema);
    }
    reference(&name)
}

fn drop_other_components(root: &mut Value) {
    if let Some(Value::Object(components)) = root.get_mut("components") {
        components.retain(|key, _| key == "schemas");
    }
}
