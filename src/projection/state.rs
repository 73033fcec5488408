//! A state made fit for comparison: without what changes by itself, and as a short digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::pointer;

/// Keys that say how a thing is addressed or drawn, not what it is.
const PRESENTATION: [&str; 6] = [
    "self",
    "avatarUrls",
    "avatarUrl",
    "_links",
    "_expandable",
    "expand",
];

/// The state without links, pictures and what `ignore` points at (with `*` for array items).
#[must_use]
pub fn comparable(state: &Value, ignore: &[&str]) -> Value {
    let mut state = state.clone();
    for place in ignore {
        pointer::remove(&mut state, place);
    }
    strip(&mut state);
    state
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !PRESENTATION.contains(&key.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// SHA-256 of a JSON value, as unpadded base64url. Object keys are sorted, so that equal values
/// have equal digests.
pub fn digest(value: &Value) -> String {
    // serde_json's map is a sorted one.
    URL_SAFE_NO_PAD.encode(Sha256::digest(value.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_changes_by_itself_is_not_compared() {
        let one = json!({"id": 1, "self": "https://a", "rows": [{"at": 1, "v": 2, "_links": {}}]});
        let two = json!({"rows": [{"v": 2, "at": 9}], "id": 1, "lastUsed": "x"});
        let ignore = ["/rows/*/at", "/lastUsed"];
        assert_eq!(comparable(&one, &ignore), comparable(&two, &ignore));
        assert_ne!(comparable(&one, &[]), comparable(&two, &[]));
    }

    #[test]
    fn equal_values_have_equal_digests() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":[1,2]}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"b":[1,2],"a":1}"#).unwrap();
        assert_eq!(digest(&one), digest(&two));
        assert_ne!(digest(&one), digest(&json!({"a": 1, "b": [2, 1]})));
    }
}
