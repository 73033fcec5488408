//! What differs between two states, in words that a person reads without knowing JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::words::{Names, label, plain, summary};

/// What happened to one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It is another.
    Changed,
    /// The same things stand in another order.
    Moved,
}

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands, from the outside in, e.g. `Permissions`, `Administer projects`.
    pub place: Vec<String>,
    /// What happened.
    pub change: Change,
    /// What it was, where there was something.
    pub was: Option<String>,
    /// What it becomes, where there will be something.
    pub becomes: Option<String>,
}

/// Fields by which the items of a list are told apart, the best first.
const KEYS: [&str; 5] = ["id", "key", "accountId", "name", "value"];
/// Stands in the place of what the catalogue calls secret.
const HIDDEN: &str = "(secret, not shown)";

/// The values that differ, in the order of their names. `secrets` are JSON pointers with `*` for
/// every item or field.
pub fn rows(before: &Value, after: &Value, secrets: &[&str]) -> Vec<Row> {
    let mut walk = Walk {
        names: Names::of(&[before, after]),
        secrets: secrets
            .iter()
            .map(|pointer| pointer.split('/').skip(1).collect())
            .collect(),
        rows: Vec::new(),
        place: Vec::new(),
        path: Vec::new(),
    };
    walk.differ(before, after);
    walk.rows
}

struct Walk<'a> {
    names: Names,
    secrets: Vec<Vec<&'a str>>,
    rows: Vec<Row>,
    /// The labels on the way.
    place: Vec<String>,
    /// The names on the way, as they stand in the JSON.
    path: Vec<String>,
}

impl Walk<'_> {
    fn differ(&mut self, before: &Value, after: &Value) {
        let empty = Value::Object(Map::new());
        match (before, after) {
            (before, after) if before == after => {}
            (Value::Object(was), Value::Object(is)) => self.fields(was, is),
            (Value::Array(was), Value::Array(is)) => self.items(was, is),
            // A whole object that comes or goes is told field by field.
            (Value::Null, Value::Object(_)) if self.place.is_empty() => self.differ(&empty, after),
            (Value::Object(_), Value::Null) if self.place.is_empty() => self.differ(before, &empty),
            (before, after) => self.tell(before, after),
        }
    }

    fn fields(&mut self, was: &Map<String, Value>, is: &Map<String, Value>) {
        let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
        for name in names {
            let side = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            let (was, is) = (side(was), side(is));
            self.within(name, label(name), |walk| walk.differ(&was, &is));
        }
    }

    fn items(&mut self, was: &[Value], is: &[Value]) {
        if let Some((was, is)) = keyed(was, is) {
            let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
            for key in keys {
                let (was, is) = (was.get(key).copied(), is.get(key).copied());
                let item = was.or(is).unwrap_or(&Value::Null);
                let name = self.names.of_item(item).unwrap_or_else(|| key.clone());
                let (was, is) = (was.unwrap_or(&Value::Null), is.unwrap_or(&Value::Null));
                self.within("*", name, |walk| walk.differ(was, is));
            }
            if self.rows.is_empty() && was.keys().eq(is.keys()) {
                self.moved();
            }
            return;
        }
        let only = |of: &[Value], other: &[Value]| -> Vec<Value> {
            let mut other = other.to_vec();
            let mut left = of.to_vec();
            left.retain(|item| match other.iter().position(|one| one == item) {
                Some(at) => {
                    other.swap_remove(at);
                    false
                }
                None => true,
            });
            left
        };
        let (gone, new) = (only(was, is), only(is, was));
        if gone.is_empty() && new.is_empty() {
            self.moved();
        }
        for item in &gone {
            self.tell(item, &Value::Null);
        }
        for item in &new {
            self.tell(&Value::Null, item);
        }
    }

    fn moved(&mut self) {
        self.rows.push(Row {
            place: self.place.clone(),
            change: Change::Moved,
            was: None,
            becomes: None,
        });
    }

    fn within(&mut self, name: &str, label: String, work: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        self.place.push(label);
        work(self);
        self.place.pop();
        self.path.pop();
    }

    fn tell(&mut self, before: &Value, after: &Value) {
        let hidden = self.is_secret();
        let text = |value: &Value| {
            let name = self.path.iter().rev().find(|name| *name != "*");
            let name = name.map_or("", String::as_str);
            (!value.is_null()).then(|| {
                if hidden {
                    HIDDEN.to_owned()
                } else {
                    summary(name, value, &self.names)
                }
            })
        };
        let (was, becomes) = (text(before), text(after));
        let change = match (&was, &becomes) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        };
        self.rows.push(Row {
            place: self.place.clone(),
            change,
            was,
            becomes,
        });
    }

    /// Whether a secret stands here, or below here.
    fn is_secret(&self) -> bool {
        self.secrets.iter().any(|secret| {
            let pairs = secret.iter().zip(&self.path);
            pairs
                .into_iter()
                .all(|(secret, name)| *secret == "*" || name == "*" || *secret == name.as_str())
        })
    }
}

/// Items by what tells them apart.
type Keyed<'a> = BTreeMap<String, &'a Value>;

/// The items of both lists by the first field that tells them apart in each; `None` when none does.
fn keyed<'a>(was: &'a [Value], is: &'a [Value]) -> Option<(Keyed<'a>, Keyed<'a>)> {
    KEYS.iter().find_map(|name| by(was, name).zip(by(is, name)))
}

fn by<'a>(items: &'a [Value], name: &str) -> Option<Keyed<'a>> {
    let keyed: Option<Keyed<'a>> = items
        .iter()
        .map(|item| Some((plain(item.get(name)?)?, item)))
        .collect();
    keyed.filter(|keyed| keyed.len() == items.len())
}

#[cfg(test)]
mod tests;
