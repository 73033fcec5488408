//! Ways through a document that the passes share: its operations and its schemas.

use serde_json::{Map, Value};

/// The keys of a path item that hold an operation.
pub(super) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An object of JSON.
pub(super) type Object = Map<String, Value>;

/// Calls `visit` with the path, the method and the value of every operation.
pub(super) fn operations(root: &mut Value, mut visit: impl FnMut(&str, &str, &mut Object)) {
    let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                visit(path, method, operation);
            }
        }
    }
}

/// The component schemas of a document, made when there are none.
pub(super) fn components(root: &mut Value) -> &mut Object {
    let components = child(root, "components");
    child(components, "schemas")
        .as_object_mut()
        .unwrap_or_else(|| unreachable!("child gives an object"))
}

/// The member `key` of an object, made an object when it is none.
fn child<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let member = &mut value[key];
    if !member.is_object() {
        *member = Value::Object(Map::new());
    }
    member
}

/// Calls `visit` with every schema below and including this one, the innermost first.
pub(super) fn schemas(schema: &mut Value, visit: &mut impl FnMut(&mut Object)) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    children(object, |child| schemas(child, visit));
    visit(object);
}

/// Calls `visit` with every component schema and everything below it, the innermost first.
pub(super) fn component_schemas(root: &mut Value, mut visit: impl FnMut(&mut Object)) {
    for schema in components(root).values_mut() {
        schemas(schema, &mut visit);
    }
}

/// Calls `visit` with each schema that stands directly in this one.
pub(super) fn children(object: &mut Object, mut visit: impl FnMut(&mut Value)) {
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        properties.values_mut().for_each(&mut visit);
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(child @ Value::Object(_)) = object.get_mut(key) {
            visit(child);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        if let Some(Value::Array(members)) = object.get_mut(key) {
            members.iter_mut().for_each(&mut visit);
        }
    }
}

/// The name of the component schema that a `$ref` names, if it names one.
pub(super) fn component_of(reference: &str) -> Option<&str> {
    reference
        .strip_prefix("#/components/schemas/")
        .filter(|name| !name.contains('/'))
}

/// A reference to a component schema.
pub(super) fn reference(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("#/components/schemas/{name}") })
}
