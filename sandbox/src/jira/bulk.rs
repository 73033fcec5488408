//! Bulk operations on issues: a task each, looked at in a queue of its own.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::task;
use crate::state::tenant::Tenant;
use crate::state::time;

/// What the task does: the issues go.
pub(crate) fn purge(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let named = with["issues"].as_array().cloned().unwrap_or_default();
    tenant
        .of_mut(Kind::Issue)
        .retain(|issue| !named.contains(&issue["id"]) && !named.contains(&issue["key"]));
    Ok(String::new())
}

/// `GET /bulk/queue/{taskId}`. The answer shows the task as it stood; looking at it moves it on.
pub(crate) fn progress(call: &mut Call<'_>) -> Outcome {
    let id = call.id("taskId");
    let seen = task::step(call.tenant, Kind::Task, &id)
        .ok_or_else(|| Refusal::bad("The task was not found."))?;
    let moment = |name: &str| seen[name].as_i64().map(time::iso);
    let mut shown = json!({
        "taskId": id, "status": seen["status"], "progressPercent": seen["progress"],
        "totalIssueCount": seen["with"]["issues"].as_array().map_or(0, Vec::len),
        "submittedBy": { "accountId": seen["by"] },
        "created": moment("submitted"), "updated": moment("lastUpdate"),
    });
    if let Some(started) = moment("started") {
        shown["started"] = json!(started);
    }
    Ok(Answer::ok(shown))
}
