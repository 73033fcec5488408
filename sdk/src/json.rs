//! JSON that travels as it is, with its documented type beside it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A body or an answer of which `T` is the documented shape.
///
/// The value is sent and kept as it is: a null, an empty list, a field or an enumeration value that
/// the document does not know all survive. [`Json::parse`] looks at it through the documented type
/// when that is wanted, and fails where a site and its document disagree.
pub struct Json<T> {
    value: Value,
    documented: PhantomData<fn() -> T>,
}

impl<T> Json<T> {
    /// Wraps a value without looking at it.
    pub fn new(value: Value) -> Self {
        Self {
            value,
            documented: PhantomData,
        }
    }

    /// The JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The JSON, taken out.
    pub fn into_value(self) -> Value {
        self.value
    }
}

impl<T: DeserializeOwned> Json<T> {
    /// The JSON as the documented type.
    ///
    /// # Errors
    /// What of the value does not fit the documented type.
    pub fn parse(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.value)
    }
}

impl<T: Serialize> Json<T> {
    /// Makes the JSON of a value of the documented type. What the type leaves out when empty is left
    /// out; to send a null or an empty list, give [`Json::new`] the JSON itself.
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn of(documented: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_value(documented).map(Self::new)
    }
}

impl<T> From<Value> for Json<T> {
    fn from(value: Value) -> Self {
        Self::new(value)
    }
}

impl<T> Clone for Json<T> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}

impl<T> PartialEq for Json<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Documented {
        name: String,
    }

    #[test]
    fn unknown_fields_and_nulls_survive_a_round_trip() {
        let text = r#"{"accountId":null,"new":[],"name":"x"}"#;
        let json: Json<Documented> = serde_json::from_str(text).unwrap();
        assert_eq!(
            serde_json::to_value(&json).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
        assert_eq!(
            json.parse().unwrap(),
            Documented {
                name: "x".to_owned()
            }
        );
    }

    #[test]
    fn what_does_not_fit_is_kept_and_only_refused_by_parse() {
        let json: Json<Documented> = serde_json::from_value(json!({ "name": 7 })).unwrap();
        assert_eq!(json.value(), &json!({ "name": 7 }));
        assert!(json.parse().is_err());
    }
}
