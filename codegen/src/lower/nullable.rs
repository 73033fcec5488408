//! Null: said where Rust has a place for it, which is an optional property.

use serde_json::{Value, json};

use super::walk::{Object, component_schemas};

/// Makes nullable properties optional and drops the word everywhere else.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, |schema| {
        optional_properties(schema);
        super::walk::children(schema, |child| {
            if let Value::Object(child) = child {
                child.remove("nullable");
            }
        });
    });
    for schema in super::walk::components(root).values_mut() {
        if let Value::Object(schema) = schema {
            schema.remove("nullable");
        }
    }
}

fn optional_properties(schema: &mut Object) {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return;
    };
    let nullable: Vec<String> = properties
        .iter()
        .filter(|(_, property)| property.get("nullable") == Some(&json!(true)))
        .map(|(name, _)| name.clone())
        .collect();
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !nullable.iter().any(|other| name == other));
    }
}
