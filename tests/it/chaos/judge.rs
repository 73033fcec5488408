//! Compares the tenant, the journal, the answer and what went over the line after a fault.

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Retry;
use gojira_mcp::journal::{Entry, State};
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

/// All that is known of one commit.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    /// Whether the tenant is another than before.
    pub(crate) changed: bool,
    /// The entries since the commit began.
    pub(crate) entries: &'a [Entry],
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

impl Facts<'_> {
    /// What is not as it must be, once everything had its time to settle.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let known = |state: State| matches!(state, State::Applied | State::Reverted);
        let admits = |entry: &Entry| known(entry.state) || entry.state == State::Unknown;
        if self.changed && !self.entries.iter().any(admits) {
            found.push((Sin::Lost, format!("{:?}", states(self.entries))));
        }
        for entry in self.entries {
            let sin = match entry.state {
                State::Applied | State::Reverted if !self.changed => Sin::Wrong,
                State::Failed if self.changed && !self.entries.iter().any(admits) => Sin::Wrong,
                State::Pending | State::Unknown => Sin::Unsettled,
                _ => continue,
            };
            let is = if self.changed { "changed" } else { "as before" };
            found.push((sin, format!("{} while the tenant is {is}", entry.state)));
        }
        found.extend(self.doubled());
        found.extend(self.unrecorded());
        found
    }

    fn doubled(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let open = self
            .entries
            .iter()
            .filter(|entry| entry.state != State::Failed);
        if open.count() > 1 {
            found.push((Sin::Doubled, format!("{:?}", states(self.entries))));
        }
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

fn states(entries: &[Entry]) -> Vec<State> {
    entries.iter().map(|entry| entry.state).collect()
}

mod tests;
