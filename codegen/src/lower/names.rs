//! Names: no two components, properties or parameters may become one Rust name.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::walk::{Object, component_of, component_schemas, components};

/// Parts a name from the number that keeps it apart from another; no published name has it.
const MARK: char = '#';

/// Keeps component names apart as type names and property names apart as field names.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, fields);
    types(root);
}

/// The name on the wire of a name that may carry a mark.
pub fn without_mark(name: &str) -> &str {
    match name.rsplit_once(MARK) {
        Some((wire, number)) if number.chars().all(|c| c.is_ascii_digit()) => wire,
        _ => name,
    }
}

/// The same name with the mark that sets it apart as the `count`th of its kind.
pub(super) fn marked(name: &str, count: usize) -> String {
    format!("{name}{MARK}{count}")
}

/// The Rust field that typify makes of a property.
fn field(name: &str) -> String {
    name.replace('\'', "")
        .replace(|c: char| !(c.is_alphanumeric() || c == '_'), "-")
        .to_snake_case()
}

/// The Rust type that typify makes of a component.
pub(super) fn type_name(name: &str) -> String {
    name.replace('\'', "")
        .replace(|c: char| !(c.is_alphanumeric() || c == '_'), "-")
        .to_pascal_case()
}

fn fields(schema: &mut Object) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut taken = BTreeSet::new();
    let mut renamed = BTreeMap::new();
    for name in properties.keys() {
        let mut count = 1;
        let mut candidate = name.clone();
        while !taken.insert(field(&candidate)) {
            count += 1;
            candidate = marked(name, count);
        }
        if candidate != *name {
            renamed.insert(name.clone(), candidate);
        }
    }
    for (name, candidate) in &renamed {
        if let Some(property) = properties.remove(name) {
            properties.insert(candidate.clone(), property);
        }
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            if let Some(candidate) = name.as_str().and_then(|name| renamed.get(name)) {
                *name = Value::String(candidate.clone());
            }
        }
    }
}

fn types(root: &mut Value) {
    let mut taken = BTreeSet::new();
    let mut renamed = BTreeMap::new();
    for name in components(root).keys() {
        let mut count = 1;
        let mut candidate = name.clone();
        while !taken.insert(type_name(&candidate)) {
            count += 1;
            candidate = format!("{name}_{count}");
        }
        if candidate != *name {
            renamed.insert(name.clone(), candidate);
        }
    }
    if renamed.is_empty() {
        return;
    }
    let schemas = components(root);
    for (name, candidate) in &renamed {
        if let Some(schema) = schemas.remove(name) {
            schemas.insert(candidate.clone(), schema);
        }
    }
    rename_references(root, &renamed);
}

fn rename_references(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            let target = object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(component_of);
            if let Some(candidate) = target.and_then(|name| renamed.get(name)) {
                *value = super::walk::reference(candidate);
                return;
            }
            for member in object.values_mut() {
                rename_references(member, renamed);
            }
        }
        Value::Array(list) => list
            .iter_mut()
            .for_each(|member| rename_references(member, renamed)),
        _ => {}
    }
}
