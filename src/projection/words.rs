//! JSON in words: names of fields as labels, values as text, ids with the names that go with them.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields that name a thing, the best first.
const NAMES: [&str; 5] = ["displayName", "name", "title", "summary", "value"];
/// Fields by which a thing is referred to.
const IDS: [&str; 4] = ["id", "accountId", "key", "uuid"];
/// Fields of an object that a summary tells at most.
const FIELDS: usize = 12;
/// How deep a summary goes.
const DEPTH: usize = 3;

/// The names of things by their ids, as far as the states at hand tell.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// What these states tell.
    pub(super) fn of(states: &[&Value]) -> Self {
        let mut names = Self::default();
        for state in states {
            names.learn(state);
        }
        names
    }

    fn learn(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(name) = name_of(value) {
                    for id in IDS.iter().filter_map(|id| plain(fields.get(*id)?)) {
                        self.0.entry(id).or_insert_with(|| name.clone());
                    }
                }
                fields.values().for_each(|field| self.learn(field));
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    /// How an item of a list is called.
    pub(super) fn of_item(&self, item: &Value) -> Option<String> {
        name_of(item).or_else(|| {
            let id = IDS.iter().find_map(|id| plain(item.get(id)?))?;
            Some(self.0.get(&id).cloned().unwrap_or(id))
        })
    }
}

fn name_of(value: &Value) -> Option<String> {
    NAMES
        .iter()
        .find_map(|name| value.get(name)?.as_str())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// A text or number as it is.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The name of a field as a label: `issueTypeId` is `Issue type id`.
pub fn label(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        let c = if matches!(c, '_' | '-' | '.') { ' ' } else { c };
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else if out.is_empty() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

/// A value as text. `name` is the name of its field: one that is an id is told with the name of the
/// thing where that is known.
pub(super) fn summary(name: &str, value: &Value, names: &Names) -> String {
    tell(name, value, names, 0)
}

fn tell(name: &str, value: &Value, names: &Names, depth: usize) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(_) | Value::Number(_) => {
            let text = plain(value).unwrap_or_default();
            match names.0.get(&text).filter(|_| is_reference(name)) {
                Some(known) if *known != text => format!("{known} ({text})"),
                _ => text,
            }
        }
        Value::Array(items) if items.is_empty() => "(none)".to_owned(),
        Value::Array(items) => {
            let told: Vec<String> = items
                .iter()
                .map(|item| tell(name, item, names, depth + 1))
                .collect();
            told.join(if depth == 0 { "\n" } else { ", " })
        }
        Value::Object(fields) if fields.is_empty() => "(nothing set)".to_owned(),
        Value::Object(fields) => {
            if let Some(own) = name_of(value)
                && (depth > 0 || fields.len() <= 3)
            {
                let id = IDS.iter().find_map(|id| plain(fields.get(*id)?));
                return id
                    .filter(|id| *id != own)
                    .map_or(own.clone(), |id| format!("{own} ({id})"));
            }
            if depth >= DEPTH {
                return format!("{} values", fields.len());
            }
            let mut told: Vec<String> = fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .take(FIELDS)
                .map(|(name, value)| {
                    format!("{}: {}", label(name), tell(name, value, names, depth + 1))
                })
                .collect();
            if fields.len() > FIELDS {
                told.push(format!("and {} more", fields.len() - FIELDS));
            }
            told.join(if depth == 0 { "\n" } else { "; " })
        }
    }
}

/// Whether a field of this name refers to something else.
fn is_reference(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["id", "ids", "key", "keys", "parameter"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// A text of at most so many characters, with a word on what was left out.
pub fn bounded(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => {
            let left = text.chars().count() - most;
            format!("{}... ({left} more characters)", &text[..at])
        }
    }
}
