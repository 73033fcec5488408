//! Undoing a change of fields: the same operation again, with what it really changed as it was, and
//! everything else as it is now.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Undo, changed_back, impossible, nothing_changed};
use crate::base::fault::Fault;
use crate::catalog::model::{Effect, Projection, Tool};
use crate::dispatch::predict::Prediction;
use crate::dispatch::requests::unfit;
use crate::journal::{Entry, Sent};
use crate::projection::{body, changes, keyed, merge, shape};
use crate::upstream::Request;

pub(super) fn restore(
    tool: &Tool,
    entry: &Entry,
    present: &Value,
    always: &[&str],
) -> Result<Undo, Fault> {
    let (Some(projection), Some(operation)) = (&tool.shape, tool.operation) else {
        return Err(impossible("the catalogue does not say in which shape"));
    };
    let own = |sent: &&Sent| sent.operation == operation.key;
    let original = entry
        .requests
        .iter()
        .find(own)
        .ok_or_else(nothing_changed)?;
    let by_key = projection.keyed;
    let before = shaped(tool, projection, &entry.before)?;
    // Where a list is held by key, what was sent is the state that it was to become.
    let sent = match (original.body.clone().unwrap_or_default(), by_key) {
        (body, Some(_)) => keyed::laid(by_key, before.clone(), body),
        (body, None) => body,
    };
    let now = shaped(tool, projection, present)?;
    let after = match &entry.after {
        Some(after) => shaped(tool, projection, after)?,
        None if tool.effect == Effect::Replace => sent.clone(),
        None => body::overlay(before.clone(), sent.clone()),
    };
    let unreadable = |name: &String| {
        let known = [&before, &after, &now];
        known.iter().all(|state| state.get(name).is_none())
    };
    let warnings = changes::touched(&before, &sent)
        .into_iter()
        .filter(unreadable)
        .map(|name| format!("{name} cannot be read back and stays as it was set"))
        .collect();
    let done = merge::done(&before, &sent, &after, tool.effect != Effect::Replace);
    if done == before {
        return Err(nothing_changed());
    }
    let merged = merge::undo(&before, &done, &now);
    if merged.unchanged {
        return Err(changed_back());
    }
    let body = if tool.effect == Effect::Replace {
        merged.value.clone()
    } else {
        let mut body = Value::Object(Map::new());
        for name in differing(&before, &done) {
            let sides = [&before, &done, &merged.value].map(|side| side.get(&name));
            let value = match by_key.filter(|by_key| by_key.list == name) {
                Some(by_key) => keyed::items(by_key, sides),
                None => sides[2].cloned().unwrap_or_default(),
            };
            set(&mut body, &name, value);
        }
        for name in always {
            if let (None, Some(value)) = (body.get(name), now.get(name)) {
                let value = value.clone();
                set(&mut body, name, value);
            }
        }
        body
    };
    Ok(Undo {
        steps: Vec::new(),
        prediction: Prediction {
            to: Some(if tool.effect == Effect::Replace {
                body.clone()
            } else {
                keyed::laid(by_key, now.clone(), body.clone())
            }),
            from: now,
            in_write_shape: true,
        },
        requests: vec![Request {
            operation,
            params: original.params.clone(),
            body: Some(body),
        }],
        stale: merged.stale(),
        warnings,
    })
}

/// The top-level members that differ.
fn differing(before: &Value, after: &Value) -> BTreeSet<String> {
    [before, after]
        .iter()
        .flat_map(|state| state.as_object().into_iter().flatten())
        .map(|(name, _)| name)
        .filter(|name| before.get(name.as_str()) != after.get(name.as_str()))
        .cloned()
        .collect()
}

fn shaped(tool: &Tool, projection: &Projection, read: &Value) -> Result<Value, Fault> {
    match read {
        Value::Null => Ok(Value::Object(Map::new())),
        read => shape::reshape(projection, read).map_err(|error| unfit(tool, &error)),
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = body {
        fields.insert(name.to_owned(), value);
    }
}
