//! Taking a change back out of a value that others have changed since: a three-way merge. Objects
//! are merged member by member; everything else, lists too, is one value.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What is left when a change is taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The present value with the change taken back, over later changes of the same places too.
    pub value: Value,
    /// The places that the change touched and somebody else has changed since.
    pub clashes: Vec<Clash>,
    /// Whether the change has been taken back already, wherever it touched anything.
    pub unchanged: bool,
}

/// A place that would be overwritten.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// JSON pointer.
    pub at: String,
    /// As the change left it; `None` when it left nothing there.
    pub after: Option<Value>,
    /// As it is now.
    pub now: Option<Value>,
}

impl Merged {
    /// The clashes as an RFC 6902 patch from what the change left to what is there now; `None` when
    /// there is none.
    pub fn stale(&self) -> Option<Value> {
        if self.clashes.is_empty() {
            return None;
        }
        let operation = |clash: &Clash| match (&clash.after, &clash.now) {
            (_, None) => json!({"op": "remove", "path": clash.at}),
            (None, Some(now)) => json!({"op": "add", "path": clash.at, "value": now}),
            (Some(_), Some(now)) => json!({"op": "replace", "path": clash.at, "value": now}),
        };
        Some(self.clashes.iter().map(operation).collect())
    }
}

/// Takes the change from `before` to `after` back out of `now`. Only where the two differ is
/// anything put back.
#[must_use]
pub fn undo(before: &Value, after: &Value, now: &Value) -> Merged {
    let mut clashes = Vec::new();
    let value = merge("", [Some(before), Some(after), Some(now)], &mut clashes);
    let value = value.unwrap_or_default();
    Merged {
        unchanged: value == *now && clashes.is_empty(),
        value,
        clashes,
    }
}

/// `after` where what was `sent` differs from `before`, and `before` everywhere else: what a change
/// has really done, without what others did at the same time. With `partial`, a top-level member
/// that was not sent was not meant.
#[must_use]
pub fn done(before: &Value, sent: &Value, after: &Value, partial: bool) -> Value {
    if let (true, Value::Object(was), Value::Object(fields)) = (partial, before, sent) {
        let mut whole = was.clone();
        whole.extend(fields.clone());
        let whole = Value::Object(whole);
        return caused([Some(before), Some(&whole), Some(after)]).unwrap_or_default();
    }
    caused([Some(before), Some(sent), Some(after)]).unwrap_or_default()
}

fn caused([before, sent, after]: [Option<&Value>; 3]) -> Option<Value> {
    match (before, sent, after) {
        _ if sent == before => before.cloned(),
        (Some(Value::Object(was)), Some(Value::Object(put)), Some(Value::Object(is))) => {
            let member = |name: String| {
                let sides = [was.get(&name), put.get(&name), is.get(&name)];
                caused(sides).map(|value| (name, value))
            };
            let members = names([was, is]).into_iter().filter_map(member);
            Some(Value::Object(members.collect()))
        }
        _ => after.cloned(),
    }
}

fn merge(
    at: &str,
    [before, after, now]: [Option<&Value>; 3],
    clashes: &mut Vec<Clash>,
) -> Option<Value> {
    if before == after || now == before {
        return now.cloned();
    }
    if now == after {
        return before.cloned();
    }
    if let (Some(Value::Object(was)), Some(Value::Object(left)), Some(Value::Object(is))) =
        (before, after, now)
    {
        let mut merged = Map::new();
        for name in names([was, left]).union(&names([is, is])) {
            let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            let sides = [was.get(name), left.get(name), is.get(name)];
            if let Some(value) = merge(&at, sides, clashes) {
                merged.insert(name.clone(), value);
            }
        }
        return Some(Value::Object(merged));
    }
    clashes.push(Clash {
        at: at.to_owned(),
        after: after.cloned(),
        now: now.cloned(),
    });
    before.cloned()
}

fn names(maps: [&Map<String, Value>; 2]) -> BTreeSet<String> {
    maps.iter().flat_map(|map| map.keys().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_changed_since_stays() {
        let before = json!({"rule": {"name": "n", "labels": [1], "state": "ON"}});
        let after = json!({"rule": {"name": "x", "state": "ON", "note": "new"}});
        let now = json!({"rule": {"name": "x", "state": "OFF", "note": "new", "owner": "b"}});
        let merged = undo(&before, &after, &now);
        assert_eq!(
            merged.value,
            json!({"rule": {"name": "n", "labels": [1], "state": "OFF", "owner": "b"}})
        );
        assert_eq!(merged.stale(), None);
        assert!(!merged.unchanged);
    }

    #[test]
    fn only_an_overlap_is_a_clash() {
        let before = json!({"a": 1, "b": {"c": 1, "d": 1}});
        let after = json!({"a": 2, "b": {"c": 2, "d": 1, "e": 1}});
        let now = json!({"a": 2, "b": {"c": 3, "d": 9}, "f": 1});
        let merged = undo(&before, &after, &now);
        assert_eq!(
            merged.stale(),
            Some(json!([{"op": "replace", "path": "/b/c", "value": 3}])),
            "/b/e is as before again"
        );
        assert_eq!(merged.value, json!({"a": 1, "b": {"c": 1, "d": 9}, "f": 1}));
    }

    #[test]
    fn a_list_is_one_value() {
        let merged = undo(
            &json!({"l": [1]}),
            &json!({"l": [1, 2]}),
            &json!({"l": [1, 2, 3]}),
        );
        assert_eq!(merged.clashes[0].at, "/l");
        assert_eq!(merged.value, json!({"l": [1]}));
        let gone = undo(&json!({"l": 1}), &json!({"l": 2}), &json!({}));
        assert_eq!(gone.stale(), Some(json!([{"op": "remove", "path": "/l"}])));
        let there = undo(&json!({"l": 1}), &json!({}), &json!({"l": 2}));
        assert_eq!(
            there.stale(),
            Some(json!([{"op": "add", "path": "/l", "value": 2}]))
        );
    }

    #[test]
    fn what_is_as_before_again_needs_nothing() {
        let before = json!({"a": 1, "b": 1});
        let merged = undo(&before, &json!({"a": 2, "b": 1}), &json!({"a": 1, "b": 7}));
        assert!(merged.unchanged);
        assert_eq!(merged.value, json!({"a": 1, "b": 7}));
        let whole = undo(&Value::Null, &json!({"a": 1}), &json!({"a": 1}));
        assert_eq!(whole.value, Value::Null);
    }

    #[test]
    fn what_was_not_sent_was_not_done() {
        let before = json!({"name": "n", "note": "a", "rule": {"x": 1, "y": 1}});
        // Somebody changed the note and /rule/y between our two reads.
        let after = json!({"name": "N", "note": "b", "rule": {"x": 2, "y": 5}});
        let partial = json!({"name": "N ", "rule": {"x": 2, "y": 1}});
        assert_eq!(
            done(&before, &partial, &after, true),
            json!({"name": "N", "note": "a", "rule": {"x": 2, "y": 1}})
        );
        let whole = json!({"name": "N", "rule": {"x": 2, "y": 1}});
        assert_eq!(
            done(
                &before,
                &whole,
                &json!({"name": "N", "rule": {"x": 2, "y": 1}}),
                false
            ),
            json!({"name": "N", "rule": {"x": 2, "y": 1}})
        );
    }
}
