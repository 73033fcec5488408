//! A TOML document as a tree of plain values that know their lines.

use serde_json::{Map, Value};
use toml_edit::{Item, Key, Table, TableLike};

use super::line::Lines;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Table(Vec<Entry>),
    Array(Vec<Node>),
    Leaf(Value),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

impl Node {
    /// The whole document.
    pub(super) fn of_document(table: &Table, lines: &Lines) -> Self {
        Self {
            line: 1,
            kind: Kind::Table(entries(table, lines, 1)),
        }
    }

    /// What it is, for messages.
    pub(super) fn is(&self) -> &'static str {
        match &self.kind {
            Kind::Table(_) => "a table",
            Kind::Array(_) => "an array",
            Kind::Leaf(Value::String(_)) => "a string",
            Kind::Leaf(Value::Bool(_)) => "a boolean",
            Kind::Leaf(Value::Number(_)) => "a number",
            Kind::Leaf(_) => "a value that JSON does not have",
        }
    }

    /// As JSON. A table `{ json = "..." }` stands for the JSON in the text: TOML has no null.
    pub(super) fn json(&self) -> Value {
        match &self.kind {
            Kind::Leaf(value) => value.clone(),
            Kind::Array(items) => items.iter().map(Self::json).collect(),
            Kind::Table(entries) => match entries.as_slice() {
                [only] if only.key == "json" => raw(&only.node),
                _ => Value::Object(
                    entries
                        .iter()
                        .map(|entry| (entry.key.clone(), entry.node.json()))
                        .collect::<Map<_, _>>(),
                ),
            },
        }
    }
}

fn raw(node: &Node) -> Value {
    match &node.kind {
        Kind::Leaf(Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| node_as_it_is(node))
        }
        _ => node_as_it_is(node),
    }
}

fn node_as_it_is(node: &Node) -> Value {
    Value::Object(Map::from_iter([("json".to_owned(), node.json())]))
}

fn entries(table: &dyn TableLike, lines: &Lines, outer: usize) -> Vec<Entry> {
    table
        .iter()
        .map(|(name, item)| {
            let line = table
                .get_key_value(name)
                .and_then(|(key, _): (&Key, _)| key.span())
                .map_or(outer, |span| lines.at(span.start));
            Entry {
                key: name.to_owned(),
                line,
                node: node(item, lines, line),
            }
        })
        .collect()
}

fn node(item: &Item, lines: &Lines, outer: usize) -> Node {
    let line = item.span().map_or(outer, |span| lines.at(span.start));
    let kind = match item {
        Item::Table(table) => Kind::Table(entries(table, lines, line)),
        Item::ArrayOfTables(tables) => Kind::Array(
            tables
                .iter()
                .map(|table| {
                    let line = table.span().map_or(line, |span| lines.at(span.start));
                    Node {
                        line,
                        kind: Kind::Table(entries(table, lines, line)),
                    }
                })
                .collect(),
        ),
        Item::Value(value) => return of_value(value, lines, outer),
        Item::None => Kind::Leaf(Value::Null),
    };
    Node { line, kind }
}

fn of_value(value: &toml_edit::Value, lines: &Lines, outer: usize) -> Node {
    let line = value.span().map_or(outer, |span| lines.at(span.start));
    let kind = match value {
        toml_edit::Value::String(text) => Kind::Leaf(Value::from(text.value().as_str())),
        toml_edit::Value::Integer(number) => Kind::Leaf(Value::from(*number.value())),
        toml_edit::Value::Float(number) => Kind::Leaf(Value::from(*number.value())),
        toml_edit::Value::Boolean(truth) => Kind::Leaf(Value::from(*truth.value())),
        toml_edit::Value::Datetime(_) => Kind::Leaf(Value::Null),
        toml_edit::Value::Array(items) => Kind::Array(
            items
                .iter()
                .map(|item| of_value(item, lines, line))
                .collect(),
        ),
        toml_edit::Value::InlineTable(table) => Kind::Table(entries(table, lines, line)),
    };
    Node { line, kind }
}
