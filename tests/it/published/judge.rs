//! Holds one request against one published document.

use std::collections::BTreeMap;

use atlassian_sandbox::SeenRequest;
use jsonschema::Validator;
use serde_json::Value;

use super::document::{Document, Found};

/// What a request does that the document does not allow: the operation, as published, and the fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    pub(super) operation: String,
    pub(super) what: String,
}

/// All that is wrong with a request.
pub(super) fn violations(document: &Document, path: &str, seen: &SeenRequest) -> Vec<Violation> {
    let Some(found) = document.find(&seen.method, path) else {
        return vec![Violation {
            operation: format!("{} {path}", seen.method),
            what: "no such operation".to_owned(),
        }];
    };
    let mut wrong = Vec::new();
    parameters(document, &found, seen, &mut wrong);
    body(document, &found, seen, &mut wrong);
    wrong
        .into_iter()
        .map(|what| Violation {
            operation: format!("{} {}", seen.method, found.template),
            what,
        })
        .collect()
}

fn parameters(document: &Document, found: &Found<'_>, seen: &SeenRequest, wrong: &mut Vec<String>) {
    let declared = document.parameters(found);
    let of = |place: &str, name: &str| {
        declared
            .iter()
            .find(|one| one["in"] == place && one["name"] == name)
    };
    for (name, value) in &found.path {
        match of("path", name) {
            Some(one) => value_of(document, one, std::slice::from_ref(value), wrong),
            None => wrong.push(format!("path parameter {name} is not declared")),
        }
    }
    let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(seen.query.as_bytes()) {
        query
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    for (name, values) in &query {
        match of("query", name) {
            Some(one) => value_of(document, one, values, wrong),
            None => wrong.push(format!("query parameter {name} is not declared")),
        }
    }
    for one in &declared {
        let name = one["name"].as_str().unwrap();
        let given = match one["in"].as_str() {
            Some("query") => query.contains_key(name),
            // These three are the business of the body and of the credential.
            Some("header") => {
                let name = name.to_ascii_lowercase();
                ["accept", "authorization", "content-type"].contains(&name.as_str())
                    || seen.headers.contains_key(&name)
            }
            _ => true,
        };
        if one["required"] == true && !given {
            wrong.push(format!("parameter {name} is missing"));
        }
    }
}

/// Holds the values under one name against the schema of the parameter.
fn value_of(document: &Document, parameter: &Value, values: &[String], wrong: &mut Vec<String>) {
    let name = parameter["name"].as_str().unwrap();
    let schema = &parameter["schema"];
    let resolved = document.resolve(schema);
    let value = if resolved["type"] == "array" {
        let joined = parameter["explode"] == false;
        let items = document.validator(&resolved["items"]);
        values
            .iter()
            .flat_map(|value| {
                if joined {
                    value.split(',').map(str::to_owned).collect()
                } else {
                    vec![value.clone()]
                }
            })
            .map(|value| typed(&items, &value))
            .collect()
    } else if let [value] = values {
        typed(&document.validator(schema), value)
    } else {
        wrong.push(format!("parameter {name} is given more than once"));
        return;
    };
    tell(
        &document.validator(schema),
        &value,
        &format!("parameter {name}"),
        wrong,
    );
}

/// A text as the kind of value that the schema takes.
fn typed(schema: &Validator, text: &str) -> Value {
    let as_json = serde_json::from_str(text)
        .ok()
        .filter(|value: &Value| value.is_number() || value.is_boolean());
    as_json
        .filter(|value| schema.is_valid(value))
        .unwrap_or_else(|| Value::from(text))
}

fn body(document: &Document, found: &Found<'_>, seen: &SeenRequest, wrong: &mut Vec<String>) {
    let declared = document.resolve(&found.operation["requestBody"]);
    let length = seen.headers.get("content-length").map(String::as_str);
    let sent = !seen.body.is_null() || length.is_some_and(|length| length != "0");
    if !sent {
        if declared["required"] == true {
            wrong.push("the body is missing".to_owned());
        }
        return;
    }
    let media = seen.headers.get("content-type").map_or("", String::as_str);
    let media = media.split(';').next().unwrap_or_default().trim();
    let Some(content) = declared["content"].as_object() else {
        wrong.push("a body is sent and none is declared".to_owned());
        return;
    };
    let Some(content) = content.get(media).or_else(|| content.get("*/*")) else {
        wrong.push(format!("a body of {media:?} is not declared"));
        return;
    };
    if let Some(schema) = content.get("schema").filter(|_| media.ends_with("json")) {
        tell(&document.validator(schema), &seen.body, "body", wrong);
    }
}

fn tell(schema: &Validator, value: &Value, what: &str, wrong: &mut Vec<String>) {
    for error in schema.iter_errors(value) {
        wrong.push(format!("{what}{}: {error}", error.instance_path()));
    }
}
