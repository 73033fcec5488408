//! Atlassian's own words in an error body, whichever of its shapes it has; bounded and redacted.

use serde_json::{Map, Value, json};

use crate::audit::redact;

/// Most messages that are relayed.
const MOST: usize = 10;
/// Longest message, in characters.
const LONGEST: usize = 400;

/// Keys that hold one message, in the order in which they are believed.
const MESSAGE_KEYS: [&str; 8] = [
    "message",
    "errorMessage",
    "detail",
    "title",
    "error_description",
    "error",
    "faultstring",
    "translation",
];

/// What an error body says.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Words {
    messages: Vec<String>,
    fields: Map<String, Value>,
}

impl Words {
    /// Reads them out of a body.
    pub(super) fn of(body: &Value) -> Self {
        let mut words = Self::default();
        words.read(body, 0);
        words
    }

    /// Whether a message holds this text, in any case of letters.
    pub(super) fn say(&self, text: &str) -> bool {
        self.messages
            .iter()
            .any(|message| message.to_ascii_lowercase().contains(text))
    }

    /// The first message.
    pub(super) fn first(&self) -> Option<&str> {
        self.messages.first().map(String::as_str)
    }

    /// As the details of a fault.
    pub(super) fn details(self, status: u16) -> Value {
        let mut details = json!({ "status": status });
        if !self.messages.is_empty() {
            details["messages"] = self.messages.into();
        }
        if !self.fields.is_empty() {
            details["fields"] = self.fields.into();
        }
        details
    }

    fn read(&mut self, value: &Value, depth: usize) {
        if depth > 4 {
            return;
        }
        match value {
            Value::String(text) => self.note(text),
            Value::Array(items) => {
                for item in items {
                    self.read(item, depth + 1);
                }
            }
            Value::Object(object) => self.read_object(object, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn read_object(&mut self, object: &Map<String, Value>, depth: usize) {
        if let Some(messages) = object.get("errorMessages") {
            self.read(messages, depth + 1);
        }
        match object.get("errors") {
            Some(Value::Object(fields)) => {
                for (name, value) in fields.iter().take(MOST) {
                    let text = value.as_str().map_or_else(|| value.to_string(), clean);
                    self.fields.insert(name.clone(), bounded(&text).into());
                }
            }
            Some(errors) => self.read(errors, depth + 1),
            None => {}
        }
        for inner in ["fault", "data", "problem"] {
            if let Some(inner @ Value::Object(_)) = object.get(inner) {
                self.read(inner, depth + 1);
            }
        }
        let title = object.get("title").and_then(Value::as_str);
        for key in MESSAGE_KEYS {
            match object.get(key) {
                Some(Value::String(text)) if !text.is_empty() => {
                    match title {
                        Some(title) if key == "detail" => self.note(&format!("{title}: {text}")),
                        _ => self.note(text),
                    }
                    break;
                }
                Some(inner @ Value::Object(_)) => self.read(inner, depth + 1),
                _ => {}
            }
        }
    }

    fn note(&mut self, text: &str) {
        if self.messages.len() >= MOST {
            return;
        }
        let text = if text.trim_start().starts_with('<') {
            "(a page of HTML)".to_owned()
        } else {
            bounded(&clean(text))
        };
        if !text.is_empty() && !self.messages.contains(&text) {
            self.messages.push(text);
        }
    }
}

fn clean(text: &str) -> String {
    redact::text(text.trim())
}

fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
