//! `required` names properties that exist, each once.

use serde_json::Value;

use super::walk::{Object, component_schemas};

/// Drops from `required` what is no property, and `required` itself when nothing is left.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, tidy);
}

fn tidy(schema: &mut Object) {
    let Some(required) = schema.remove("required") else {
        return;
    };
    let (Value::Array(mut names), Some(Value::Object(properties))) =
        (required, schema.get("properties"))
    else {
        return;
    };
    names.retain(|name| {
        name.as_str()
            .is_some_and(|name| properties.contains_key(name))
    });
    names.sort_by_key(ToString::to_string);
    names.dedup();
    if !names.is_empty() {
        schema.insert("required".to_owned(), Value::Array(names));
    }
}
