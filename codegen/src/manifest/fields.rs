//! Takes a table apart key by key, and tells of every key that nobody asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::model::Spanned;
use super::node::{Entry, Kind, Node};
use super::parse::FILE;
use super::similar;
use crate::problem::Problem;

/// Where problems are gathered.
#[derive(Debug, Default)]
pub(super) struct Sink(pub(super) RefCell<Vec<Problem>>);

impl Sink {
    pub(super) fn tell(
        &self,
        line: usize,
        what: impl Into<String>,
        why: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.0.borrow_mut().push(Problem {
            file: FILE.to_owned(),
            line,
            what: what.into(),
            why: why.into(),
            mend: mend.into(),
        });
    }
}

/// A table that is being taken apart.
pub(super) struct Fields<'a> {
    pub(super) line: usize,
    what: String,
    entries: &'a [Entry],
    asked: BTreeSet<&'static str>,
    sink: &'a Sink,
}

impl<'a> Fields<'a> {
    /// `None`, with a problem told, when the node is no table.
    pub(super) fn of(node: &'a Node, what: impl Into<String>, sink: &'a Sink) -> Option<Self> {
        let what = what.into();
        let Kind::Table(entries) = &node.kind else {
            wrong_kind(sink, node, &what, "a table");
            return None;
        };
        Some(Self {
            line: node.line,
            what,
            entries,
            asked: BTreeSet::new(),
            sink,
        })
    }

    pub(super) fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.insert(key);
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    fn leaf<T>(
        &mut self,
        key: &'static str,
        kind: &str,
        take: impl Fn(&Value) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let node = self.node(key)?;
        let value = match &node.kind {
            Kind::Leaf(value) => take(value),
            _ => None,
        };
        if value.is_none() {
            wrong_kind(self.sink, node, &format!("`{key}` of {}", self.what), kind);
        }
        Some(Spanned::new(node.line, value?))
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.leaf(key, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A string that must be there.
    pub(super) fn must(&mut self, key: &'static str) -> Spanned<String> {
        if self.node(key).is_none() {
            self.sink.tell(
                self.line,
                format!("{} has no `{key}`", self.what),
                "it cannot do without",
                format!("add `{key} = \"...\"`"),
            );
        }
        self.text(key)
            .unwrap_or_else(|| Spanned::new(self.line, String::new()))
    }

    pub(super) fn truth(&mut self, key: &'static str) -> bool {
        self.leaf(key, "true or false", Value::as_bool)
            .is_some_and(|truth| truth.value)
    }

    pub(super) fn count(&mut self, key: &'static str) -> Option<usize> {
        self.leaf(key, "a count", |value| {
            value.as_u64().and_then(|count| usize::try_from(count).ok())
        })
        .map(|count| count.value)
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<Spanned<String>>> {
        let node = self.node(key)?;
        self.texts_of(key, node)
    }

    fn texts_of(&self, key: &str, node: &Node) -> Option<Vec<Spanned<String>>> {
        let Kind::Array(items) = &node.kind else {
            let what = format!("`{key}` of {}", self.what);
            wrong_kind(self.sink, node, &what, "an array of strings");
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            if let Kind::Leaf(Value::String(text)) = &item.kind {
                texts.push(Spanned::new(item.line, text.clone()));
            } else {
                let what = format!("an item of `{key}` of {}", self.what);
                wrong_kind(self.sink, item, &what, "a string");
            }
        }
        Some(texts)
    }

    /// The entries of a table that may have any keys.
    pub(super) fn open(&mut self, key: &'static str) -> Option<&'a [Entry]> {
        let node = self.node(key)?;
        let Kind::Table(entries) = &node.kind else {
            wrong_kind(
                self.sink,
                node,
                &format!("`{key}` of {}", self.what),
                "a table",
            );
            return None;
        };
        Some(entries)
    }

    pub(super) fn json(&mut self, key: &'static str) -> Option<Spanned<Value>> {
        self.node(key)
            .map(|node| Spanned::new(node.line, node.json()))
    }

    /// A table of free keys with JSON values.
    pub(super) fn values(&mut self, key: &'static str) -> Vec<(Spanned<String>, Value)> {
        let entries = self.open(key).unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                (
                    Spanned::new(entry.line, entry.key.clone()),
                    entry.node.json(),
                )
            })
            .collect()
    }

    /// A table of free keys with strings.
    pub(super) fn strings(&mut self, key: &'static str) -> Vec<(Spanned<String>, String)> {
        let entries = self.open(key).unwrap_or_default();
        entries
            .iter()
            .filter_map(|entry| {
                if let Kind::Leaf(Value::String(text)) = &entry.node.kind {
                    return Some((Spanned::new(entry.line, entry.key.clone()), text.clone()));
                }
                let what = format!("`{}` in `{key}` of {}", entry.key, self.what);
                wrong_kind(self.sink, &entry.node, &what, "a string");
                None
            })
            .collect()
    }

    /// A table of free keys with strings, or with several: one pair for each.
    pub(super) fn origins(&mut self, key: &'static str) -> Vec<(Spanned<String>, String)> {
        let entries = self.open(key).unwrap_or_default();
        let mut pairs = Vec::new();
        for entry in entries {
            let to = || Spanned::new(entry.line, entry.key.clone());
            match &entry.node.kind {
                Kind::Leaf(Value::String(text)) => pairs.push((to(), text.clone())),
                Kind::Array(_) => {
                    let place = format!("{}` in `{key}", entry.key);
                    let texts = self.texts_of(&place, &entry.node).unwrap_or_default();
                    pairs.extend(texts.into_iter().map(|text| (to(), text.value)));
                }
                _ => {
                    let what = format!("`{}` in `{key}` of {}", entry.key, self.what);
                    wrong_kind(self.sink, &entry.node, &what, "a string or several");
                }
            }
        }
        pairs
    }

    /// Every entry of a table of free keys with arrays of strings.
    pub(super) fn each_texts(&self) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
        let read = |entry: &Entry| {
            let texts = self.texts_of(&entry.key, &entry.node).unwrap_or_default();
            (Spanned::new(entry.line, entry.key.clone()), texts)
        };
        self.entries.iter().map(read).collect()
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        let given = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == given.value);
        if found.is_none() {
            self.sink.tell(
                given.line,
                format!("unknown `{key}` `{}` in {}", given.value, self.what),
                "it has no meaning",
                similar::hint(&given.value, words.iter().map(|(word, _)| *word)),
            );
        }
        found.map(|(_, value)| Spanned::new(given.line, *value))
    }

    /// Tells of the keys that nobody asked for.
    pub(super) fn finish(self) {
        for entry in self.entries {
            if !self.asked.contains(entry.key.as_str()) {
                self.sink.tell(
                    entry.line,
                    format!("unknown key `{}` in {}", entry.key, self.what),
                    "a key that nothing reads is a typing error or a wish that is not met",
                    similar::hint(&entry.key, self.asked.iter().copied()),
                );
            }
        }
    }
}

fn wrong_kind(sink: &Sink, node: &Node, what: &str, kind: &str) {
    sink.tell(
        node.line,
        format!("{what} is {}", node.is()),
        format!("it must be {kind}"),
        format!("write {kind}"),
    );
}
