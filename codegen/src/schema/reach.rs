//! Whether a JSON pointer can lead anywhere in values of a schema.

use serde_json::Value;

use super::property::properties;
use crate::spec::Document;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The schema knows the place.
    Yes,
    /// The schema leaves it open.
    Unknown,
    /// No value of the schema has the place.
    No,
}

/// Follows a pointer (`*` stands for any item, `*/*` for the items of an object's lists) through the schema. `No` only where it is certain:
/// a closed object without the name, or a name inside a plain value.
pub fn reach(document: &Document, schema: &Value, pointer: &str) -> Reach {
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    walk(document, schema, &tokens)
}

fn walk(document: &Document, schema: &Value, tokens: &[String]) -> Reach {
    let Some((token, rest)) = tokens.split_first() else {
        return Reach::Yes;
    };
    let schema = document.resolve(schema);
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => {
            let index = token == "*" || token == "-" || token.parse::<usize>().is_ok();
            match schema.get("items") {
                _ if !index => Reach::No,
                Some(items) => walk(document, items, rest),
                None => Reach::Unknown,
            }
        }
        Some("string" | "integer" | "number" | "boolean") => Reach::No,
        _ => {
            let known = properties(document, schema);
            match known.get(token.as_str()) {
                Some(property) => walk(document, property.schema, rest),
                // The lists of an object, each with its items.
                None if token == "*" && rest.first().is_some_and(|next| next == "*") => known
                    .values()
                    .map(|property| walk(document, property.schema, rest))
                    .find(|reach| *reach == Reach::Yes)
                    .unwrap_or(Reach::No),
                None if is_closed(schema) && !known.is_empty() => Reach::No,
                None => Reach::Unknown,
            }
        }
    }
}

fn is_closed(schema: &Value) -> bool {
    let combined = ["allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    !combined && schema.get("additionalProperties") == Some(&Value::Bool(false))
}

/// The names at the place the pointer leads to before its last token, for a hint.
pub fn keys_at(document: &Document, schema: &Value, pointer: &str) -> Vec<String> {
    let mut at = document.resolve(schema);
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    for token in parent.split('/').skip(1) {
        let next = if at.get("type").and_then(Value::as_str) == Some("array") {
            at.get("items")
        } else {
            super::property::member(document, at, token)
        };
        let Some(next) = next else { break };
        at = document.resolve(next);
    }
    properties(document, at)
        .keys()
        .map(|key| (*key).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_certain_is_denied() {
        let document = Document {
            api: "test".to_owned(),
            root: json!({}),
        };
        let schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "values": { "type": "array", "items": { "type": "object", "properties": { "id": { "type": "string" } } } },
            },
        });
        let at = |pointer: &str| reach(&document, &schema, pointer);
        assert_eq!(at(""), Reach::Yes);
        assert_eq!(at("/values/0/id"), Reach::Yes);
        assert_eq!(at("/values/*/other"), Reach::Unknown);
        assert_eq!(at("/values/0/id/x"), Reach::No);
        assert_eq!(at("/items"), Reach::No);
        assert_eq!(at("/values/first"), Reach::No);
        assert_eq!(at("/*/*"), Reach::Yes);
        assert_eq!(at("/*/id"), Reach::No);
        assert_eq!(keys_at(&document, &schema, "/items"), ["values"]);
    }
}
