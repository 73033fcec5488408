//! Checks one request against its operation: parameters, media type, body.

use std::collections::BTreeMap;

use serde_json::Value;

use super::operation::{Location, Operation, Parameter};
use crate::host::exchange::Request;
use crate::host::refusal::Refusal;

/// Parameter values by name, as they came; several where a list was given.
pub(crate) type Arguments = BTreeMap<String, Vec<String>>;

/// The values of path and query, each of the declared type.
pub(crate) fn arguments(
    operation: &Operation,
    path: Vec<(String, String)>,
    query: &str,
) -> Result<Arguments, Refusal> {
    let mut given: Arguments = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        given
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    for (name, value) in path {
        given.insert(name, vec![value]);
    }
    for parameter in &operation.parameters {
        if parameter.location == Location::Header {
            continue;
        }
        match given.get_mut(&parameter.name) {
            Some(values) => one(parameter, values)?,
            None if parameter.required => {
                return Err(Refusal::field(&parameter.name, "is required"));
            }
            None => {}
        }
    }
    Ok(given)
}

fn one(parameter: &Parameter, values: &mut Vec<String>) -> Result<(), Refusal> {
    let schema = &parameter.schema;
    let list = schema["type"] == "array";
    if list && !parameter.explode {
        *values = values
            .iter()
            .flat_map(|v| v.split(',').map(str::to_owned))
            .collect();
    }
    if !list && values.len() > 1 {
        return Err(Refusal::field(&parameter.name, "was given more than once"));
    }
    let item = if list { &schema["items"] } else { schema };
    for value in values {
        if let Some(wrong) = mismatch(item, value) {
            let text = format!("'{value}' {wrong}");
            return Err(Refusal::field(&parameter.name, text));
        }
    }
    Ok(())
}

fn mismatch(schema: &Value, value: &str) -> Option<&'static str> {
    let fits = match schema["type"].as_str() {
        Some("integer") => value.parse::<i64>().is_ok(),
        Some("number") => value.parse::<f64>().is_ok(),
        Some("boolean") => matches!(value, "true" | "false"),
        _ => true,
    };
    if !fits {
        return Some("is not of the declared type");
    }
    let choices = schema["enum"].as_array()?;
    let chosen = choices.iter().any(|choice| match choice {
        Value::String(text) => text == value,
        other => value.parse::<Value>().is_ok_and(|given| given == *other),
    });
    (!chosen).then_some("is not one of the allowed values")
}

/// The JSON body, checked; `Null` when the operation takes none or none was needed.
pub(crate) fn body(operation: &Operation, request: &Request) -> Result<Value, Refusal> {
    let Some(declared) = &operation.body else {
        return Ok(Value::Null);
    };
    if request.body.is_empty() {
        return if declared.required {
            Err(Refusal::bad("a request body is required"))
        } else {
            Ok(Value::Null)
        };
    }
    let media = request.media_type().unwrap_or_default();
    let Some(payload) = declared.media.get(&media) else {
        return Err(Refusal::new(
            415,
            format!("media type '{media}' is not supported"),
        ));
    };
    let body: Value = serde_json::from_slice(&request.body)
        .map_err(|e| Refusal::bad(format!("the body is not valid JSON: {e}")))?;
    match payload.validator() {
        None => Ok(body),
        Some(Err(broken)) => Err(Refusal::new(
            500,
            format!("schema does not compile: {broken}"),
        )),
        Some(Ok(validator)) => {
            let fault = validator.iter_errors(&body).next().map(|error| {
                let at = error.instance_path().to_string();
                let at = if at.is_empty() { "/".to_owned() } else { at };
                Refusal::field(&at, error.to_string())
            });
            fault.map_or(Ok(body), Err)
        }
    }
}
