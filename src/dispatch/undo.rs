//! What undoes a recorded write: computed from what it really changed, never from its request.

mod difference;
mod half_way;
mod recipe;
mod restore;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::predict::Prediction;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Effect, Revert, Step, Tool};
use crate::journal::Entry;
use crate::projection::changes;
use crate::projection::sources::Facts;
use crate::upstream::Request;

use difference::difference;
use half_way::half_way;
use recipe::{recipe, redo};
use restore::restore;

/// Why the undo of a creation cannot be undone.
const MADE_ANEW: &str = "what was created and removed again would get another id; create it anew";

/// The undoing of one recorded write.
#[derive(Debug)]
pub(super) struct Undo {
    /// What is sent, in this order.
    pub(super) requests: Vec<Request>,
    /// The steps of the manifest that these are; empty where they are none.
    pub(super) steps: Vec<&'static Step>,
    /// What it changes.
    pub(super) prediction: Prediction,
    /// How the present state differs from what the write left, in what would be overwritten.
    pub(super) stale: Option<Value>,
    /// What else the caller should know.
    pub(super) warnings: Vec<String>,
}

/// What is known of a recorded write.
pub(super) fn facts<'a>(entry: &'a Entry, org: Option<&'a str>) -> Facts<'a> {
    Facts {
        arguments: Some(&entry.arguments),
        target: entry
            .target
            .as_ref()
            .and_then(|target| target.id.as_deref()),
        before: Some(&entry.before),
        after: entry.after.as_ref(),
        result: entry.result.as_ref(),
        org,
        ..Facts::default()
    }
}

/// Computes the undoing of `entry`, given the present state (null when there is nothing).
/// `undone` is the entry that this one has undone, when it is a revert itself.
pub(super) fn compute(
    tool: &Tool,
    entry: &Entry,
    undone: Option<&Entry>,
    present: &Value,
    org: Option<&str>,
) -> Result<Undo, Fault> {
    if undone.is_some_and(Entry::is_half_way) {
        return Err(impossible(
            "it took back what was half done; make the change anew",
        ));
    }
    if entry.is_half_way() {
        return half_way(tool, entry, undone, present, org);
    }
    match (&tool.revert, undone) {
        (Revert::No(why), _) => Err(impossible(why)),
        (Revert::Restore { always }, _) => restore(tool, entry, present, always),
        (
            Revert::Difference {
                key,
                added,
                removed,
            },
            _,
        ) => difference(tool, entry, undone, present, org, key, [added, removed]),
        (Revert::Recipe { call, when, steps }, None) => {
            recipe(tool, entry, present, org, call, *when, steps)
        }
        (Revert::Recipe { .. }, Some(original)) => redo(tool, entry, original, present),
    }
}

/// Whether a call with these arguments can be undone later, and how, in words.
pub fn promise(tool: &Tool, arguments: &Map<String, Value>) -> (bool, String) {
    match &tool.revert {
        Revert::No(why) => (false, (*why).to_owned()),
        Revert::Restore { .. } => (
            true,
            "operation_revert sets the fields that this changes back to what they were".to_owned(),
        ),
        Revert::Difference { .. } => (
            true,
            "operation_revert takes back only what this really adds or removes".to_owned(),
        ),
        Revert::Recipe { call, when, .. } => match when {
            Some((name, text)) if !holds(arguments, name, text) => {
                (false, format!("can be undone only when {name} is {text}"))
            }
            _ => (
                true,
                format!("operation_revert calls {}", call.operation.key),
            ),
        },
    }
}

/// Whether an undo can itself be undone, and how, in words.
pub(super) fn promise_again(tool: &Tool) -> (bool, String) {
    match (&tool.revert, tool.effect) {
        (Revert::No(why), _) => (false, (*why).to_owned()),
        (Revert::Recipe { .. }, Effect::Create) => (false, MADE_ANEW.to_owned()),
        _ => (
            true,
            "operation_revert on this undo brings the change back, where Atlassian allows it"
                .to_owned(),
        ),
    }
}

fn holds(arguments: &Map<String, Value>, name: &str, text: &str) -> bool {
    let wanted: Option<Value> = serde_json::from_str(text).ok();
    wanted.is_some() && arguments.get(name) == wanted.as_ref()
}

fn differs(was: &Value, is: &Value) -> Option<Value> {
    (was != is).then(|| changes::patch(was, is))
}

pub(super) fn impossible(why: &str) -> Fault {
    Fault::new(
        Code::Conflict,
        format!("this operation cannot be undone: {why}"),
    )
}

fn changed_back() -> Fault {
    Fault::new(
        Code::Conflict,
        "everything that this operation changed has been changed back already",
    )
}

fn nothing_changed() -> Fault {
    Fault::new(
        Code::Conflict,
        "this operation changed nothing, so there is nothing to undo",
    )
}
