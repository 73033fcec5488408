//! Request bodies: one media type each, JSON where the document offers it, else raw bytes.

use serde_json::{Value, json};

use super::ids::PUBLISHED;
use super::walk::{Object, components, operations};
use super::wrap::name_schema;

/// The extension that says how a body travels: `{media, optional, raw}`.
pub(super) const BODY: &str = "x-body";

/// Leaves every operation with no body, a JSON body that is a reference to a component, or raw bytes.
pub(super) fn run(root: &mut Value) {
    let mut schemas = std::mem::take(components(root));
    operations(root, |_, _, operation| body(operation, &mut schemas));
    *components(root) = schemas;
}

fn body(operation: &mut Object, schemas: &mut Object) {
    let Some(Value::Object(published)) = operation.remove("requestBody") else {
        return;
    };
    let optional = published.get("required") != Some(&Value::Bool(true));
    let Some(Value::Object(content)) = published.get("content").filter(|c| c != &&json!({})) else {
        return;
    };
    let (media, lowered) = if let Some((media, entry)) = json_of(content) {
        let schema = entry.get("schema").cloned().unwrap_or(json!({}));
        let name = operation[PUBLISHED].as_str().unwrap_or_default();
        let named = name_schema(schemas, &format!("{name}_request"), schema);
        (media, json!({ "application/json": { "schema": named } }))
    } else {
        let media = content.keys().find(|media| *media != "*/*");
        let bytes = json!({ "type": "string", "format": "binary" });
        (
            media.map_or("*/*", String::as_str),
            json!({ "application/octet-stream": { "schema": bytes } }),
        )
    };
    let raw = lowered.get("application/json").is_none();
    operation.insert(
        BODY.to_owned(),
        json!({ "media": media, "optional": optional && !raw, "raw": raw }),
    );
    operation.insert(
        "requestBody".to_owned(),
        json!({ "required": true, "content": lowered }),
    );
}

/// The JSON among several media types: `application/json` itself, else one of its kin.
pub(super) fn json_of(content: &Object) -> Option<(&str, &Value)> {
    let essence = |media: &str| media.split(';').next().unwrap_or(media).trim().to_owned();
    content
        .iter()
        .find(|(media, _)| essence(media) == "application/json")
        .or_else(|| {
            content
                .iter()
                .find(|(media, _)| essence(media).ends_with("+json"))
        })
        .map(|(media, entry)| (media.split(';').next().unwrap_or(media).trim(), entry))
}
