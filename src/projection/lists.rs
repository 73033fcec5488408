//! The observed difference between two lists whose items have keys.

use serde_json::Value;

use super::pointer;

/// Keys of one list that are not in the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// In the later list only.
    pub added: Vec<Value>,
    /// In the earlier list only.
    pub removed: Vec<Value>,
}

impl Difference {
    /// Whether the lists have the same keys.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// The keys of the items; `key` points into an item, and is empty when the items are the keys. A
/// state that is not there (null) is an empty list.
pub fn keys(list: &Value, key: &str) -> Vec<Value> {
    let mut keys: Vec<Value> = Vec::new();
    for item in list.as_array().into_iter().flatten() {
        if let Some(found) = pointer::find(item, key)
            && !keys.contains(found)
        {
            keys.push(found.clone());
        }
    }
    keys
}

/// What the later list has more and less than the earlier one.
pub fn between(before: &Value, after: &Value, key: &str) -> Difference {
    let (before, after) = (keys(before, key), keys(after, key));
    Difference {
        added: without(&after, &before),
        removed: without(&before, &after),
    }
}

/// What of a difference still stands now: keys that were added and are still there, keys that were
/// removed and are still gone.
pub fn standing(difference: &Difference, now: &Value, key: &str) -> Difference {
    let now = keys(now, key);
    Difference {
        added: difference
            .added
            .iter()
            .filter(|key| now.contains(key))
            .cloned()
            .collect(),
        removed: without(&difference.removed, &now),
    }
}

/// Whether an item holds these values at these JSON pointers. Products show some ids as text and take
/// them as numbers, and compare keys without regard to case.
pub fn holds(item: &Value, wanted: &[(&str, Value)]) -> bool {
    wanted
        .iter()
        .all(|(at, value)| pointer::find(item, at).is_some_and(|found| same(found, value)))
}

fn same(found: &Value, wanted: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match (text(found), text(wanted)) {
        (Some(found), Some(wanted)) => found.eq_ignore_ascii_case(&wanted),
        _ => found == wanted,
    }
}

fn without(keys: &[Value], others: &[Value]) -> Vec<Value> {
    keys.iter()
        .filter(|key| !others.contains(key))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn people(names: &[&str]) -> Value {
        names
            .iter()
            .map(|name| json!({"accountId": name}))
            .collect()
    }

    #[test]
    fn only_what_changed_counts() {
        let difference = between(&people(&["a", "b"]), &people(&["b", "c"]), "/accountId");
        assert_eq!(difference.added, [json!("c")]);
        assert_eq!(difference.removed, [json!("a")]);
        assert!(between(&people(&["a"]), &people(&["a"]), "/accountId").is_empty());
        assert_eq!(between(&Value::Null, &json!([1, 1]), "").added, [json!(1)]);
    }

    #[test]
    fn only_what_still_stands_is_undone() {
        let difference = between(&people(&["a", "b"]), &people(&["c", "d"]), "/accountId");
        let now = people(&["d", "a"]);
        let left = standing(&difference, &now, "/accountId");
        assert_eq!(left.added, [json!("d")]);
        assert_eq!(left.removed, [json!("b")]);
    }
}
