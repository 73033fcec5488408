//! What a write is going to change, and what a later read says of it. The journal keeps it, so that
//! a write whose answer was lost can be judged by whoever looks at the target later.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{changes, lists, shape, state};
use crate::base::known;
use crate::catalog::model::{Before, Read, Revert, Tool};

/// The value that a write changes, before and after it: in the write shape where there is one, else
/// in the shape in which it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// As it is.
    pub from: Value,
    /// As it will be; `None` when nobody can tell before the write.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "known")]
    pub to: Option<Value>,
    /// Whether both are in the write shape.
    pub in_write_shape: bool,
}

/// What a read after a lost answer says of the write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The target is as the write would leave it.
    Applied,
    /// The target is as it was; the write may still arrive.
    Unchanged,
    /// Neither.
    Undecided,
}

impl Prediction {
    /// The RFC 6902 patch; `None` when nobody can tell.
    pub fn patch(&self) -> Option<Value> {
        let to = self.to.as_ref()?;
        Some(match (self.from.is_null(), to.is_null()) {
            (true, true) => json!([]),
            (true, false) => json!([{"op": "add", "path": "", "value": to}]),
            (false, true) => json!([{"op": "remove", "path": ""}]),
            (false, false) => changes::patch(&self.from, to),
        })
    }

    /// Compares what is there now (as read) with both ends of the prediction.
    pub fn verdict(&self, tool: &Tool, now: &Value) -> Verdict {
        let seen = match (&tool.shape, now) {
            (Some(projection), now) if self.in_write_shape && !now.is_null() => {
                shape::reshape(projection, now).unwrap_or_default()
            }
            _ => comparable(tool, now),
        };
        // A member that the write adds or takes away tells as much as one that it changes.
        let ends = [Some(&self.from), self.to.as_ref()].into_iter().flatten();
        let names: BTreeSet<&String> = ends
            .filter_map(Value::as_object)
            .flat_map(|end| end.keys())
            .collect();
        let like = |wanted: &Value| match (wanted, &seen) {
            (Value::Object(wanted), Value::Object(seen)) => names
                .iter()
                .all(|name| seen.get(*name) == wanted.get(*name)),
            (Value::Array(_), Value::Array(_)) => {
                let key = list_key(tool);
                lists::between(wanted, &seen, key).is_empty()
            }
            (wanted, seen) => wanted == seen,
        };
        match &self.to {
            Some(to) if like(to) => Verdict::Applied,
            _ if like(&self.from) => Verdict::Unchanged,
            _ => Verdict::Undecided,
        }
    }

    /// Whether the write is known to change nothing.
    pub fn is_idle(&self) -> bool {
        self.to.as_ref() == Some(&self.from)
    }
}

/// A state without what changes by itself.
pub fn comparable(tool: &Tool, value: &Value) -> Value {
    state::comparable(value, present_read(tool).map_or(&[], |read| read.ignore))
}

/// The read that shows the present state of what a tool changes.
pub const fn present_read(tool: &Tool) -> Option<&Read> {
    match (&tool.after, &tool.before) {
        (Some(read), _) | (None, Before::Read(read)) => Some(read),
        _ => None,
    }
}

const fn list_key(tool: &Tool) -> &str {
    match &tool.revert {
        Revert::Difference { key, .. } => key,
        _ => "",
    }
}
