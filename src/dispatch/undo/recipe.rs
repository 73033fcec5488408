//! Undoing by another call, and doing again what such a call undid.

use serde_json::{Value, json};

use super::{Undo, differs, facts, holds, impossible};
use crate::base::fault::Fault;
use crate::catalog::model::{Call, Effect, Step, Tool};
use crate::dispatch::predict::{Prediction, comparable, present_read};
use crate::dispatch::requests;
use crate::dispatch::steps;
use crate::journal::Entry;
use crate::projection::sources::Facts;

pub(super) fn recipe(
    tool: &Tool,
    entry: &Entry,
    present: &Value,
    org: Option<&str>,
    call: &Call,
    when: Option<(&str, &str)>,
    steps: &'static [Step],
) -> Result<Undo, Fault> {
    if let Some((name, text)) = when
        && !holds(&entry.arguments, name, text)
    {
        return Err(impossible(&format!(
            "it can be undone only when {name} was {text}"
        )));
    }
    let known = Facts {
        present: Some(present),
        ..facts(entry, org)
    };
    let own = requests::on_behalf(tool, call, &known)?;
    let due = steps::due(tool, steps, own, &known)?;
    let (stale, mut warnings) = since(tool, entry, present);
    let to = if tool.effect == Effect::Create {
        Some(Value::Null)
    } else {
        Some(comparable(tool, &entry.before)).filter(|before| !before.is_null())
    };
    if let Some(warning) = tool.warning.filter(|_| tool.effect == Effect::Create) {
        warnings.push(warning.to_owned());
    }
    Ok(Undo {
        requests: due.requests,
        steps: due.steps,
        prediction: Prediction {
            from: comparable(tool, present),
            to,
            in_write_shape: false,
        },
        stale,
        warnings,
    })
}

/// Undoes an undoing by recipe: what the undone write sent is sent again.
pub(super) fn redo(
    tool: &Tool,
    entry: &Entry,
    original: &Entry,
    present: &Value,
) -> Result<Undo, Fault> {
    if tool.effect == Effect::Create {
        return Err(impossible(
            "what was created and removed again would get another id; create it anew",
        ));
    }
    let (stale, warnings) = since(tool, entry, present);
    let after = original.after.as_ref().map(|after| comparable(tool, after));
    Ok(Undo {
        requests: original
            .requests
            .iter()
            .map(requests::again)
            .collect::<Result<_, _>>()?,
        steps: Vec::new(),
        prediction: Prediction {
            from: comparable(tool, present),
            to: after,
            in_write_shape: false,
        },
        stale,
        warnings,
    })
}

/// How the present state differs from what the write left behind, and what cannot be told.
pub(super) fn since(tool: &Tool, entry: &Entry, present: &Value) -> (Option<Value>, Vec<String>) {
    match &entry.after {
        Some(after) => (
            differs(&comparable(tool, after), &comparable(tool, present)),
            Vec::new(),
        ),
        None if present_read(tool).is_none() => (
            None,
            vec!["its present state cannot be read, so later changes are not noticed".to_owned()],
        ),
        None => (
            Some(json!([])),
            vec![
                "its state could not be read after the write, so later changes are not noticed"
                    .to_owned(),
            ],
        ),
    }
}
