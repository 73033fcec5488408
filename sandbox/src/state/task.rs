//! Long-running work: Jira tasks and Confluence long tasks. A task moves one step at each look at
//! it, and is over at the latest [`LONGEST_MS`] after it was submitted; what it does, it does then.

use serde_json::{Value, json};

use super::kind::Kind;
use super::tenant::Tenant;

/// How long a task runs when nobody asks after it.
pub(crate) const LONGEST_MS: i64 = 30_000;

/// What a task does when it completes.
pub(crate) type Effect = fn(&mut Tenant, &Value) -> Result<String, String>;

/// Starts a task of a kind; `work` names what it will do, `with` on what. Gives its id.
pub(crate) fn start(tenant: &mut Tenant, kind: Kind, work: &str, with: &Value, by: &str) -> String {
    let id = match kind {
        Kind::Task => (10_000 + tenant.of_mut(kind).allocate()).to_string(),
        _ => tenant.entropy.uuid(),
    };
    let document = json!({
        "id": id, "work": work, "with": with, "by": by, "status": "ENQUEUED", "progress": 0,
        "submitted": tenant.now, "lastUpdate": tenant.now,
    });
    tenant.of_mut(kind).put(&id, document);
    id
}

/// Moves one task a step on: enqueued, running, then complete or failed.
pub(crate) fn step(tenant: &mut Tenant, kind: Kind, id: &str) -> Option<Value> {
    let seen = tenant.get(kind, id)?.clone();
    match seen["status"].as_str() {
        Some("ENQUEUED") => {
            let now = tenant.now;
            let task = tenant.of_mut(kind).get_mut(id)?;
            task["status"] = json!("RUNNING");
            task["started"] = json!(now);
            task["lastUpdate"] = json!(now);
            task["progress"] = json!(50);
        }
        Some("RUNNING") => finish(tenant, kind, id)?,
        _ => {}
    }
    Some(seen)
}

/// Finishes every task whose time is over.
pub(crate) fn settle(tenant: &mut Tenant) {
    for kind in [Kind::Task, Kind::LongTask] {
        let due: Vec<String> = tenant
            .of(kind)
            .entries()
            .filter(|(_, t)| matches!(t["status"].as_str(), Some("ENQUEUED" | "RUNNING")))
            .filter(|(_, t)| tenant.now - t["submitted"].as_i64().unwrap_or(0) >= LONGEST_MS)
            .map(|(id, _)| id.to_owned())
            .collect();
        for id in due {
            let _ = finish(tenant, kind, &id);
        }
    }
}

fn finish(tenant: &mut Tenant, kind: Kind, id: &str) -> Option<()> {
    let task = tenant.get(kind, id)?.clone();
    let outcome = effect(task["work"].as_str().unwrap_or(""))(tenant, &task["with"]);
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
            task["status"] = json!("FAILED");
            task["message"] = json!(message);
        }
    }
    Some(())
}

fn effect(work: &str) -> Effect {
    match work {
        "delete field" => crate::jira::fields::purge,
        "publish workflow scheme" => crate::jira::publish::apply,
        "delete space" => crate::confluence::spaces::purge,
        _ => |_, _| Ok(String::new()),
    }
}
