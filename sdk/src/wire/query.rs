//! Query parameters that are not repeated keys.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A query parameter as the pairs it becomes.
pub(crate) struct Query(Result<Vec<(String, String)>, serde_json::Error>);

impl Query {
    /// A list as one value with commas (`explode: false`).
    pub(crate) fn joined<T: Serialize>(name: &str, value: &T) -> Self {
        Self(serde_json::to_value(value).map(|value| joined(name, &value)))
    }

    /// A value of any shape: an object gives a pair for each member, a list one for each item, and
    /// what is nested deeper travels as JSON text.
    pub(crate) fn free<T: Serialize>(name: &str, value: &T) -> Self {
        Self(serde_json::to_value(value).map(|value| free(name, &value)))
    }
}

fn joined(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            vec![(name.to_owned(), items.join(","))]
        }
        other => vec![(name.to_owned(), text(other))],
    }
}

fn free(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items
            .iter()
            .map(|item| (name.to_owned(), text(item)))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(member, value)| (member.clone(), text(value)))
            .collect(),
        other => vec![(name.to_owned(), text(other))],
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            // A whole number that came through a float is still written as one.
            number
                .as_f64()
                .map(|float| float.to_string())
                .unwrap_or_default()
        }
        other => other.to_string(),
    }
}

impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(pairs) => pairs.serialize(serializer),
            Err(error) => Err(serde::ser::Error::custom(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(query: Query) -> Vec<(String, String)> {
        query.0.unwrap()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_joined_list_is_one_pair() {
        let given = Some(vec!["a", "b"]);
        assert_eq!(
            pairs(Query::joined("expand", &given)),
            [pair("expand", "a,b")]
        );
        assert_eq!(pairs(Query::joined("expand", &None::<Vec<String>>)), []);
    }

    #[test]
    fn a_free_value_follows_its_shape() {
        assert_eq!(
            pairs(Query::free("limit", &Some(10.0))),
            [pair("limit", "10")]
        );
        assert_eq!(pairs(Query::free("limit", &0.5)), [pair("limit", "0.5")]);
        assert_eq!(
            pairs(Query::free("type", &json!("scrum"))),
            [pair("type", "scrum")]
        );
        assert_eq!(
            pairs(Query::free("f", &json!(["a", 1]))),
            [pair("f", "a"), pair("f", "1")]
        );
        assert_eq!(
            pairs(Query::free("sort", &json!([{ "field": "x" }]))),
            [pair("sort", r#"{"field":"x"}"#)]
        );
        assert_eq!(
            pairs(Query::free("counts", &json!({ "users": true }))),
            [pair("users", "true")]
        );
    }
}
