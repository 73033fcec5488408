//! Bodies that the server makes itself, from a state or a recorded write, checked against the
//! schema of the operation that they are for.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::model::{Body, Operation};

/// How many faults are told at once.
const TOLD: usize = 5;

/// By the key of an operation; `None` for a schema that cannot be compiled.
type Compiled = HashMap<&'static str, Option<Arc<Validator>>>;

/// Schemas that have been compiled.
static COMPILED: LazyLock<RwLock<Compiled>> = LazyLock::new(RwLock::default);

/// What does not fit, each with its `path` and a `message` that repeats no value; empty when all
/// does. A null is let through: it stands for "none", and the documents seldom say where it may.
pub fn faults(operation: &'static Operation, body: &Value) -> Vec<Value> {
    let declared = operation.body.as_ref();
    let Some(declared) = declared.filter(|declared| declared.media == "application/json") else {
        return Vec::new();
    };
    let Some(validator) = compiled(operation.key, declared) else {
        return Vec::new();
    };
    validator
        .iter_errors(body)
        .filter(|error| !error.instance().is_null())
        .take(TOLD)
        .map(|error| {
            json!({
                "path": error.instance_path().to_string(),
                "message": error.masked().to_string(),
            })
        })
        .collect()
}

fn compiled(key: &'static str, body: &Body) -> Option<Arc<Validator>> {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(key) {
        return validator.clone();
    }
    drop(known);
    let schema: Option<Value> = serde_json::from_str(body.schema).ok();
    let validator = schema.and_then(|schema| jsonschema::validator_for(&schema).ok());
    if validator.is_none() {
        tracing::error!(operation = key, "the body's schema is broken");
    }
    let validator = validator.map(Arc::new);
    COMPILED
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(key, validator.clone());
    validator
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::catalog::model::Tool;

    #[test]
    fn every_schema_of_a_body_compiles() {
        let operations = catalog::tools().iter().flat_map(Tool::operations);
        for operation in operations {
            if let Some(body) = &operation.body {
                assert!(compiled(operation.key, body).is_some(), "{}", operation.key);
            }
        }
    }

    #[test]
    fn the_path_is_told_and_the_value_is_not() {
        let operation = catalog::operation("jira-platform:updateCustomField").unwrap();
        assert!(faults(operation, &json!({"name": "n", "description": null})).is_empty());
        let told = faults(operation, &json!({"description": ["hunter2"]}));
        assert_eq!(told[0]["path"], "/description", "{told:?}");
        assert!(!format!("{told:?}").contains("hunter2"));
    }
}
