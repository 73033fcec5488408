//! JSON pointers (RFC 6901) with two liberties: a name without a leading slash is one key, and a
//! `*` stands for every item of an array.

use serde_json::{Map, Value};

/// A pointer led through a value that holds nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pointer {pointer:?} leads through a value that is neither object nor array")]
pub struct PointerError {
    /// The pointer.
    pub pointer: String,
}

/// The keys that a pointer walks along.
pub fn tokens(pointer: &str) -> Vec<String> {
    match pointer.strip_prefix('/') {
        None if pointer.is_empty() => Vec::new(),
        None => vec![pointer.to_owned()],
        Some(rest) => rest
            .split('/')
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect(),
    }
}

/// The first key of a pointer: the top-level field it reaches into.
pub fn field(pointer: &str) -> Option<String> {
    tokens(pointer).into_iter().next()
}

/// The value at a pointer without `*`.
pub fn find<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    tokens(pointer)
        .iter()
        .try_fold(value, |value, token| child(value, token))
}

fn child<'a>(value: &'a Value, token: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Every value that a pointer with `*` reaches, each with the item numbers that stood for the stars.
pub fn find_all<'a>(value: &'a Value, pointer: &str) -> Vec<(Vec<usize>, &'a Value)> {
    let mut found = vec![(Vec::new(), value)];
    for token in tokens(pointer) {
        found = found
            .into_iter()
            .flat_map(|(stars, value)| match value {
                Value::Array(items) if token == "*" => items
                    .iter()
                    .enumerate()
                    .map(|(at, item)| (stars.iter().copied().chain([at]).collect(), item))
                    .collect(),
                _ => child(value, &token)
                    .map(|value| (stars, value))
                    .into_iter()
                    .collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}

/// The pointer with its stars replaced, first to last, by these item numbers.
#[must_use]
pub fn at_items(pointer: &str, items: &[usize]) -> String {
    let mut items = items.iter();
    pointer
        .split('/')
        .map(|token| match token {
            "*" => items
                .next()
                .map_or_else(|| token.to_owned(), ToString::to_string),
            _ => token.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Sets the value at a pointer; objects on the way are made where nothing (or null) is. In an
/// array, `-` or the number after the last appends.
///
/// # Errors
/// [`PointerError`] when the way is barred by a string, number or boolean, or by a missing item.
pub fn put(value: &mut Value, pointer: &str, new: Value) -> Result<(), PointerError> {
    let barred = || PointerError {
        pointer: pointer.to_owned(),
    };
    let mut place = value;
    for token in tokens(pointer) {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = match place {
            Value::Object(fields) => fields.entry(token).or_insert(Value::Null),
            Value::Array(items) => {
                let at = if token == "-" {
                    items.len()
                } else {
                    token.parse().map_err(|_| barred())?
                };
                if at == items.len() {
                    items.push(Value::Null);
                }
                items.get_mut(at).ok_or_else(barred)?
            }
            _ => return Err(barred()),
        };
    }
    *place = new;
    Ok(())
}

/// Takes out what a pointer (with `*`) reaches; nothing there is no fault.
pub fn remove(value: &mut Value, pointer: &str) {
    let tokens = tokens(pointer);
    if let Some((last, way)) = tokens.split_last() {
        remove_at(value, way, last);
    }
}

fn remove_at(value: &mut Value, way: &[String], last: &str) {
    let Some((token, rest)) = way.split_first() else {
        match value {
            Value::Object(fields) => {
                fields.remove(last);
            }
            Value::Array(items) if last == "*" => items.clear(),
            Value::Array(items) => {
                if let Some(at) = last.parse().ok().filter(|at| *at < items.len()) {
                    items.remove(at);
                }
            }
            _ => {}
        }
        return;
    };
    match value {
        Value::Object(fields) => {
            if let Some(child) = fields.get_mut(token) {
                remove_at(child, rest, last);
            }
        }
        Value::Array(items) if token == "*" => {
            for item in items {
                remove_at(item, rest, last);
            }
        }
        Value::Array(items) => {
            if let Some(child) = token.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                remove_at(child, rest, last);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_keys_items_and_escapes() {
        let value = json!({"a/b": [{"~x": 1}], "name": "n"});
        assert_eq!(find(&value, "/a~1b/0/~0x"), Some(&json!(1)));
        assert_eq!(find(&value, "name"), Some(&json!("n")));
        assert_eq!(find(&value, ""), Some(&value));
        assert_eq!(find(&value, "/a~1b/1"), None);
        assert_eq!(find(&value, "/name/deeper"), None);
    }

    #[test]
    fn puts_through_what_is_not_there() {
        let mut value = Value::Null;
        put(&mut value, "/description/plain/value", json!("text")).unwrap();
        put(&mut value, "key", json!("K")).unwrap();
        put(&mut value, "/list", json!([1])).unwrap();
        put(&mut value, "/list/-", json!(2)).unwrap();
        put(&mut value, "/list/0", json!(0)).unwrap();
        assert_eq!(
            value,
            json!({"description": {"plain": {"value": "text"}}, "key": "K", "list": [0, 2]})
        );
        assert!(put(&mut value, "/key/deeper", json!(1)).is_err());
        assert!(put(&mut value, "/list/9", json!(1)).is_err());
    }

    #[test]
    fn a_star_reaches_every_item() {
        let value = json!({"rows": [{"cells": [1, 2]}, {"cells": [3]}, {}]});
        let found = find_all(&value, "/rows/*/cells/*");
        assert_eq!(found.len(), 3);
        assert_eq!(found[2], (vec![1, 0], &json!(3)));
        assert_eq!(at_items("/to/*/x/*", &found[2].0), "/to/1/x/0");
        assert_eq!(find_all(&value, ""), [(vec![], &value)]);
    }

    #[test]
    fn removes_in_every_item() {
        let mut value = json!({"rows": [{"id": 1, "at": 2}, {"id": 3, "at": 4}], "keep": true});
        remove(&mut value, "/rows/*/at");
        remove(&mut value, "/not/there");
        assert_eq!(value, json!({"rows": [{"id": 1}, {"id": 3}], "keep": true}));
        remove(&mut value, "/rows/0");
        assert_eq!(value, json!({"rows": [{"id": 3}], "keep": true}));
    }
}
