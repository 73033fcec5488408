//! Flattens a schema into its fields, so that two versions can be compared field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::change::{Change, Place};
use crate::spec::document::Document;

/// Whether a schema describes what is sent or what is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Sent,
    Answered,
}

/// What is compared of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    kind: String,
    required: bool,
    values: Option<BTreeSet<String>>,
}

/// The fields of a schema by their place, e.g. `/fields/[]/name`; the empty place is the whole.
pub(super) type Fields = BTreeMap<String, Field>;

/// How deep fields are told: deeper ones belong to shapes that the operation merely passes on.
const DEPTH: usize = 6;

/// The fields of `schema`.
pub(super) fn fields(document: &Document, schema: &Value, direction: Direction) -> Fields {
    let mut walk = Walk {
        document,
        direction,
        fields: Fields::new(),
        open: Vec::new(),
    };
    walk.enter(schema, "", false, DEPTH);
    walk.fields
}

/// What differs between two sets of fields.
pub(super) fn changes(old: &Fields, new: &Fields, place: impl Fn(String) -> Place) -> Vec<Change> {
    let removed = lost(old, new).map(|name| Change::breaking(place(name.to_owned()), "removed"));
    let mut changes: Vec<_> = removed.collect();
    for (name, field) in old {
        if let Some(newer) = new.get(name) {
            changes.extend(field.changes(newer, &place(name.clone())));
        }
    }
    for (name, field) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if !has_parent(name, old) {
            continue;
        }
        changes.push(if field.required {
            Change::demanding(place(name.clone()), "added, required")
        } else {
            Change::harmless(place(name.clone()), "added")
        });
    }
    changes
}

/// The fields that are gone from what still holds them.
pub(super) fn lost<'a>(old: &'a Fields, new: &'a Fields) -> impl Iterator<Item = &'a str> {
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    gone.filter(|name| has_parent(name, new))
        .map(String::as_str)
}

/// Whether the field that holds `name` is there too: of a whole object that came or went, only the
/// object is told.
fn has_parent(name: &str, fields: &Fields) -> bool {
    name.rsplit_once('/')
        .is_none_or(|(parent, _)| fields.contains_key(parent))
}

impl Field {
    /// One field of this schema alone, its own fields not entered.
    pub(super) fn of(document: &Document, schema: &Value, required: bool) -> Self {
        let resolved = document.resolve(schema);
        let values = resolved.get("enum").and_then(Value::as_array);
        Self {
            kind: kind(document, resolved),
            required,
            values: values.map(|values| values.iter().map(Value::to_string).collect()),
        }
    }

    /// Whether it must be given.
    pub(super) fn is_required(&self) -> bool {
        self.required
    }

    /// What differs in `newer`.
    pub(super) fn changes(&self, newer: &Self, place: &Place) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.kind != newer.kind {
            let what = format!("is {} now, was {}", newer.kind, self.kind);
            changes.push(Change::breaking(place.clone(), what));
        }
        match (self.required, newer.required) {
            (false, true) => changes.push(Change::demanding(place.clone(), "required now")),
            (true, false) => changes.push(Change::harmless(place.clone(), "no longer required")),
            _ => {}
        }
        let none = BTreeSet::new();
        let (old, new) = (self.values.as_ref(), newer.values.as_ref());
        if let Some(new) = new {
            let gone: Vec<_> = old.unwrap_or(&none).difference(new).cloned().collect();
            let come: Vec<_> = new.difference(old.unwrap_or(&none)).cloned().collect();
            if old.is_none() {
                let what = format!("limited to {}", come.join(", "));
                changes.push(Change::breaking(place.clone(), what));
            } else if !come.is_empty() {
                let what = format!("may be {} too", come.join(", "));
                changes.push(Change::harmless(place.clone(), what));
            }
            if !gone.is_empty() {
                let what = format!("may no longer be {}", gone.join(", "));
                changes.push(Change::breaking(place.clone(), what));
            }
        } else if old.is_some() {
            changes.push(Change::harmless(
                place.clone(),
                "no longer limited to a list",
            ));
        }
        changes
    }
}

struct Walk<'a> {
    document: &'a Document,
    direction: Direction,
    fields: Fields,
    /// The references that are being followed: a schema inside itself is told once.
    open: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, schema: &'a Value, place: &str, required: bool, depth: usize) {
        let hidden = match self.direction {
            Direction::Sent => "readOnly",
            Direction::Answered => "writeOnly",
        };
        let marked = |schema: &Value| schema.get(hidden) == Some(&Value::Bool(true));
        if !place.is_empty() && (marked(schema) || marked(self.document.resolve(schema))) {
            return;
        }
        let field = Field::of(self.document, schema, required);
        self.fields.entry(place.to_owned()).or_insert(field);
        self.inside(schema, place, true, depth);
    }

    /// The fields within `schema`; those of one alternative among several are never required.
    fn inside(&mut self, schema: &'a Value, place: &str, sure: bool, depth: usize) {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if depth == 0 || reference.is_some_and(|name| self.open.contains(&name)) {
            return;
        }
        self.open.extend(reference);
        if let Some(schema) = self.document.resolve(schema).as_object() {
            self.properties(schema, place, sure, depth);
            for (keyword, sure) in [("allOf", sure), ("anyOf", false), ("oneOf", false)] {
                for part in schema
                    .get(keyword)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    self.inside(part, place, sure, depth);
                }
            }
            for (keyword, step) in [("items", "[]"), ("additionalProperties", "{}")] {
                if let Some(inner) = schema.get(keyword).filter(|inner| inner.is_object()) {
                    self.enter(inner, &format!("{place}/{step}"), false, depth - 1);
                }
            }
        }
        if reference.is_some() {
            self.open.pop();
        }
    }

    fn properties(
        &mut self,
        schema: &'a Map<String, Value>,
        place: &str,
        sure: bool,
        depth: usize,
    ) {
        let required: BTreeSet<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let required = sure && required.contains(name.as_str());
            self.enter(property, &format!("{place}/{name}"), required, depth - 1);
        }
    }
}

/// The type of a schema, or what its parts agree on.
fn kind(document: &Document, schema: &Value) -> String {
    if let Some(kind) = schema.get("type").and_then(Value::as_str) {
        return kind.to_owned();
    }
    if schema.get("properties").is_some() {
        return "object".to_owned();
    }
    let parts = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    let kinds: BTreeSet<_> = parts
        .flatten()
        .map(|part| document.resolve(part))
        .filter_map(|part| part.get("type")?.as_str())
        .collect();
    if kinds.is_empty() {
        return "any".to_owned();
    }
    kinds.into_iter().collect::<Vec<_>>().join(" or ")
}
