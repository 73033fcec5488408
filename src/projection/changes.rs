//! What a write changes: as a patch to look at, and as the top-level fields it touched.

use serde_json::{Map, Value};

use super::pointer;

/// The RFC 6902 patch from one value to the other.
#[must_use]
pub fn patch(from: &Value, to: &Value) -> Value {
    serde_json::to_value(json_patch::diff(from, to)).unwrap_or_default()
}

/// The top-level fields of `sent` whose value was another in `before` (both in the write shape).
pub fn touched(before: &Value, sent: &Value) -> Vec<String> {
    sent.as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| before.get(name.as_str()) != Some(value))
        .map(|(name, _)| name.clone())
        .collect()
}

/// `value` with nothing but these top-level fields; one that is not there stays away.
#[must_use]
pub fn only(value: &Value, fields: &[String]) -> Value {
    fields
        .iter()
        .filter_map(|name| Some((name.clone(), value.get(name)?.clone())))
        .collect::<Map<_, _>>()
        .into()
}

/// `state` with these values set by pointer.
///
/// # Errors
/// [`pointer::PointerError`] when a pointer does not fit the state.
pub fn with(
    state: &Value,
    values: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Value, pointer::PointerError> {
    let mut state = state.clone();
    for (place, value) in values {
        pointer::put(&mut state, place, value)?;
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_names_each_change() {
        assert_eq!(
            patch(&json!({"a": 1, "b": 2}), &json!({"a": 1, "b": 3, "c": 4})),
            json!([
                {"op": "replace", "path": "/b", "value": 3},
                {"op": "add", "path": "/c", "value": 4}
            ])
        );
        assert_eq!(patch(&json!({"a": 1}), &json!({"a": 1})), json!([]));
    }

    #[test]
    fn a_field_sent_as_it_was_is_not_touched() {
        let before = json!({"name": "n", "description": "d", "jql": "x"});
        let sent = json!({"name": "n", "description": "new", "favourite": true});
        let touched = touched(&before, &sent);
        assert_eq!(touched, ["description", "favourite"]);
        assert_eq!(only(&before, &touched), json!({"description": "d"}));
    }
}
