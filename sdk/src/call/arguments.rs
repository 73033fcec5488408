//! The arguments of a call, and how the glue takes them out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::CallError;
use crate::json::Json;
use crate::wire::{RawBody, refusal};

/// The arguments of a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arguments {
    /// Path, query and header parameters by their published names; a name that stands in two places
    /// is written `path.name` and `query.name`.
    pub params: Map<String, Value>,
    /// The body. For an operation that takes a file: `{"content_type", "base64"}`, and `field` and
    /// `file_name` where it wants a form.
    pub body: Option<Value>,
}

impl Arguments {
    /// Refuses parameters that the operation does not have, and a body where it takes none.
    pub(super) fn only(&self, known: &[&str], takes_body: bool) -> Result<(), CallError> {
        if let Some(name) = self
            .params
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            return Err(wrong(name, "the operation has no such parameter"));
        }
        if self.body.is_some() && !takes_body {
            return Err(wrong("body", "the operation takes no body"));
        }
        Ok(())
    }

    /// A path parameter, which must stay within its place in the path.
    pub(super) fn path<T: DeserializeOwned>(&self, name: &str) -> Result<T, CallError> {
        let value = self.params.get(name).unwrap_or(&Value::Null);
        if let Value::String(text) = value
            && let Some(reason) = refusal(text)
        {
            return Err(CallError::Path {
                name: name.to_owned(),
                reason,
            });
        }
        self.required(name)
    }

    /// A parameter that must be given.
    pub(super) fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, CallError> {
        self.optional(name)?
            .ok_or_else(|| wrong(name, "is required"))
    }

    /// A parameter that may be left out; null leaves it out too.
    pub(super) fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, CallError> {
        match self.params.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => decode(value)
                .map(Some)
                .map_err(|error| wrong(name, &error.to_string())),
        }
    }

    /// The body of an operation that needs one.
    pub(super) fn body<T>(&self) -> Result<Json<T>, CallError> {
        self.body_if_given()
            .ok_or_else(|| wrong("body", "is required"))
    }

    /// The body of an operation that can do without.
    pub(super) fn body_if_given<T>(&self) -> Option<Json<T>> {
        self.body.clone().map(Json::new)
    }

    /// The body of an operation that takes a file.
    #[allow(
        dead_code,
        reason = "whether any operation takes a file is the manifest's choice"
    )]
    pub(super) fn raw_body(&self) -> Result<RawBody, CallError> {
        let text = |member: &str| self.body.as_ref()?.get(member)?.as_str();
        let content_type =
            text("content_type").ok_or_else(|| wrong("body", "content_type is required"))?;
        let encoded = text("base64").ok_or_else(|| wrong("body", "base64 is required"))?;
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|error| wrong("body", &format!("base64: {error}")))?;
        Ok(match (text("field"), text("file_name")) {
            (None, None) => RawBody::new(content_type, bytes),
            (field, name) => RawBody::file(
                field.unwrap_or("file"),
                name.unwrap_or("file"),
                content_type,
                bytes,
            ),
        })
    }
}

/// Reads a value as the parameter's type.
///
/// On the wire all parameters are text, and a site gives as a string in one answer the id that the
/// document of the next operation calls a number: either form is taken, and one value for a list of
/// one. What is wrong is told of the value as it was given.
fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    T::deserialize(value).or_else(|error| {
        other_forms(value)
            .into_iter()
            .find_map(|form| T::deserialize(form).ok())
            .ok_or(error)
    })
}

fn other_forms(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let swapped: Option<Vec<Value>> = items.iter().map(swapped).collect();
            swapped.map(Value::Array).into_iter().collect()
        }
        one => {
            let alone = swapped(one);
            let lists = [Some(one.clone()), alone.clone()];
            let lists = lists
                .into_iter()
                .flatten()
                .map(|item| Value::Array(vec![item]));
            alone.into_iter().chain(lists).collect()
        }
    }
}

/// Text for a number or a truth value, and the other way round.
fn swapped(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text)
            .ok()
            .filter(|plain: &Value| plain.is_number() || plain.is_boolean()),
        Value::Number(_) | Value::Bool(_) => Some(Value::String(value.to_string())),
        _ => None,
    }
}

fn wrong(name: &str, reason: &str) -> CallError {
    CallError::Argument {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(params: &Value) -> Arguments {
        Arguments {
            params: params.as_object().unwrap().clone(),
            body: None,
        }
    }

    #[test]
    fn numbers_and_text_stand_for_one_another() {
        let arguments = given(&json!({ "a": "12", "b": 12, "c": "true", "d": "x" }));
        assert_eq!(arguments.required::<i64>("a").unwrap(), 12);
        assert_eq!(arguments.required::<String>("b").unwrap(), "12");
        assert!(arguments.required::<bool>("c").unwrap());
        let error = arguments.required::<i64>("d").unwrap_err().to_string();
        assert_eq!(
            error,
            "argument d: invalid type: string \"x\", expected i64"
        );
    }

    #[test]
    fn one_value_stands_for_a_list_of_one() {
        let arguments = given(&json!({ "a": "x", "b": 7, "c": [1, 2], "d": [[]] }));
        assert_eq!(arguments.required::<Vec<String>>("a").unwrap(), ["x"]);
        assert_eq!(arguments.required::<Vec<String>>("b").unwrap(), ["7"]);
        assert_eq!(arguments.required::<Vec<i64>>("b").unwrap(), [7]);
        assert_eq!(arguments.required::<Vec<String>>("c").unwrap(), ["1", "2"]);
        assert!(arguments.required::<Vec<String>>("d").is_err());
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let arguments = given(&json!({ "a": null }));
        assert_eq!(arguments.optional::<String>("a").unwrap(), None);
        let missing = arguments.required::<String>("a").unwrap_err().to_string();
        assert_eq!(missing, "argument a: is required");
        assert!(arguments.only(&["a"], false).is_ok());
        let unknown = arguments.only(&["b"], false).unwrap_err().to_string();
        assert_eq!(unknown, "argument a: the operation has no such parameter");
    }

    #[test]
    fn a_path_parameter_stays_in_its_place() {
        for value in ["", ".", "..", "a\tb"] {
            let refused = given(&json!({ "id": value })).path::<String>("id");
            assert!(matches!(refused, Err(CallError::Path { .. })), "{value:?}");
        }
        assert_eq!(
            given(&json!({ "id": "a/b" })).path::<String>("id").unwrap(),
            "a/b"
        );
    }
}
