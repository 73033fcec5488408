//! Cuts a document down to some operations and the components that they reach.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::{Document, METHODS};

/// The document with only the operations of these ids, and the components that they reach.
pub fn select(document: &Document, ids: &BTreeSet<String>) -> Document {
    let mut root = document.root.clone();
    if let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|_, item| keep_operations(item, ids));
    }
    let reached = reach(document, root.get("paths"));
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|kind, map| keep_components(kind, map, &reached));
    }
    Document {
        api: document.api.clone(),
        root,
    }
}

/// Drops the other operations of a path item; false when none is left.
fn keep_operations(item: &mut Value, ids: &BTreeSet<String>) -> bool {
    let Some(item) = item.as_object_mut() else {
        return false;
    };
    item.retain(|key, operation| {
        let id = operation.get("operationId").and_then(Value::as_str);
        !is_method(key) || id.is_some_and(|id| ids.contains(id))
    });
    item.keys().any(|key| is_method(key))
}

fn is_method(key: &str) -> bool {
    METHODS.iter().any(|(method, _)| *method == key)
}

fn keep_components(kind: &str, map: &mut Value, reached: &BTreeSet<Component>) -> bool {
    let Some(map) = map.as_object_mut() else {
        return false;
    };
    map.retain(|name, _| reached.contains(&(kind.to_owned(), name.clone())));
    !map.is_empty()
}

/// Kind and name of a component, e.g. `("schemas", "Project")`.
type Component = (String, String);

/// The components that `from` refers to, directly or through others.
fn reach(document: &Document, from: Option<&Value>) -> BTreeSet<Component> {
    let mut reached = BTreeSet::new();
    let mut pending: Vec<&Value> = from.into_iter().collect();
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(map) => {
                pending.extend(map.values());
                for component in references(map) {
                    let target = document.root.get("components");
                    let target = target.and_then(|all| all.get(&component.0)?.get(&component.1));
                    if reached.insert(component) {
                        pending.extend(target);
                    }
                }
            }
            _ => {}
        }
    }
    reached
}

/// What `$ref` and a discriminator's `mapping` name.
fn references(map: &Map<String, Value>) -> Vec<Component> {
    let direct = map.get("$ref").and_then(Value::as_str);
    let mapping = map.get("mapping").and_then(Value::as_object);
    let mapped = mapping
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_str);
    direct
        .into_iter()
        .chain(mapped)
        .filter_map(component_of)
        .collect()
}

/// `#/components/schemas/Project/properties/key` lies in the component `Project`.
fn component_of(target: &str) -> Option<Component> {
    let (kind, rest) = target.strip_prefix("#/components/")?.split_once('/')?;
    let name = rest.split('/').next()?;
    Some((kind.to_owned(), name.replace("~1", "/").replace("~0", "~")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_operation_reaches_is_kept() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = Document {
            api: "d".to_owned(),
            root: json!({
                "paths": {
                    "/a": {
                        "parameters": [{"$ref": "#/components/parameters/P"}],
                        "get": {"operationId": "getA", "x": reference("A")},
                        "put": {"operationId": "putA", "x": reference("Unused")},
                    },
                    "/b": {"get": {"operationId": "getB"}},
                },
                "components": {
                    "parameters": {"P": {}, "Q": {}},
                    "responses": {"R": {}},
                    "schemas": {
                        "A": {"oneOf": [{"$ref": "#/components/schemas/B/properties/c"}]},
                        "B": {"properties": {"c": reference("A"), "d": reference("C")}},
                        "C": {"discriminator": {"mapping": {"x": "#/components/schemas/D"}}},
                        "D": {},
                        "Unused": {},
                    },
                },
            }),
        };
        let cut = select(&document, &BTreeSet::from(["getA".to_owned()]));
        let keys = |pointer: &str| -> Vec<String> {
            cut.root
                .pointer(pointer)
                .unwrap()
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(keys("/paths"), ["/a"]);
        assert_eq!(keys("/paths/~1a"), ["get", "parameters"]);
        assert_eq!(keys("/components"), ["parameters", "schemas"]);
        assert_eq!(keys("/components/schemas"), ["A", "B", "C", "D"]);
        assert_eq!(keys("/components/parameters"), ["P"]);
    }
}
