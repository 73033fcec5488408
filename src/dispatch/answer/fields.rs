//! Which fields of a result are shown.

use serde_json::{Map, Value};

use crate::projection::pointer;

/// The value with these fields only; without, all of it but links and pictures.
pub(super) fn shown(value: Value, fields: Option<&[String]>) -> Value {
    let Some(fields) = fields.filter(|fields| !fields.is_empty()) else {
        return plain(value);
    };
    let paths: Vec<Vec<String>> = fields.iter().map(|field| path(&value, field)).collect();
    let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
    select(&value, &paths).unwrap_or_else(|| match value {
        Value::Array(_) => Value::Array(Vec::new()),
        _ => Value::Object(Map::new()),
    })
}

/// A name that is there as it is, a JSON pointer, or a dotted path.
fn path(value: &Value, field: &str) -> Vec<String> {
    if field.starts_with('/') {
        pointer::tokens(field)
    } else if value.get(field).is_some() {
        vec![field.to_owned()]
    } else {
        field.split('.').map(str::to_owned).collect()
    }
}

fn select(value: &Value, paths: &[&[String]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(plain(value.clone()));
    }
    match value {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (name, field) in fields {
                let inner = after(paths, name);
                if !inner.is_empty()
                    && let Some(field) = select(field, &inner)
                {
                    out.insert(name.clone(), field);
                }
            }
            (!out.is_empty()).then_some(Value::Object(out))
        }
        Value::Array(items) => {
            let chosen: Vec<Value> = items
                .iter()
                .enumerate()
                .filter_map(|(at, item)| {
                    let by_number = after(paths, &at.to_string());
                    let numbered = |path: &&&[String]| {
                        path.first()
                            .is_some_and(|token| token.parse::<usize>().is_ok())
                    };
                    let by_name = paths.iter().filter(|path| !numbered(path)).copied();
                    let both: Vec<_> = by_name.chain(by_number).collect();
                    select(item, &both)
                })
                .collect();
            (!chosen.is_empty()).then_some(Value::Array(chosen))
        }
        _ => None,
    }
}

/// The rest of the paths that begin with this name.
fn after<'a>(paths: &[&'a [String]], name: &str) -> Vec<&'a [String]> {
    paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| *first == name)
        .map(|(_, rest)| rest)
        .collect()
}

/// The value without links to itself, link lists and pictures.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, value)| !is_noise(name, value))
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        other => other,
    }
}

fn is_noise(name: &str, value: &Value) -> bool {
    match name {
        "_links" | "_expandable" | "avatarUrls" | "avatarUrl" => true,
        "self" => value.is_string(),
        _ => false,
    }
}
