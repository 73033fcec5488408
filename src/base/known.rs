//! An optional JSON value in which null is a value: serde alone reads null as absent. For
//! `#[serde(default, skip_serializing_if = "Option::is_none", with = "known")]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Writes the value, which is there.
///
/// # Errors
/// What the serializer says.
pub fn serialize<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// Reads the value: what is written is there, null too.
///
/// # Errors
/// When it is not JSON.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
