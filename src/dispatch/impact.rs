//! What else a change reaches: the projects that share what it changes, their issues, and what
//! more one cheap read can count. It is looked for when a preview is made, within bounds, and what
//! cannot be found out is said; a preview never fails for it.

mod ask;
mod bounds;
mod report;
mod walk;

use futures::future::join_all;
use serde_json::{Map, Value, json};

use self::ask::{Ask, Line, Meter, Stop};
pub(super) use self::bounds::Bounds;
use self::report::{Named, Report};
use super::preview;
use super::requests::id_text;
use super::turn::Turn;
use super::write::Change;
use crate::catalog;
use crate::catalog::model::{Count, Impact, Projects, Tool};
use crate::consent::Shown;
use crate::grants::Access;
use crate::projection::pointer;
use crate::projection::sources::Facts;

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
    let bounds = Bounds::within(turn.deadline());
    let mut shown = preview::shown(change, access.tenant());
    let reach = reach(turn, &bounds, tool, arguments, change, access).await;
    if let Some(Reach { warning, shown: of }) = reach {
        shown.warnings.extend(warning);
        shown.impact = Some(of);
    }
    shown
}

/// What a change reaches, as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// What a person has to know before they agree.
    pub(super) warning: Option<String>,
    /// The shape of [`Report::into_json`].
    pub(super) shown: Value,
}

impl Reach {
    /// Of a change whose target is not known yet, and why it is not.
    pub(super) fn untold(tool: &Tool, why: &str) -> Option<Self> {
        let what = tool.impact?.what;
        let said = format!("Which projects share this {what} cannot be told yet: it {why}.");
        Some(Self {
            warning: None,
            shown: json!({"of": what, "untold": said}),
        })
    }
}

/// Looks for what a change reaches; `None` for what nothing else shares.
pub(super) async fn reach(
    turn: &Turn,
    bounds: &Bounds,
    tool: &'static Tool,
    arguments: &Map<String, Value>,
    change: &Change,
    access: &Access,
) -> Option<Reach> {
    let impact = tool.impact?;
    let target = change.target.as_ref()?.id.as_deref()?;
    let parts = turn.dispatcher.parts();
    let line = Line {
        upstream: &parts.upstream,
        access,
        deadline: bounds.deadline,
        turn,
    };
    let facts = Facts {
        arguments: Some(arguments),
        target: Some(target),
        before: Some(&change.before),
        org: parts.org_id.as_deref(),
        ..Facts::default()
    };
    let report = Looking { tool, facts }.report(impact, &line, bounds).await;
    Some(Reach {
        warning: report.warning(),
        shown: report.into_json(),
    })
}

/// One look at what a change reaches.
#[derive(Debug, Clone, Copy)]
struct Looking<'a> {
    tool: &'static Tool,
    facts: Facts<'a>,
}

impl Looking<'_> {
    async fn report(self, impact: &'static Impact, line: &dyn Ask, bounds: &Bounds) -> Report {
        let meter = Meter::new(line, bounds.way, &bounds.on_the_way);
        let reached = self.walk(&meter, impact.walk).await;
        let meter = Meter::new(line, bounds.deadline, &bounds.after_it);
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
