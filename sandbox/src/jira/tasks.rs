//! Long-running tasks of Jira.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::task;

/// `GET /task/{taskId}`. The answer shows the task as it stood; looking at it moves it on.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.id("taskId");
    let seen = task::step(call.tenant, Kind::Task, &id)
        .ok_or_else(|| Refusal::not_found("The task was not found."))?;
    Ok(Answer::ok(show(call, &seen)))
}

/// `POST /task/{taskId}/cancel`: 202; the task stops at its next step.
pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let id = call.id("taskId");
    match task::cancel(call.tenant, Kind::Task, &id) {
        None => Err(Refusal::not_found("The task was not found.")),
        Some(false) => Err(Refusal::bad("The task has ended and cannot be cancelled.")),
        Some(true) => Ok(Answer::json(202, json!("The task will be cancelled."))),
    }
}

/// Starts a task and answers 303 with its address and no body.
pub(crate) fn started(call: &mut Call<'_>, work: &str, with: &Value) -> Answer {
    let account = call.account.clone();
    let id = task::start(call.tenant, Kind::Task, work, with, &account);
    Answer::redirect(303, call.link(&format!("/rest/api/3/task/{id}")))
}

/// A task as it is shown.
pub(crate) fn show(call: &Call<'_>, task: &Value) -> Value {
    let id = task["id"].as_str().unwrap_or_default();
    let began = task["started"].as_i64();
    let until = task["finished"].as_i64().unwrap_or(call.now());
    let mut shown = json!({
        "self": call.link(&format!("/rest/api/3/task/{id}")),
        "id": id, "description": task["work"], "status": task["status"], "progress": task["progress"],
        "submitted": task["submitted"], "lastUpdate": task["lastUpdate"], "submittedBy": 10_000,
        "elapsedRuntime": began.map_or(0, |began| until - began),
    });
    for member in ["message", "started", "finished"] {
        if let Some(value) = task.get(member) {
            shown[member] = value.clone();
        }
    }
    shown
}
