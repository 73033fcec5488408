//! Answers and bodies of operations in the documents, and pointers into them.

use serde_json::Value;

use super::scope::Scope;
use crate::schema::{Reach, keys_at, reach};
use crate::spec::{Document, Operation};

/// The schema of the first successful answer that has one.
pub(in crate::manifest) fn answer<'a>(
    document: &'a Document,
    operation: Operation<'a>,
) -> Option<&'a Value> {
    operation
        .value
        .get("responses")?
        .as_object()?
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(_, response)| schema_of(document, document.resolve(response)))
        .filter(|schema| schema.as_object().is_some_and(|schema| !schema.is_empty()))
}

/// The media type and schema of the request body, JSON where there is a choice.
pub(in super::super) fn request<'a>(
    document: &'a Document,
    operation: Operation<'a>,
) -> Option<(&'a str, &'a Value, bool)> {
    let body = document.resolve(operation.value.get("requestBody")?);
    let content = body.get("content")?.as_object()?;
    let (media, value) = content
        .get_key_value("application/json")
        .or_else(|| content.iter().next())?;
    let required = body.get("required") == Some(&Value::Bool(true));
    Some((media, value.get("schema").unwrap_or(&Value::Null), required))
}

fn schema_of<'a>(document: &'a Document, holder: &'a Value) -> Option<&'a Value> {
    let content = holder.get("content")?.as_object()?;
    let media = content
        .get("application/json")
        .or_else(|| content.values().next())?;
    media.get("schema").map(|schema| document.resolve(schema))
}

/// Tells when a pointer leads nowhere in the answer.
pub(super) fn in_answer(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    pointer: &str,
    line: usize,
    place: &str,
) {
    if let Some(schema) = answer(document, operation) {
        leads(
            scope,
            document,
            schema,
            pointer,
            line,
            place,
            &operation.key(),
        );
    }
}

/// Tells when a pointer leads nowhere in the request body.
pub(super) fn in_request(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    pointer: &str,
    line: usize,
    place: &str,
) {
    if let Some((_, schema, _)) = request(document, operation) {
        leads(
            scope,
            document,
            schema,
            pointer,
            line,
            place,
            &operation.key(),
        );
    }
}

fn leads(
    scope: &Scope<'_>,
    document: &Document,
    schema: &Value,
    pointer: &str,
    line: usize,
    place: &str,
    key: &str,
) {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        scope.sink.tell(
            line,
            format!(
                "`{pointer}` in {place} of {} is no JSON pointer",
                scope.what
            ),
            "a pointer is empty or begins with `/`",
            format!("write `/{pointer}`"),
        );
    } else if reach(document, schema, pointer) == Reach::No {
        let names = keys_at(document, schema, pointer);
        scope.sink.tell(
            line,
            format!("`{pointer}` in {place} of {} leads nowhere", scope.what),
            format!("`{key}` has no such place"),
            super::super::similar::hint(
                pointer.rsplit('/').next().unwrap_or_default(),
                names.iter().map(String::as_str),
            ),
        );
    }
}
