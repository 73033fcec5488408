//! Places in JSON: a member's name or a pointer; the values that tables write there.

use serde_json::{Value, json};

use super::table::Plain;
use crate::host::call::Call;
use crate::state::time;

fn pointer(place: &str) -> String {
    if place.is_empty() || place.starts_with('/') {
        place.to_owned()
    } else {
        format!("/{place}")
    }
}

/// What stands at a place.
pub(super) fn look<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    value.pointer(&pointer(place))
}

/// Writes to a place and makes the objects on the way.
pub(super) fn set(value: &mut Value, place: &str, new: Value) {
    let mut at = value;
    for step in pointer(place).split('/').skip(1) {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[step];
    }
    *at = new;
}

/// Takes a member out.
pub(super) fn take_out(value: &mut Value, place: &str) {
    let pointer = pointer(place);
    if let Some((above, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(members)) = value.pointer_mut(above)
    {
        members.remove(name);
    }
}

/// A list at a place, made where there is none.
pub(super) fn list<'a>(value: &'a mut Value, place: &str) -> Option<&'a mut Vec<Value>> {
    if !look(value, place).is_some_and(Value::is_array) {
        set(value, place, json!([]));
    }
    value.pointer_mut(&pointer(place))?.as_array_mut()
}

/// A value as it stands in an address.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn text_at(value: &Value, place: &str) -> String {
    look(value, place).map(text).unwrap_or_default()
}

/// Whether a place is this id, or a list that holds it.
pub(super) fn names(document: &Value, place: &str, id: &str) -> bool {
    match look(document, place) {
        Some(Value::Array(items)) => items.iter().any(|i| text(i) == id),
        Some(Value::Null) | None => false,
        Some(one) => text(one) == id,
    }
}

/// The items of a list, or the one value, or nothing.
pub(super) fn items(value: &Value, place: &str) -> Vec<Value> {
    match look(value, place) {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    }
}

/// A table's value for this request.
pub(super) fn plain(call: &mut Call<'_>, plain: Plain) -> Value {
    match plain {
        Plain::Uuid => json!(call.tenant.entropy.uuid()),
        other => constant(call, other),
    }
}

/// The same for reads, which make no ids.
pub(super) fn constant(call: &Call<'_>, plain: Plain) -> Value {
    match plain {
        Plain::Str(text) => json!(text),
        Plain::Num(number) => json!(number),
        Plain::Bool(flag) => json!(flag),
        Plain::Null | Plain::Uuid => Value::Null,
        Plain::List => json!([]),
        Plain::Map => json!({}),
        Plain::NowIso => json!(time::iso(call.now())),
        Plain::NowJira => json!(time::jira(call.now())),
        Plain::NowMillis => json!(call.now()),
        Plain::Caller => json!(call.account),
    }
}
