//! What else a change reaches: the projects that share what it changes, their issues, and what
//! more one cheap read can count. It is looked for when a preview is made, within bounds, and what
//! cannot be found out is said; a preview never fails for it.

mod ask;
mod report;
mod walk;

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Map, Value};

use self::ask::{Ask, Line, Meter, Stop};
use self::report::{Named, Report};
use super::preview;
use super::requests::id_text;
use super::turn::Turn;
use super::write::Change;
use crate::base::deadline::Deadline;
use crate::catalog;
use crate::catalog::model::{Count, Impact, Projects, Tool};
use crate::consent::Shown;
use crate::grants::Access;
use crate::projection::pointer;
use crate::projection::sources::Facts;

/// What a preview waits for it at most.
const TIME: Duration = Duration::from_secs(8);

/// Of that, what the way to the projects may take; the rest is for their names and the counts.
const WAY: Duration = Duration::from_secs(6);

/// Most requests on the way to the projects, and most after it: 80 in all.
const ON_THE_WAY: u32 = 72;
const AFTER_IT: u32 = 8;

/// Most projects that are named; of more, only the number is told.
const MOST_NAMED: usize = 50;

/// Most projects whose issues are counted in one query.
const MOST_COUNTED: usize = 500;

/// What a preview shows of a change, with what the change reaches.
pub(super) async fn shown(
    turn: &Turn,
    tool: &'static Tool,
    arguments: &Map<String, Value>,
    change: &Change,
    access: &Access,
) -> Shown {
    let mut shown = preview::shown(change, access.tenant());
    let target = change
        .target
        .as_ref()
        .and_then(|target| target.id.as_deref());
    let (Some(impact), Some(target)) = (tool.impact, target) else {
        return shown;
    };
    let parts = turn.dispatcher.parts();
    let deadline = turn.deadline().at_most(TIME);
    let line = Line {
        upstream: &parts.upstream,
        access,
        deadline,
    };
    let facts = Facts {
        arguments: Some(arguments),
        target: Some(target),
        before: Some(&change.before),
        org: parts.org_id.as_deref(),
        ..Facts::default()
    };
    let report = Looking { tool, facts }
        .report(impact, &line, deadline)
        .await;
    shown.warnings.extend(report.warning());
    shown.impact = Some(report.into_json());
    shown
}

/// One look at what a change reaches.
#[derive(Debug, Clone, Copy)]
struct Looking<'a> {
    tool: &'static Tool,
    facts: Facts<'a>,
}

impl Looking<'_> {
    async fn report(self, impact: &'static Impact, line: &dyn Ask, deadline: Deadline) -> Report {
        let meter = Meter::new(line, deadline.at_most(WAY), ON_THE_WAY);
        let reached = self.walk(&meter, impact.walk).await;
        let meter = Meter::new(line, deadline, AFTER_IT);
        let all_known = reached.stop.is_none() && !reached.everywhere;
        let projects = catalog::projects().filter(|_| !reached.keys.is_empty());
        let (named, issues, others) = futures::join!(
            self.named(&meter, projects, &reached.keys),
            self.issues(&meter, projects.filter(|_| all_known), &reached.keys),
            join_all(impact.counts.iter().map(|(what, count)| {
                let counted = self.count(&meter, count, self.facts);
                async move { (*what, counted.await) }
            })),
        );
        Report {
            impact,
            named,
            total: reached.keys.len(),
            everywhere: reached.everywhere,
            stop: reached.stop,
            issues,
            others,
        }
    }

    /// The first of the projects with their keys and names; bare ids for those that the caller may
    /// not see, and for all when they cannot be read.
    async fn named(
        self,
        meter: &Meter<'_>,
        projects: Option<&'static Projects>,
        ids: &[Value],
    ) -> Vec<Named> {
        let first = &ids[..ids.len().min(MOST_NAMED)];
        let bare = |id: &Value| Named {
            id: id_text(id).unwrap_or_default(),
            key: None,
            name: None,
        };
        let Some(projects) = projects else {
            return first.iter().map(bare).collect();
        };
        let hop = &projects.named;
        let facts = Facts {
            keys: Some(first),
            ..self.facts
        };
        let found = match self.request(&hop.call, facts) {
            Ok(request) => meter.items(&request, hop.paging, hop.at).await.0,
            Err(_) => Vec::new(),
        };
        let text = |item: &Value, at: &str| pointer::find(item, at).and_then(id_text);
        let known = |id: &str| {
            let is_it = |item: &&Value| hop.id.and_then(|at| text(item, at)).as_deref() == Some(id);
            found.iter().find(is_it)
        };
        first
            .iter()
            .map(bare)
            .map(|bare| match known(&bare.id) {
                Some(item) => Named {
                    key: text(item, projects.key),
                    name: text(item, projects.name),
                    ..bare
                },
                None => bare,
            })
            .collect()
    }

    async fn issues(
        self,
        meter: &Meter<'_>,
        projects: Option<&'static Projects>,
        ids: &[Value],
    ) -> Option<Result<u64, Stop>> {
        let projects = projects.filter(|_| ids.len() <= MOST_COUNTED)?;
        let facts = Facts {
            keys: Some(ids),
            ..self.facts
        };
        Some(self.count(meter, &projects.issues, facts).await)
    }

    async fn count(
        self,
        meter: &Meter<'_>,
        count: &'static Count,
        facts: Facts<'_>,
    ) -> Result<u64, Stop> {
        let request = self.request(&count.call, facts)?;
        let body = meter.body(&request).await?;
        let number = pointer::find(&body, count.at).and_then(Value::as_u64);
        number.ok_or(Stop::Unfit)
    }
}

#[cfg(test)]
mod tests;
