//! Long-running work: Jira tasks and Confluence long tasks. A task moves one step at each look at
//! it, and is over at the latest [`LONGEST_MS`] after it was submitted, unless another time was
//! ordered; what it does, it does then.

use std::time::Duration;

use serde_json::{Value, json};

use super::kind::Kind;
use super::tenant::Tenant;

/// How long a task runs when nobody asks after it.
pub(crate) const LONGEST_MS: i64 = 30_000;

/// What a task does when it completes.
pub(crate) type Effect = fn(&mut Tenant, &Value) -> Result<String, String>;

/// What becomes of a task, on order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskFate {
    /// It fails with these words and does nothing.
    Fails(String),
    /// It runs for so long, however often it is looked at.
    Lasts(Duration),
}

/// Starts a task of a kind; `work` names what it will do, `with` on what. Gives its id.
pub(crate) fn start(tenant: &mut Tenant, kind: Kind, work: &str, with: &Value, by: &str) -> String {
    let id = match kind {
        Kind::Task => (10_000 + tenant.of_mut(kind).allocate()).to_string(),
        _ => tenant.entropy.uuid(),
    };
    let mut document = json!({
        "id": id, "work": work, "with": with, "by": by, "status": "ENQUEUED", "progress": 0,
        "submitted": tenant.now, "lastUpdate": tenant.now,
    });
    match tenant.ordered.pop_front() {
        Some(TaskFate::Fails(words)) => document["fails"] = json!(words),
        Some(TaskFate::Lasts(span)) => {
            document["lasts"] = json!(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
        }
        None => {}
    }
    tenant.of_mut(kind).put(&id, document);
    id
}

/// Moves one task a step on: enqueued, running, then complete or failed; or cancelled.
pub(crate) fn step(tenant: &mut Tenant, kind: Kind, id: &str) -> Option<Value> {
    let seen = tenant.get(kind, id)?.clone();
    let now = tenant.now;
    match seen["status"].as_str() {
        Some("ENQUEUED") => {
            let task = tenant.of_mut(kind).get_mut(id)?;
            task["status"] = json!("RUNNING");
            task["started"] = json!(now);
            task["lastUpdate"] = json!(now);
            task["progress"] = json!(50);
        }
        Some("RUNNING") => {
            let task = tenant.of_mut(kind).get_mut(id)?;
            match seen["lasts"].as_i64() {
                Some(lasts) if age(&seen, now) < lasts => {
                    task["progress"] = json!(age(&seen, now) * 100 / lasts);
                }
                _ => finish(tenant, kind, id)?,
            }
        }
        Some("CANCEL_REQUESTED") => finish(tenant, kind, id)?,
        _ => {}
    }
    Some(seen)
}

/// Asks for the end of a task; false when it has ended already.
pub(crate) fn cancel(tenant: &mut Tenant, kind: Kind, id: &str) -> Option<bool> {
    let task = tenant.of_mut(kind).get_mut(id)?;
    let runs = matches!(task["status"].as_str(), Some("ENQUEUED" | "RUNNING"));
    if runs {
        task["status"] = json!("CANCEL_REQUESTED");
    }
    Some(runs)
}

/// Finishes every task whose time is over.
pub(crate) fn settle(tenant: &mut Tenant) {
    let open = |task: &Value| {
        matches!(
            task["status"].as_str(),
            Some("ENQUEUED" | "RUNNING" | "CANCEL_REQUESTED")
        )
    };
    for kind in [Kind::Task, Kind::LongTask] {
        let due: Vec<String> = tenant
            .of(kind)
            .entries()
            .filter(|(_, task)| open(task))
            .filter(|(_, task)| {
                age(task, tenant.now) >= task["lasts"].as_i64().unwrap_or(LONGEST_MS)
            })
            .map(|(id, _)| id.to_owned())
            .collect();
        for id in due {
            let _ = finish(tenant, kind, &id);
        }
    }
}

fn age(task: &Value, now: i64) -> i64 {
    now - task["submitted"].as_i64().unwrap_or(0)
}

fn finish(tenant: &mut Tenant, kind: Kind, id: &str) -> Option<()> {
    let task = tenant.get(kind, id)?.clone();
    let cancelled = task["status"] == "CANCEL_REQUESTED";
    let outcome = match task["fails"].as_str() {
        _ if cancelled => Err("The task was cancelled.".to_owned()),
        Some(words) => Err(words.to_owned()),
        None => effect(task["work"].as_str().unwrap_or(""))(tenant, &task["with"]),
    };
    let now = tenant.now;
    let task = tenant.of_mut(kind).get_mut(id)?;
    task["finished"] = json!(now);
    task["lastUpdate"] = json!(now);
    match outcome {
        Ok(message) => {
            task["status"] = json!("COMPLETE");
            task["progress"] = json!(100);
            task["message"] = json!(message);
        }
        Err(message) => {
            task["status"] = json!(if cancelled { "CANCELLED" } else { "FAILED" });
            task["message"] = json!(message);
        }
    }
    Some(())
}

fn effect(work: &str) -> Effect {
    match work {
        "associate issue security scheme" => crate::jira::security::associate,
        "change priority scheme" => crate::shelves::priority_schemes::apply,
        "delete field" => crate::jira::fields::purge,
        "delete issues" => crate::jira::bulk::purge,
        "delete priority" => crate::shelves::priorities::purge,
        "delete resolution" => crate::shelves::resolutions::purge,
        "delete space" => crate::confluence::spaces::purge,
        "publish workflow scheme" => crate::jira::publish::apply,
        "remove issue security level" => crate::jira::security_levels::purge,
        "replace option" => crate::jira::option_order::exchange,
        "switch workflow scheme" => crate::jira::workflow_scheme_projects::apply,
        "update workflow scheme" => crate::jira::workflow_scheme_bulk::apply,
        _ => |_, _| Ok(String::new()),
    }
}
