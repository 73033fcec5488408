//! Undoing by another call, and doing again what such a call undid.

use serde_json::{Value, json};

use super::{MADE_ANEW, Undo, changed_back, differs, facts, holds, impossible, nothing_changed};
use crate::base::fault::Fault;
use crate::catalog::model::{Call, Effect, Step, Tool};
use crate::dispatch::predict::{Prediction, comparable, present_read};
use crate::dispatch::requests;
use crate::dispatch::steps;
use crate::journal::Entry;
use crate::projection::merge;
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
    if tool.effect == Effect::Create {
        // Some creations answer with what is there already; that is not this call's to remove.
        if !entry.before.is_null() {
            return Err(nothing_changed());
        }
        // Removed by somebody else.
        if entry.after.is_some() && present.is_null() {
            return Err(changed_back());
        }
    }
    let own = requests::on_behalf(tool, call, &known)?;
    let due = steps::due(tool, steps, own, &known)?;
    let Since {
        stale,
        to,
        mut warnings,
    } = since(tool, entry, present)?;
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
        return Err(impossible(MADE_ANEW));
    }
    let Since {
        stale,
        to,
        warnings,
    } = since(tool, entry, present)?;
    Ok(Undo {
        requests: original
            .requests
            .iter()
            .map(requests::again)
            .collect::<Result<_, _>>()?,
        steps: Vec::new(),
        prediction: Prediction {
            from: comparable(tool, present),
            to,
            in_write_shape: false,
        },
        stale,
        warnings,
    })
}

/// What has happened since the write, and what taking it back leads to.
pub(super) struct Since {
    /// What would be overwritten.
    pub(super) stale: Option<Value>,
    /// The state afterwards; `None` when nobody can tell.
    pub(super) to: Option<Value>,
    /// What cannot be told.
    pub(super) warnings: Vec<String>,
}

/// Compares the present state with what the write left behind. What was made or removed as a whole
/// is overwritten as a whole; of anything else only the places that the write changed.
pub(super) fn since(tool: &Tool, entry: &Entry, present: &Value) -> Result<Since, Fault> {
    let before = comparable(tool, &entry.before);
    let whole = matches!(tool.effect, Effect::Create | Effect::Delete);
    let told = (whole || !before.is_null()).then_some(before.clone());
    let Some(after) = &entry.after else {
        let unread = if present_read(tool).is_none() {
            (None, "its present state cannot be read")
        } else {
            let why = "its state could not be read after the write";
            (Some(json!([])), why)
        };
        let (stale, why) = unread;
        return Ok(Since {
            stale,
            to: told,
            warnings: vec![format!("{why}, so later changes are not noticed")],
        });
    };
    let (after, now) = (comparable(tool, after), comparable(tool, present));
    if whole {
        return Ok(Since {
            stale: differs(&after, &now),
            to: told,
            warnings: Vec::new(),
        });
    }
    // What was so before the call is not the call's to take back.
    if before == after && !before.is_null() {
        return Err(nothing_changed());
    }
    let merged = merge::undo(&before, &after, &now);
    if merged.unchanged && before != after {
        return Err(changed_back());
    }
    Ok(Since {
        stale: merged.stale(),
        to: told.map(|_| merged.value),
        warnings: Vec::new(),
    })
}
