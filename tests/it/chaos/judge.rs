//! Compares the tenant, the journal, the answer and what went over the line after a fault.

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Retry;
use gojira_mcp::journal::{Entry, StageState, State};
use serde_json::Value;

use atlassian_sandbox::SeenRequest;

use super::proxy::Passed;

/// What must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sin {
    /// The tenant was changed, and no entry says so or admits that it may have been.
    Lost,
    /// What must not be repeated was done twice, or one commit has two entries.
    Doubled,
    /// An entry, or the answer to the caller, says what is not so.
    Wrong,
    /// A request left before the store held its pending entry.
    Unrecorded,
    /// Looking again has not settled the entry.
    Unsettled,
}

/// One thing that must not be, and what was seen of it.
pub(crate) type Finding = (Sin, String);

/// What is to have one entry: a write, or a step of a change set.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// Whether the tenant is another than before for it.
    pub(crate) changed: bool,
    /// For a write of several requests, which of them stand in the tenant.
    pub(crate) stands: Vec<bool>,
    /// Its entries.
    pub(crate) entries: Vec<&'a Entry>,
}

/// All that is known of one commit.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// What it consists of.
    pub(crate) parts: Vec<Part<'a>>,
    /// What the proxy let through, or was to let through.
    pub(crate) passed: &'a [Passed],
    /// What the site was asked since the commit began.
    pub(crate) seen: &'a [SeenRequest],
}

/// What the answer to a commit must not say, given what the tenant is like just then.
pub(crate) fn answer(answer: &Value, failed: bool, changed: bool) -> Option<Finding> {
    let wrong = |what: &str| Some((Sin::Wrong, format!("the answer says {what}: {answer}")));
    let state = &answer["error"]["details"]["state"];
    if !failed && answer["result"]["dry_run"] != true {
        // Work that goes on is done when its job has ended.
        let runs_on = answer["job_id"].is_string();
        return (!changed && !runs_on).then(|| wrong("that it is done"))?;
    }
    let says_not_done = !failed || state.is_null() || state == "failed";
    (changed && says_not_done).then(|| wrong("that it is not done"))?
}

/// The same of the carrying out of a change set, by which of its steps stand in the tenant.
pub(crate) fn answer_of_set(answer: &Value, failed: bool, stand: &[bool]) -> Option<Finding> {
    let wrong = |what: &str| Some((Sin::Wrong, format!("the answer says {what}: {answer}")));
    let any = stand.contains(&true);
    if failed {
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        let says_so = message.contains("nothing was changed");
        return (any && says_so).then(|| wrong("that nothing is done"))?;
    }
    let result = &answer["result"];
    let Some(lines) = result["steps"]
        .as_array()
        .filter(|_| result["dry_run"] != true)
    else {
        return any.then(|| wrong("that nothing is done"))?;
    };
    if (result["state"] == "applied") && stand.contains(&false) {
        return wrong("that all is done");
    }
    for (line, stands) in lines.iter().zip(stand) {
        match line["state"].as_str() {
            Some("applied") if !stands => return wrong("that a step is done"),
            Some("failed" | "waiting") if *stands => return wrong("that a step is not done"),
            _ => {}
        }
    }
    None
}

impl Part<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let known = |state: State| matches!(state, State::Applied | State::Reverted);
        let admits = |entry: &&Entry| known(entry.state) || entry.state == State::Unknown;
        if self.changed && !self.entries.iter().any(admits) {
            found.push((Sin::Lost, format!("{:?}", states(&self.entries))));
        }
        for entry in &self.entries {
            if entry.is_half_way() && entry.state == State::Unknown {
                found.extend(self.half_way(entry));
                continue;
            }
            let sin = match entry.state {
                State::Applied | State::Reverted if !self.changed => Sin::Wrong,
                State::Applied if self.stands.contains(&false) => Sin::Wrong,
                State::Failed if self.changed && !self.entries.iter().any(admits) => Sin::Wrong,
                State::Pending | State::Unknown => Sin::Unsettled,
                _ => continue,
            };
            let is = if self.changed { "changed" } else { "as before" };
            found.push((sin, format!("{} while the tenant is {is}", entry.state)));
        }
        let open = self
            .entries
            .iter()
            .filter(|entry| entry.state != State::Failed);
        if open.count() > 1 {
            found.push((Sin::Doubled, format!("{:?}", states(&self.entries))));
        }
        found
    }

    /// An entry that says of each request whether it stands is as good as settled, if that is so.
    fn half_way(&self, entry: &Entry) -> Option<Finding> {
        let told: Vec<Option<bool>> = entry
            .stages
            .iter()
            .map(|stage| match stage.state {
                StageState::Applied => Some(true),
                StageState::Planned | StageState::Failed | StageState::Undone => Some(false),
                StageState::Sent | StageState::Unknown | StageState::Undoing => None,
            })
            .collect();
        let mut both = told.iter().zip(&self.stands);
        let seen = || {
            format!(
                "the stages {:?} while {:?} stand",
                entry.stages, self.stands
            )
        };
        if both.any(|(told, stands)| told.is_some_and(|told| told != *stands)) {
            return Some((Sin::Wrong, seen()));
        }
        told.contains(&None).then(|| (Sin::Unsettled, seen()))
    }
}

impl Facts<'_> {
    /// What is not as it must be, once everything had its time to settle.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = self.parts.iter().flat_map(Part::findings).collect();
        found.extend(self.doubled());
        found.extend(self.unrecorded());
        found
    }

    fn doubled(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let once: Vec<_> = self.writes(|retry| retry == Retry::Once).collect();
        for (at, request) in once.iter().enumerate() {
            let same = |other: &&SeenRequest| {
                (&other.method, &other.path, &other.body)
                    == (&request.method, &request.path, &request.body)
            };
            if once[..at].iter().copied().any(|other| same(&other)) {
                let what = format!("{} {} was sent twice", request.method, request.path);
                found.push((Sin::Doubled, what));
            }
        }
        found
    }

    fn unrecorded(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for request in self.writes(|_| true) {
            let operation = request.operation.as_deref().unwrap_or_default();
            let recorded = self.passed.iter().any(|passed| {
                (&passed.method, &passed.path) == (&request.method, &request.path)
                    && matches!(&passed.seen, Some(open) if open.iter().any(|it| it == operation))
            });
            if !recorded {
                found.push((Sin::Unrecorded, operation.to_owned()));
            }
        }
        found
    }

    /// Requests that the site has carried out and that change something.
    fn writes(&self, which: fn(Retry) -> bool) -> impl Iterator<Item = &SeenRequest> {
        self.seen.iter().filter(move |request| {
            let operation = request.operation.as_deref().and_then(catalog::operation);
            let writes = operation.is_some_and(|it| it.retry != Retry::Safe && which(it.retry));
            writes && (200..400).contains(&request.status)
        })
    }
}

fn states(entries: &[&Entry]) -> Vec<State> {
    entries.iter().map(|entry| entry.state).collect()
}

mod tests;
