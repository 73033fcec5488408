//! The list of a body in which an operation changes only the items it is sent. While states are
//! compared it is an object from the items' keys to their values.

use serde_json::{Map, Value, json};

use super::body::overlay;
use crate::catalog::model::Keyed;

/// Turns the list of a state into an object. An item without values is as if it were not there.
pub(super) fn fold(keyed: &Keyed, state: &mut Value) {
    let Value::Object(fields) = state else { return };
    let mut held = Map::new();
    let items = fields.remove(keyed.list).unwrap_or_default();
    put(keyed, &mut held, &items);
    fields.insert(keyed.list.to_owned(), Value::Object(held));
}

/// A state (as [`super::shape::reshape`] gives it) after a body was sent: the body's fields laid over
/// it, and of the list that is held by key only the items that the body names.
#[must_use]
pub fn laid(keyed: Option<&Keyed>, state: Value, mut body: Value) -> Value {
    let Some(keyed) = keyed else {
        return overlay(state, body);
    };
    let items = body
        .as_object_mut()
        .and_then(|fields| fields.remove(keyed.list));
    let mut state = overlay(state, body);
    if let (Some(items), Some(fields)) = (items, state.as_object_mut()) {
        let held = fields.entry(keyed.list).or_insert_with(|| json!({}));
        if let Some(held) = held.as_object_mut() {
            put(keyed, held, &items);
        }
    }
    state
}

/// The items to send so that everything that differs between `before` and `done` becomes as in
/// `wanted`: what is not there gets an empty list. All three hold the list by key.
#[must_use]
pub fn items(keyed: &Keyed, [before, done, wanted]: [Option<&Value>; 3]) -> Value {
    let held = |side: Option<&Value>, key: &str| side.and_then(|side| side.get(key)).cloned();
    let keys = [before, done].into_iter().flatten();
    let mut keys: Vec<&String> = keys
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .filter(|key| held(before, key) != held(done, key))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .map(|key| {
            let values = held(wanted, key).unwrap_or_else(|| json!([]));
            json!({ (keyed.key): key, (keyed.value): values })
        })
        .collect()
}

fn put(keyed: &Keyed, held: &mut Map<String, Value>, items: &Value) {
    for item in items.as_array().into_iter().flatten() {
        let Some(key) = item.get(keyed.key).and_then(Value::as_str) else {
            continue;
        };
        match item.get(keyed.value) {
            Some(Value::Array(values)) if !values.is_empty() => {
                held.insert(key.to_owned(), Value::Array(values.clone()));
            }
            _ => {
                held.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTRIBUTES: Keyed = Keyed {
        list: "attributes",
        key: "id",
        value: "values",
    };

    #[test]
    fn a_state_holds_its_items_by_key_and_no_empty_one() {
        let mut state = json!({"name": "n", "attributes": [
            {"id": "1", "values": ["a"]}, {"id": "2", "values": []}, {"id": "3"}, {"values": ["x"]},
        ]});
        fold(&ATTRIBUTES, &mut state);
        assert_eq!(state, json!({"name": "n", "attributes": {"1": ["a"]}}));
        let mut bare = json!({});
        fold(&ATTRIBUTES, &mut bare);
        assert_eq!(bare, json!({"attributes": {}}));
    }

    #[test]
    fn only_the_items_of_the_body_change() {
        let state = json!({"type": "4", "attributes": {"1": ["a"], "2": ["b"], "3": ["c"]}});
        let body = json!({"type": "5", "attributes": [
            {"id": "2", "values": ["B"]}, {"id": "3", "values": []}, {"id": "9", "values": ["n"]},
        ]});
        assert_eq!(
            laid(Some(&ATTRIBUTES), state.clone(), body.clone()),
            json!({"type": "5", "attributes": {"1": ["a"], "2": ["B"], "9": ["n"]}})
        );
        assert_eq!(laid(Some(&ATTRIBUTES), state.clone(), json!({})), state);
        assert_eq!(laid(None, state, body.clone()), body);
    }

    #[test]
    fn an_item_that_was_not_there_is_sent_empty() {
        let before = json!({"1": ["a"], "2": ["b"], "4": ["same"]});
        let done = json!({"1": ["A"], "3": ["c"], "4": ["same"]});
        assert_eq!(
            items(&ATTRIBUTES, [Some(&before), Some(&done), Some(&before)]),
            json!([
                {"id": "1", "values": ["a"]}, {"id": "2", "values": ["b"]}, {"id": "3", "values": []},
            ])
        );
    }
}
