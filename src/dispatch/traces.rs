//! Finding what a creation has made when its answer does not tell: the list of what looks like it,
//! before and after.

use std::time::Duration;

use serde_json::Value;

use super::dispatcher::Dispatcher;
use super::predict::present_read;
use super::requests::{self, id_text};
use super::turn::Turn;
use super::undo;
use super::write::Change;
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::catalog::model::{Effect, Tool, Traces};
use crate::grants::Access;
use crate::journal::Entry;
use crate::projection::sources::Facts;
use crate::projection::{lists, pointer};

/// What became of a creation, as far as its traces tell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Made {
    /// This one is new.
    One {
        /// Its id.
        id: String,
        /// Its state, where it could be read.
        after: Option<Value>,
    },
    /// Nothing is new.
    Nothing,
    /// Several are new: others made some like it at the time.
    Several,
    /// The list could not be read this time.
    Unreadable,
    /// There is nothing to compare with.
    Untold,
}

/// Whether an entry records the making of something whose id is not known yet. Of several requests
/// the stages tell how far it came, and that the thing is there would not tell that all of it is.
pub(super) fn is_nameless(tool: &Tool, entry: &Entry) -> bool {
    let named = entry.target.as_ref().is_some_and(|it| it.id.is_some());
    tool.effect == Effect::Create && entry.reverts.is_none() && entry.stages.is_empty() && !named
}

/// What the look before a creation may take.
const LOOK: Duration = Duration::from_secs(8);

impl Turn {
    /// What looks like the thing that a change is to make, before it is made. A list that cannot be
    /// read keeps nobody from creating; a lost answer then stays unknown.
    pub(super) async fn traces(&self, change: &Change, access: &Access) -> Option<Vec<String>> {
        if change.reverts.is_some() {
            return None;
        }
        let facts = Facts {
            arguments: Some(self.arguments()),
            org: self.dispatcher.parts().org_id.as_deref(),
            ..Facts::default()
        };
        let deadline = self.deadline().at_most(LOOK);
        let tool = self.tool();
        self.dispatcher.traces(tool, &facts, access, deadline).await
    }
}

impl Dispatcher {
    /// The ids of what looks like the thing that a creation is to make; `None` for a tool without
    /// traces, and when the list could not be read.
    pub(super) async fn traces(
        &self,
        tool: &Tool,
        facts: &Facts<'_>,
        access: &Access,
        deadline: Deadline,
    ) -> Option<Vec<String>> {
        let traces = tool.traces.as_ref()?;
        let listed = self
            .snapshot(tool, &traces.read, facts, access, deadline)
            .await;
        listed
            .and_then(|list| alike(tool, traces, &list, facts))
            .inspect_err(|fault| tracing::warn!(tool = tool.name, %fault, "no traces"))
            .ok()
    }

    /// Looks for what an entry of a creation has made.
    pub(super) async fn made(
        &self,
        tool: &'static Tool,
        entry: &Entry,
        access: &Access,
        deadline: Deadline,
    ) -> Made {
        let Some(there) = &entry.traces else {
            return Made::Untold;
        };
        let mut facts = undo::facts(entry, self.parts().org_id.as_deref());
        let Some(found) = self.traces(tool, &facts, access, deadline).await else {
            return Made::Unreadable;
        };
        let new: Vec<String> = found.into_iter().filter(|id| !there.contains(id)).collect();
        let [id] = new.as_slice() else {
            return if new.is_empty() {
                Made::Nothing
            } else {
                Made::Several
            };
        };
        facts.target = Some(id);
        let after = match present_read(tool) {
            Some(read) => self
                .present(tool, read, &facts, access, deadline)
                .await
                .ok(),
            None => None,
        };
        Made::One {
            id: id.clone(),
            after,
        }
    }
}

/// The ids of the items that hold what the new one holds.
fn alike(
    tool: &Tool,
    traces: &Traces,
    list: &Value,
    facts: &Facts<'_>,
) -> Result<Vec<String>, Fault> {
    let mut wanted = Vec::with_capacity(traces.same.len());
    for (at, source) in traces.same {
        let value = facts
            .resolve(*source)
            .map_err(|error| requests::unfit(tool, &error))?;
        wanted.extend(value.map(|value| (*at, value)));
    }
    Ok(list
        .as_array()
        .into_iter()
        .flatten()
        .filter(|item| lists::holds(item, &wanted))
        .filter_map(|item| pointer::find(item, traces.id).and_then(id_text))
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::fixture::{OPERATION, TOOL};
    use crate::catalog::model::{Call, CallBody, Read, Source};

    const TRACES: Traces = Traces {
        read: Read {
            call: Call {
                operation: &OPERATION,
                params: &[],
                body: CallBody::None,
            },
            at: "",
            all_pages: false,
            item: &[],
            ignore: &[],
            absent_ok: false,
        },
        id: "/id",
        same: &[
            ("/name", Source::Argument("name")),
            ("/parent", Source::Argument("parent")),
        ],
    };

    #[test]
    fn only_what_holds_what_was_named_is_a_trace() {
        let list = json!([
            {"id": 1, "name": "New", "parent": "7"},
            {"id": "2", "name": "new", "parent": 7},
            {"id": 3, "name": "New", "parent": "8"},
            {"id": 4, "name": "Newer", "parent": "7"},
            {"name": "New", "parent": "7"},
        ]);
        let ids = |arguments: Value| {
            let facts = Facts {
                arguments: arguments.as_object(),
                ..Facts::default()
            };
            alike(&TOOL, &TRACES, &list, &facts).unwrap()
        };
        assert_eq!(ids(json!({"name": "New", "parent": 7})), ["1", "2"]);
        // What was not named tells nothing.
        assert_eq!(ids(json!({"name": "New"})), ["1", "2", "3"]);
        assert!(ids(json!({"name": "Other"})).is_empty());
    }
}
