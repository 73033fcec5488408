//! One stable text for a JSON value: keys sorted, small values on one line, so that diffs stay
//! readable and files small.

use serde_json::{Map, Value};

/// A value that fits in this many columns, indentation included, stands on one line.
const WIDTH: usize = 110;

/// The canonical text, ending in a line feed. Equal values give equal bytes.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0, 0);
    text.push('\n');
    text
}

/// Writes `value` at a column; `indent` is the depth of the line it stands on.
fn write(text: &mut String, value: &Value, indent: usize, column: usize) {
    let inline = inline(value);
    match value {
        Value::Array(items) if column + inline.len() > WIDTH && !items.is_empty() => {
            text.push('[');
            for (nth, item) in items.iter().enumerate() {
                line(text, nth, indent + 1);
                write(text, item, indent + 1, indent + 1);
            }
            line_end(text, indent, ']');
        }
        Value::Object(map) if column + inline.len() > WIDTH && !map.is_empty() => {
            text.push('{');
            for (nth, (key, item)) in sorted(map).into_iter().enumerate() {
                line(text, nth, indent + 1);
                let key = Value::from(key.as_str()).to_string();
                text.push_str(&key);
                text.push_str(": ");
                write(text, item, indent + 1, indent + key.len() + 3);
            }
            line_end(text, indent, '}');
        }
        _ => text.push_str(&inline),
    }
}

fn line(text: &mut String, nth: usize, indent: usize) {
    if nth > 0 {
        text.push(',');
    }
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

fn line_end(text: &mut String, indent: usize, close: char) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push(close);
}

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<_> = sorted(map)
                .into_iter()
                .map(|(key, item)| format!("{}: {}", Value::from(key.as_str()), inline(item)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn small_values_stand_on_one_line_with_sorted_keys() {
        assert_eq!(
            canonical(&json!({"b": [1, 2], "a": null})),
            "{\"a\": null, \"b\": [1, 2]}\n"
        );
    }

    #[test]
    fn wide_values_are_broken_and_read_back_the_same() {
        let value = json!({"paths": {"/a": "x".repeat(60), "/b": ["y".repeat(60), {}]}});
        let text = canonical(&value);
        assert_eq!(text.lines().next(), Some("{"));
        assert_eq!(text.lines().nth(1), Some(" \"paths\": {"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(canonical(&serde_json::from_str(&text).unwrap()), text);
    }
}
