//! What changed since a preview, told in words and as a patch, each value bounded.

use serde_json::{Map, Value, json};

use crate::projection::changes;
use crate::projection::difference::{Change, Row, rows};
use crate::projection::words::bounded;

/// Most operations of the patch and most sentences.
const MOST: usize = 40;
/// Longest value in the patch, in bytes of JSON.
const LONGEST: usize = 400;
/// Longest value in a sentence, in characters.
const WORDS: usize = 160;

/// The difference between the state that was previewed and the present one: `changed` (RFC 6902)
/// and `in_words`, and how much of each is left out.
pub(super) fn told(was: &Value, is: &Value, secrets: &[&str]) -> Map<String, Value> {
    let mut told = Map::new();
    let rows = rows(was, is, secrets);
    let sentences: Vec<String> = rows.iter().take(MOST).map(sentence).collect();
    told.insert("in_words".to_owned(), json!(sentences));
    let patch = changes::patch(was, is);
    let operations = patch.as_array().map_or(&[][..], Vec::as_slice);
    let kept: Vec<Value> = operations.iter().take(MOST).map(short).collect();
    told.insert("changed".to_owned(), Value::from(kept));
    let more = operations.len().max(rows.len()).saturating_sub(MOST);
    if more > 0 {
        told.insert("more_changes".to_owned(), json!(more));
    }
    told
}

fn sentence(row: &Row) -> String {
    let place = match row.place.join(", ") {
        place if place.is_empty() => "it".to_owned(),
        place => place,
    };
    let text = |side: &Option<String>| {
        let text = side.as_deref().unwrap_or_default().replace('\n', "; ");
        format!("\u{201c}{}\u{201d}", bounded(&text, WORDS))
    };
    match row.change {
        Change::Added => format!("{place}: {} was added", text(&row.becomes)),
        Change::Removed => format!("{place}: {} was removed", text(&row.was)),
        Change::Changed => {
            let (was, is) = (text(&row.was), text(&row.becomes));
            format!("{place}: was {was}, is now {is}")
        }
        Change::Moved => format!("{place}: the order changed"),
    }
}

/// An operation of a patch whose value is cut when it is long.
fn short(operation: &Value) -> Value {
    let mut operation = operation.clone();
    if let Some(value) = operation.get_mut("value") {
        let bytes = value.to_string().len();
        if bytes > LONGEST {
            *value = match value {
                Value::String(text) => json!(bounded(text, LONGEST)),
                _ => json!({"omitted": "too long to show here", "bytes": bytes}),
            };
        }
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_answer_says_what_changed_in_words() {
        let was = json!({"name": "Desk", "owners": [{"id": "1", "name": "Ada"}], "text": "x"});
        let is = json!({"name": "Help desk", "owners": [], "text": "y".repeat(2000)});
        let told = told(&was, &is, &[]);
        let words = told["in_words"].as_array().unwrap();
        assert_eq!(
            words[0],
            "Name: was \u{201c}Desk\u{201d}, is now \u{201c}Help desk\u{201d}"
        );
        assert_eq!(words[1], "Owners, Ada: \u{201c}Ada (1)\u{201d} was removed");
        assert!(words[2].as_str().unwrap().contains("1840 more characters"));
        assert!(Value::Object(told.clone()).to_string().len() < 2000);
        assert!(told.get("more_changes").is_none());
        assert_eq!(told["changed"][0]["value"], "Help desk");
    }

    #[test]
    fn many_changes_are_counted() {
        let fields = |value: u32| -> Value {
            let fields = (0..60).map(|at| (format!("f{at}"), json!(value)));
            Value::Object(fields.collect())
        };
        let told = told(&fields(1), &fields(2), &[]);
        assert_eq!(told["changed"].as_array().unwrap().len(), MOST);
        assert_eq!(told["in_words"].as_array().unwrap().len(), MOST);
        assert_eq!(told["more_changes"], 20);
    }

    #[test]
    fn a_secret_is_not_told() {
        let (was, is) = (json!({"token": "one"}), json!({"token": "two"}));
        let told = told(&was, &is, &["/token"]);
        assert!(!told["in_words"].to_string().contains("two"));
    }
}
