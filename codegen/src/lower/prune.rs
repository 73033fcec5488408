//! Drops the component schemas that no operation reaches any more.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{component_of, components};

/// Keeps the components that the paths reach, directly or through one another.
pub(super) fn run(root: &mut Value) {
    let mut reached = BTreeSet::new();
    let mut waiting = Vec::new();
    collect(&root["paths"], &mut waiting);
    let schemas = components(root);
    while let Some(name) = waiting.pop() {
        if let Some(schema) = schemas.get(&name)
            && reached.insert(name)
        {
            collect(schema, &mut waiting);
        }
    }
    schemas.retain(|name, _| reached.contains(name));
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref") {
                found.extend(component_of(target).map(str::to_owned));
            }
            object.values().for_each(|member| collect(member, found));
        }
        Value::Array(list) => list.iter().for_each(|member| collect(member, found)),
        _ => {}
    }
}
