//! What a preview showed: what a plan keeps for the person who is to agree to it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::ids::OperationId;

/// A change as it was shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// What is changed: `{kind, id}`; null when it has no name.
    pub target: Value,
    /// The host of the site; `None` for the organisation's endpoints.
    pub site: Option<String>,
    /// The value that is changed as it is; null when there is none.
    pub before: Value,
    /// The value as it will be; `None` when there will be none, or when nobody can tell.
    pub after: Option<Value>,
    /// The RFC 6902 patch between the two; `None` when nobody can tell before it is sent.
    pub patch: Option<Value>,
    /// The requests that will leave: `{operation, call, params, body?}` each.
    pub requests: Value,
    /// What the caller should know.
    pub warnings: Vec<String>,
    /// What else is reached, where a read can tell.
    pub impact: Option<Value>,
    /// Whether it can be undone.
    pub revertible: bool,
    /// How, or why not.
    pub undo: String,
    /// The steps of a change set in their order, which tell what there is to tell; none for a single
    /// change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ShownStep>,
}

/// A step of a change set as it was shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownStep {
    /// Its name.
    pub name: String,
    /// The tool whose write it is; for an undo, that of what is undone.
    pub tool: String,
    /// The operation that it undoes.
    pub reverts: Option<OperationId>,
    /// Why nothing could be read yet, where that is so.
    pub deferred: Option<String>,
    /// The earlier step that changes the same thing.
    pub follows: Option<String>,
    /// What it changes.
    pub shown: Shown,
}

impl Shown {
    /// Whether it is known to change nothing.
    pub fn changes_nothing(&self) -> bool {
        if !self.steps.is_empty() {
            return self.steps.iter().all(|step| step.shown.changes_nothing());
        }
        let is_empty = |patch: &Value| patch.as_array().is_some_and(Vec::is_empty);
        self.patch.as_ref().is_some_and(is_empty)
    }

    /// How many values it changes, as far as that can be told.
    pub fn changes(&self) -> Option<usize> {
        if self.steps.is_empty() {
            return Some(self.patch.as_ref()?.as_array()?.len());
        }
        let of_steps = self.steps.iter().map(|step| step.shown.changes());
        of_steps.sum()
    }
}
