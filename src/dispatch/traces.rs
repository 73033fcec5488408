//! Finding what a creation has made when its answer does not tell: the list of what looks like it,
//! before and after.

use std::time::Duration;

use serde_json::Value;

use super::dispatcher::Dispatcher;
use super::predict::present_read;
use super::requests::{self, id_text};
use super::snapshot::Reading;
use super::turn::Turn;
use super::undo;
use super::write::Change;
use crate::base::fault::Fault;
use crate::catalog::model::{CallBody, Effect, Place, Read, Tool, Traces};
use crate::grants::Access;
use crate::journal::Entry;
use crate::projection::sources::Facts;
use crate::projection::{lists, pointer};
use crate::upstream::pages;

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
    /// Nothing is new, whatever its name.
    Nothing,
    /// Nothing new has its name, but it may be there under another.
    Unnamed,
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
        let more = || self.frame.tell_page();
        let by = Reading::told(access, deadline, &more);
        self.dispatcher.traces(tool, &facts, by).await
    }
}

impl Dispatcher {
    /// What is there before a creation: the ids of all of its kind where they are all listed, else
    /// of what looks like it. `None` for a tool without traces, and when the list could not be read.
    pub(super) async fn traces(
        &self,
        tool: &Tool,
        facts: &Facts<'_>,
        by: Reading<'_>,
    ) -> Option<Vec<String>> {
        let listed = self.look_alikes(tool, facts, by).await?;
        Some(listed.all.unwrap_or(listed.alike))
    }

    async fn look_alikes(&self, tool: &Tool, facts: &Facts<'_>, by: Reading<'_>) -> Option<Listed> {
        let traces = tool.traces.as_ref()?;
        let list = self.snapshot(tool, &traces.read, facts, by).await;
        list.and_then(|list| Listed::of(tool, traces, &list, facts))
            .inspect_err(|fault| tracing::warn!(tool = tool.name, %fault, "no traces"))
            .ok()
    }

    /// Looks for what an entry of a creation has made.
    pub(super) async fn made(&self, tool: &'static Tool, entry: &Entry, by: Reading<'_>) -> Made {
        let Some(there) = &entry.traces else {
            return Made::Untold;
        };
        let mut facts = undo::facts(entry, self.parts().org_id.as_deref());
        let Some(found) = self.look_alikes(tool, &facts, by).await else {
            return Made::Unreadable;
        };
        let new: Vec<&String> = found
            .alike
            .iter()
            .filter(|id| !there.contains(id))
            .collect();
        let [id] = new.as_slice() else {
            return match &found.all {
                _ if !new.is_empty() => Made::Several,
                Some(all) if all.iter().all(|id| there.contains(id)) => Made::Nothing,
                _ => Made::Unnamed,
            };
        };
        facts.target = Some(id);
        let after = match present_read(tool) {
            Some(read) => self.present(tool, read, &facts, by).await.ok(),
            None => None,
        };
        Made::One {
            id: (*id).clone(),
            after,
        }
    }
}

/// What a list shows.
#[derive(Debug)]
struct Listed {
    /// The ids of the items that hold what the new one holds.
    alike: Vec<String>,
    /// The ids of all items, where the list has all that there is of the kind.
    all: Option<Vec<String>>,
}

impl Listed {
    fn of(tool: &Tool, traces: &Traces, list: &Value, facts: &Facts<'_>) -> Result<Self, Fault> {
        let all = || items(list).filter_map(|item| id_of(traces, item)).collect();
        Ok(Self {
            alike: alike(tool, traces, list, facts)?,
            all: is_whole(traces).then(all),
        })
    }
}

/// How what a creation has made is found again when its answer was lost, in words; `None` where
/// nothing is made or nothing could tell it from others.
pub fn found_again(tool: &Tool) -> Option<&'static str> {
    tool.traces.as_ref().map(|traces| {
        if is_whole(traces) {
            "whatever its name"
        } else {
            "by its name"
        }
    })
}

/// Whether the list has all that there is of the kind: each page of it, and nothing that was asked
/// for leaves anything out. What the path names is where the new one belongs.
fn is_whole(traces: &Traces) -> bool {
    let Read {
        call,
        at,
        all_pages,
        ..
    } = &traces.read;
    (*all_pages || !pages::is_paged(call.operation, at))
        && matches!(call.body, CallBody::None)
        && call.params.iter().all(|bind| bind.place == Place::Path)
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn id_of(traces: &Traces, item: &Value) -> Option<String> {
    pointer::find(item, traces.id).and_then(id_text)
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
    Ok(items(list)
        .filter(|item| lists::holds(item, &wanted))
        .filter_map(|item| id_of(traces, item))
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog;
    use crate::catalog::fixture::{OPERATION, TOOL};
    use crate::catalog::model::{Call, Source};

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
            list: "",
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

    #[test]
    fn a_whole_list_finds_what_was_made_whatever_its_name() {
        let told = |name: &str| found_again(catalog::tool(name).unwrap());
        assert_eq!(told("permission_scheme_create"), Some("whatever its name"));
        assert_eq!(told("filter_create"), Some("by its name"));
        assert_eq!(told("permission_scheme_delete"), None);
    }
}
