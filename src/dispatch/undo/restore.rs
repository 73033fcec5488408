//! Undoing a change of fields: the same operation again, with what it touched as it was.

use serde_json::{Map, Value};

use super::{Undo, differs, impossible, nothing_changed};
use crate::base::fault::Fault;
use crate::catalog::model::{Effect, Projection, Tool};
use crate::dispatch::predict::Prediction;
use crate::dispatch::requests::unfit;
use crate::journal::Entry;
use crate::projection::{body, changes, pointer, shape};
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
    let original = entry
        .requests
        .iter()
        .find(|sent| sent.operation == operation.key)
        .ok_or_else(nothing_changed)?;
    let sent = original.body.clone().unwrap_or_default();
    let before = shaped(tool, projection, &entry.before)?;
    let now = shaped(tool, projection, present)?;
    let after = match &entry.after {
        Some(after) => shaped(tool, projection, after)?,
        None => sent.clone(),
    };
    let (fields, unreadable): (Vec<_>, Vec<_>) = changes::touched(&before, &sent)
        .into_iter()
        .partition(|name| {
            [&before, &after, &now]
                .iter()
                .any(|at| at.get(name).is_some())
        });
    if fields.is_empty() {
        return Err(nothing_changed());
    }
    let mut body = changes::only(&before, &fields);
    if tool.effect == Effect::Replace {
        let mut whole = now.clone();
        for name in &fields {
            pointer::remove(&mut whole, &format!("/{}", escape(name)));
        }
        body = body::overlay(whole, body);
    } else {
        for name in fields.iter().filter(|name| before.get(name).is_none()) {
            set(&mut body, name, Value::Null);
        }
        for name in always {
            if let (None, Some(value)) = (body.get(name), now.get(name)) {
                let value = value.clone();
                set(&mut body, name, value);
            }
        }
    }
    let warnings = unreadable
        .iter()
        .map(|name| format!("{name} cannot be read back and stays as it was set"))
        .collect();
    Ok(Undo {
        prediction: Prediction {
            to: Some(if tool.effect == Effect::Replace {
                body.clone()
            } else {
                body::overlay(now.clone(), body.clone())
            }),
            from: now.clone(),
            in_write_shape: true,
        },
        requests: vec![Request {
            operation,
            params: original.params.clone(),
            body: Some(body),
        }],
        steps: Vec::new(),
        stale: differs(
            &changes::only(&after, &fields),
            &changes::only(&now, &fields),
        ),
        warnings,
    })
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

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
