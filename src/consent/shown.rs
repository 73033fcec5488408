//! What a preview showed: what a plan keeps for the person who is to agree to it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
}

impl Shown {
    /// Whether it is known to change nothing.
    pub fn changes_nothing(&self) -> bool {
        let is_empty = |patch: &Value| patch.as_array().is_some_and(Vec::is_empty);
        self.patch.as_ref().is_some_and(is_empty)
    }
}
