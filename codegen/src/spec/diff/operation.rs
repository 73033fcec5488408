//! Compares one operation with its newer version.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::body::{self, Direction, Field, Fields};
use super::change::{Change, Place};
use crate::spec::document::{Document, Operation};

/// An operation and the document it stands in.
type Side<'a> = (&'a Document, &'a Operation<'a>);

/// What differs, sorted by place.
pub(super) fn changes(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let mut changes = marks(old.1, new.1);
    changes.extend(parameters(old, new));
    changes.extend(sent(old, new));
    changes.extend(answered(old, new));
    changes.sort();
    changes
}

fn marks(old: &Operation<'_>, new: &Operation<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    if old.id != new.id {
        let what = format!("is called `{}` now", new.id);
        changes.push(Change::breaking(Place::Operation, what));
    }
    let is_set =
        |operation: &Operation<'_>, key: &str| operation.value.get(key) == Some(&Value::Bool(true));
    match (is_set(old, "deprecated"), is_set(new, "deprecated")) {
        (false, true) => changes.push(Change::breaking(Place::Deprecation, "deprecated now")),
        (true, false) => {
            changes.push(Change::harmless(Place::Deprecation, "no longer deprecated"));
        }
        _ => {}
    }
    if is_set(old, "x-experimental") != is_set(new, "x-experimental") {
        let what = if is_set(new, "x-experimental") {
            "experimental now"
        } else {
            "no longer experimental"
        };
        changes.push(Change::harmless(Place::Operation, what));
    }
    let (before, after) = (scopes(old), scopes(new));
    if before != after {
        let what = format!(
            "scopes are {} now, were {}",
            listed(&after),
            listed(&before)
        );
        changes.push(Change::harmless(Place::Operation, what));
    }
    changes
}

fn scopes<'a>(operation: &Operation<'a>) -> BTreeSet<&'a str> {
    let scopes = operation.value.get("x-scopes").and_then(Value::as_array);
    scopes
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn listed(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Parameters by place and name.
fn parameters_of((document, operation): Side<'_>) -> BTreeMap<(String, String), Field> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let parameters = operation.parameters(document).into_iter();
    parameters
        .map(|parameter| {
            let required = parameter.get("required") == Some(&Value::Bool(true));
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let name = (text(parameter.get("in")), text(parameter.get("name")));
            (name, Field::of(document, schema, required))
        })
        .collect()
}

fn parameters(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let (before, after) = (parameters_of(old), parameters_of(new));
    let mut changes = Vec::new();
    for ((within, name), field) in &before {
        let place = Place::Parameter(name.clone());
        match after.get(&(within.clone(), name.clone())) {
            None => changes.push(Change::breaking(place, format!("({within}) removed"))),
            Some(newer) => changes.extend(field.changes(newer, &place)),
        }
    }
    for ((within, name), field) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        let place = Place::Parameter(name.clone());
        changes.push(if field.is_required() {
            Change::demanding(place, format!("({within}) added, required"))
        } else {
            Change::harmless(place, format!("({within}) added"))
        });
    }
    changes
}

fn sent(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let request = |(document, operation): Side<'_>| -> Option<(Fields, bool)> {
        let body = document.resolve(operation.value.get("requestBody")?);
        let required = body.get("required") == Some(&Value::Bool(true));
        let fields = schema_of(body).map(|schema| body::fields(document, schema, Direction::Sent));
        Some((fields.unwrap_or_default(), required))
    };
    let whole = || Place::Body(String::new());
    match (request(old), request(new)) {
        (None, None) => Vec::new(),
        (Some(_), None) => vec![Change::breaking(whole(), "removed")],
        (None, Some((_, true))) => vec![Change::demanding(whole(), "added, required")],
        (None, Some((_, false))) => vec![Change::harmless(whole(), "added")],
        (Some((before, was)), Some((after, is))) => {
            let mut changes = body::changes(&before, &after, Place::Body);
            if is && !was {
                changes.push(Change::demanding(whole(), "required now"));
            }
            changes
        }
    }
}

/// Answers are relayed as they are: a field that went away breaks only what reads it, and that the
/// report leaves to the reader.
fn answered(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let success = |(document, operation): Side<'_>| -> Fields {
        let responses = operation.value.get("responses").and_then(Value::as_object);
        let mut responses: Vec<_> = responses.into_iter().flatten().collect();
        responses.sort_by_key(|(status, _)| *status);
        let first = responses
            .into_iter()
            .find(|(status, _)| status.starts_with('2'));
        first
            .and_then(|(_, response)| schema_of(document.resolve(response)))
            .map(|schema| body::fields(document, schema, Direction::Answered))
            .unwrap_or_default()
    };
    body::lost(&success(old), &success(new))
        .map(|field| Change::harmless(Place::Answer(field.to_owned()), "removed"))
        .collect()
}

/// The schema of the JSON content, or of the first content there is.
fn schema_of(holder: &Value) -> Option<&Value> {
    let content = holder.get("content")?.as_object()?;
    let json = content
        .get("application/json")
        .or_else(|| content.values().next());
    json?.get("schema")
}
