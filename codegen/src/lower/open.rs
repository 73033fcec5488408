//! Objects stay open: an answer may carry more than the document says.

use serde_json::Value;

use super::walk::{Object, component_schemas};

/// Keeps `additionalProperties` only where it is the shape of a map.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, open);
}

fn open(schema: &mut Object) {
    let has_properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    let is_map = schema
        .get("additionalProperties")
        .is_some_and(Value::is_object);
    if has_properties || !is_map {
        schema.remove("additionalProperties");
    }
    if !has_properties {
        schema.remove("properties");
    }
}
