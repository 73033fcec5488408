//! Names the schemas of bodies and answers and wraps them as `Json<T>`.

use serde_json::{Value, json};

use super::walk::{Object, component_of, operations, reference};

/// Gives a body or answer that is not a reference a component of its own and returns the reference.
///
/// The schema that allows anything stays as it is: `Json<serde_json::Value>` says as much.
pub(super) fn name_schema(schemas: &mut Object, wanted: &str, schema: Value) -> Value {
    let anything = schema.as_object().is_none_or(Object::is_empty);
    if anything {
        return json!({});
    }
    if schema
        .get("$ref")
        .and_then(Value::as_str)
        .is_some_and(|r| component_of(r).is_some())
    {
        return schema;
    }
    let mut name = wanted.to_owned();
    let mut count = 1;
    while schemas.contains_key(&name) {
        count += 1;
        name = format!("{wanted}_{count}");
    }
    schemas.insert(name.clone(), schema);
    reference(&name)
}

/// Makes typify use the SDK's `Json<T>` for every body and answer.
pub(super) fn run(root: &mut Value) {
    operations(root, |_, _, operation| {
        for place in [
            "/requestBody/content/application~1json/schema",
            "/responses/2XX/content/application~1json/schema",
        ] {
            let mut whole = Value::Object(std::mem::take(operation));
            if let Some(schema) = whole.pointer_mut(place) {
                *schema = json!({
                    "x-rust-type": {
                        "crate": "atlassian-admin",
                        "version": "*",
                        "path": "atlassian_admin::Json",
                        "parameters": [schema.take()],
                    }
                });
            }
            if let Value::Object(back) = whole {
                *operation = back;
            }
        }
    });
}
