//! Responses: one success shape per operation and no error shapes.
//!
//! An answer outside 2xx reaches the caller as it came, with status, headers and body, so error
//! schemas would only be types that nobody reads.

use serde_json::{Value, json};

use super::bodies::json_of;
use super::ids::PUBLISHED;
use super::walk::{Object, components, operations};
use super::wrap::name_schema;

/// The extension that names the media types of an answer that is not JSON.
pub(super) const ACCEPT: &str = "x-accept";

/// Leaves every operation with one `2XX` response that is a reference to a component.
pub(super) fn run(root: &mut Value) {
    let mut schemas = std::mem::take(components(root));
    operations(root, |_, _, operation| response(operation, &mut schemas));
    *components(root) = schemas;
}

fn response(operation: &mut Object, schemas: &mut Object) {
    let published = operation.remove("responses").unwrap_or_default();
    let contents: Vec<&Object> = successes(&published)
        .filter_map(|response| response.get("content")?.as_object())
        .filter(|content| !content.is_empty())
        .collect();
    let schema = contents
        .iter()
        .find_map(|content| json_of(content)?.1.get("schema").cloned());
    if schema.is_none() && contents.iter().all(|content| json_of(content).is_none()) {
        let mut others: Vec<&str> = contents
            .iter()
            .flat_map(|c| c.keys())
            .map(String::as_str)
            .collect();
        others.sort_unstable();
        others.dedup();
        if !others.is_empty() {
            operation.insert(ACCEPT.to_owned(), json!(others.join(", ")));
        }
    }
    let name = operation[PUBLISHED].as_str().unwrap_or_default();
    let named = name_schema(
        schemas,
        &format!("{name}_response"),
        schema.unwrap_or(json!({})),
    );
    operation.insert(
        "responses".to_owned(),
        json!({ "2XX": { "description": "", "content": { "application/json": { "schema": named } } } }),
    );
}

/// The success responses, the lowest status first, `default` only when there is no other.
fn successes(responses: &Value) -> impl Iterator<Item = &Value> {
    let all = responses.as_object();
    let exact = all
        .into_iter()
        .flatten()
        .filter(|(status, _)| status.starts_with('2'))
        .map(|(_, response)| response);
    let any = all.is_some_and(|all| all.keys().any(|status| status.starts_with('2')));
    exact.chain(responses.get("default").filter(|_| !any))
}
