//! Makes a value fit into so many bytes and says what it left out.

use serde_json::{Map, Value, json};

/// What the caller can do about a cut.
const MEND: &str = "The result was too long. Ask for a path with fields, or for more with max_bytes (up to 90000).";
/// Room below which a field is left out whole, in bytes.
const LEAST: usize = 48;
/// What follows a text that was cut.
const MORE: &str = "...";

/// A value that fits.
#[derive(Debug)]
pub(super) struct Fitted {
    /// The value.
    pub(super) value: Value,
    cuts: Vec<Cut>,
    /// Bytes left for the words about the cuts.
    spare: usize,
}

#[derive(Debug)]
struct Cut {
    path: String,
    bytes: usize,
}

impl Fitted {
    /// Says in `beside` what was cut.
    pub(super) fn note(&self, beside: &mut Map<String, Value>) {
        if self.cuts.is_empty() {
            return;
        }
        let mut spare = self.spare.saturating_sub(MEND.len() + 20);
        let mut told = Vec::new();
        for cut in &self.cuts {
            let cut = json!({"path": cut.path, "bytes": cut.bytes});
            let bytes = size(&cut) + 1;
            if bytes > spare {
                break;
            }
            spare -= bytes;
            told.push(cut);
        }
        beside.insert("cut".to_owned(), told.into());
        beside.insert("mend".to_owned(), MEND.into());
    }
}

/// The value, or as much of it as fits: small fields first, the first items of lists, the beginning
/// of texts.
pub(super) fn to_fit(value: Value, room: usize) -> Fitted {
    let mut cuts = Vec::new();
    let spare = room / 3;
    let value = if size(&value) <= room {
        value
    } else {
        fit(value, room - spare, "", &mut cuts)
    };
    Fitted { value, cuts, spare }
}

fn size(value: &Value) -> usize {
    value.to_string().len()
}

fn fit(value: Value, room: usize, path: &str, cuts: &mut Vec<Cut>) -> Value {
    let bytes = size(&value);
    if bytes <= room {
        return value;
    }
    match value {
        Value::Object(fields) => fit_fields(fields, room, path, cuts),
        Value::Array(items) => {
            let mut kept = Vec::new();
            let mut left = room.saturating_sub(2);
            let total = items.len();
            for item in items {
                let bytes = size(&item) + 1;
                if bytes > left {
                    if kept.is_empty() && left > LEAST {
                        kept.push(fit(item, left, &format!("{path}/0"), cuts));
                    }
                    break;
                }
                left -= bytes;
                kept.push(item);
            }
            if kept.len() < total {
                cuts.push(Cut {
                    path: format!("{path}/{}", kept.len()),
                    bytes,
                });
            }
            Value::Array(kept)
        }
        Value::String(text) => {
            cuts.push(Cut {
                path: path.to_owned(),
                bytes,
            });
            Value::String(beginning(&text, room))
        }
        other => other,
    }
}

fn fit_fields(fields: Map<String, Value>, room: usize, path: &str, cuts: &mut Vec<Cut>) -> Value {
    let mut by_size: Vec<(usize, String, Value)> = fields
        .into_iter()
        .map(|(name, value)| (size(&value), name, value))
        .collect();
    by_size.sort_by_key(|(bytes, ..)| *bytes);
    let mut kept = Map::new();
    let mut left = room.saturating_sub(2);
    let mut waiting = by_size.len();
    for (bytes, name, value) in by_size {
        let share = (left / waiting.max(1)).saturating_sub(name.len() + 4);
        waiting -= 1;
        let inner = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        if bytes > share && share < LEAST {
            cuts.push(Cut { path: inner, bytes });
            continue;
        }
        let value = fit(value, share, &inner, cuts);
        left = left.saturating_sub(size(&value) + name.len() + 4);
        kept.insert(name, value);
    }
    Value::Object(kept)
}

/// The beginning of a text that fits as JSON.
fn beginning(text: &str, room: usize) -> String {
    let mut used = 2 + MORE.len();
    let end = text
        .char_indices()
        .find(|(_, c)| {
            used += Value::String(c.to_string()).to_string().len() - 2;
            used > room
        })
        .map_or(text.len(), |(at, _)| at);
    format!("{}{MORE}", &text[..end])
}
