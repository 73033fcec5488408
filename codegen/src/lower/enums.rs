//! Enumerations: strings only, none of them null, each a variant of its own.

use std::collections::BTreeSet;

use heck::ToPascalCase as _;
use serde_json::{Value, json};

use super::walk::{Object, component_schemas};

/// Tidies the enumerations of every component schema and of what is below it.
pub(super) fn run(root: &mut Value) {
    component_schemas(root, tidy);
}

/// Drops an enumeration that has no Rust form; the value is then any of its type.
pub(super) fn tidy(schema: &mut Object) {
    let Some(values) = schema.remove("enum") else {
        return;
    };
    let Value::Array(mut values) = values else {
        return;
    };
    if values.iter().any(Value::is_null) {
        values.retain(|value| !value.is_null());
        schema.insert("nullable".to_owned(), json!(true));
    }
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.to_string()));
    let is_string = schema.get("type") == Some(&json!("string"));
    if is_string && variants_differ(&values) {
        schema.insert("enum".to_owned(), Value::Array(values));
    }
}

/// Whether each value is a string that gives a variant name no other gives (`+name` and `-name`,
/// `=` and `!=` do not).
fn variants_differ(values: &[Value]) -> bool {
    let mut names = BTreeSet::new();
    !values.is_empty()
        && values.iter().all(|value| {
            value.as_str().is_some_and(|text| {
                let name = text
                    .replace('\'', "")
                    .replace(|c: char| !(c.is_alphanumeric() || c == '_'), "-")
                    .to_pascal_case();
                !name.is_empty() && names.insert(name)
            })
        })
}
