//! Reading a state on a tool's behalf.

use serde_json::Value;

use super::dispatcher::Dispatcher;
use super::requests;
use super::turn::Turn;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Read, Source, Tool};
use crate::grants::Access;
use crate::projection::sources::Facts;
use crate::projection::{lists, pointer};
use crate::upstream::pages;

/// With what a state is read, until when, and who hears of each page that another one follows.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) access: &'a Access,
    pub(super) deadline: Deadline,
    more: &'a (dyn Fn() + Sync),
}

impl<'a> Reading<'a> {
    pub(super) const fn told(
        access: &'a Access,
        deadline: Deadline,
        more: &'a (dyn Fn() + Sync),
    ) -> Self {
        Self {
            access,
            deadline,
            more,
        }
    }

    /// On nobody's behalf, so that nobody hears of it.
    pub(super) const fn unasked(access: &'a Access, deadline: Deadline) -> Self {
        Self::told(access, deadline, &|| ())
    }
}

impl Dispatcher {
    /// The state that `read` shows; null when there is nothing and the read says that this may be.
    pub(super) async fn snapshot(
        &self,
        tool: &Tool,
        read: &Read,
        facts: &Facts<'_>,
        by: Reading<'_>,
    ) -> Result<Value, Fault> {
        let Reading {
            access,
            deadline,
            more,
        } = by;
        let request = requests::on_behalf(tool, &read.call, facts)?;
        let upstream = &self.parts().upstream;
        let found = if read.all_pages {
            pages::read_all(upstream, access, &request, read.at, deadline, more).await
        } else {
            upstream
                .read(access, &request, deadline)
                .await
                .and_then(|answer| at(&answer.body, read.at).ok_or_else(|| not_there(tool, facts)))
        };
        let found = match read.item {
            [] => found,
            item => found
                .and_then(|list| the_one(tool, item, list, facts))
                .map(|one| pointer::find(&one, read.list).cloned().unwrap_or_default()),
        };
        match found {
            Err(fault) if fault.code == Code::NotFound && read.absent_ok => Ok(Value::Null),
            found => found,
        }
    }

    /// The state that is there now, null when there is nothing, whatever the read says of absence.
    pub(super) async fn present(
        &self,
        tool: &Tool,
        read: &Read,
        facts: &Facts<'_>,
        by: Reading<'_>,
    ) -> Result<Value, Fault> {
        or_nothing(self.snapshot(tool, read, facts, by).await)
    }
}

impl Turn {
    /// As [`Dispatcher::snapshot`], in the time of this call, whose caller is told of each page.
    pub(super) async fn snapshot(
        &self,
        tool: &Tool,
        read: &Read,
        facts: &Facts<'_>,
        access: &Access,
    ) -> Result<Value, Fault> {
        let more = || self.frame.tell_page();
        let by = Reading::told(access, self.deadline(), &more);
        self.dispatcher.snapshot(tool, read, facts, by).await
    }

    /// As [`Dispatcher::present`], in the time of this call, whose caller is told of each page.
    pub(super) async fn present(
        &self,
        tool: &Tool,
        read: &Read,
        facts: &Facts<'_>,
        access: &Access,
    ) -> Result<Value, Fault> {
        or_nothing(self.snapshot(tool, read, facts, access).await)
    }
}

/// What stands at a place; at `/*`, the items of all lists there as one.
fn at(body: &Value, place: &str) -> Option<Value> {
    let Some(above) = place.strip_suffix("/*") else {
        return pointer::find(body, place).cloned();
    };
    let members = pointer::find(body, above)?.as_object()?.values();
    let items = members.filter_map(Value::as_array).flatten();
    Some(items.cloned().collect())
}

/// What is not there is nothing.
fn or_nothing(found: Result<Value, Fault>) -> Result<Value, Fault> {
    match found {
        Err(fault) if fault.code == Code::NotFound => Ok(Value::Null),
        found => found,
    }
}

/// The item of a list that is the state. A value that is not known fits nothing, so that a
/// neighbour is never taken for the target.
fn the_one(
    tool: &Tool,
    item: &'static [(&'static str, Source)],
    list: Value,
    facts: &Facts<'_>,
) -> Result<Value, Fault> {
    let mut wanted = Vec::with_capacity(item.len());
    for (at, source) in item {
        let value = facts
            .resolve(*source)
            .map_err(|error| requests::unfit(tool, &error))?;
        wanted.push((*at, value.ok_or_else(|| not_there(tool, facts))?));
    }
    let items = match list {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let one = items.into_iter().find(|item| lists::holds(item, &wanted));
    one.ok_or_else(|| not_there(tool, facts))
}

fn not_there(tool: &Tool, facts: &Facts<'_>) -> Fault {
    let kind = tool
        .target
        .as_ref()
        .map_or("target", |target| target.kind)
        .replace('_', " ");
    let name = facts.target.map(|id| format!(" {id}")).unwrap_or_default();
    Fault::new(Code::NotFound, format!("there is no {kind}{name}"))
}
