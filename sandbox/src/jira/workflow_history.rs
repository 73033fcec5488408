//! The versions that workflows had.

use serde_json::{Value, json};

use super::projects::text;
use super::workflows::statuses_of;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Workflows as they were, under `<id>/<number of the version>`.
pub(crate) const VERSION: Kind = Kind("WorkflowVersion");

/// Keeps a workflow as it is, before it changes.
pub(crate) fn keep(call: &mut Call<'_>, workflow: &Value) {
    let key = format!("{}/{}", text(workflow, "id"), number(workflow));
    call.of_mut(VERSION).put(key, workflow.clone());
}

/// `POST /workflow/history/list`: the latest first.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = versions(call)?
        .iter()
        .map(|workflow| {
            json!({
                "workflowId": workflow["id"], "workflowVersion": number(workflow),
                "writtenAt": workflow["updated"], "isIntermediate": false,
            })
        })
        .collect();
    Ok(Answer::ok(json!({ "entries": shown })))
}

/// `POST /workflow/history`.
pub(crate) fn read(call: &mut Call<'_>) -> Outcome {
    let wanted = call.body["version"].as_u64();
    let versions = versions(call)?;
    let found = versions.iter().find(|w| Some(number(w)) == wanted);
    let found = found.ok_or_else(|| Refusal::bad("The workflow has no such version."))?;
    let statuses: Value = statuses_of(call, std::slice::from_ref(found));
    let members = [
        "id",
        "name",
        "description",
        "scope",
        "version",
        "created",
        "updated",
        "statuses",
        "transitions",
        "startPointLayout",
        "loopedTransitionContainerLayout",
    ];
    let shown = pick(found, &members);
    Ok(Answer::ok(
        json!({ "statuses": statuses, "workflows": [shown] }),
    ))
}

/// All versions of the workflow that the body names, the latest first.
fn versions(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let id = call.demand("workflowId")?;
    let present = call.tenant.get(Kind::Workflow, &id).cloned();
    let present = present.ok_or_else(|| Refusal::bad(format!("There is no workflow {id}.")))?;
    let mut all: Vec<Value> = call
        .of(VERSION)
        .values()
        .filter(|w| w["id"] == *id)
        .cloned()
        .collect();
    all.push(present);
    all.sort_by_key(|workflow| std::cmp::Reverse(number(workflow)));
    Ok(all)
}

fn number(workflow: &Value) -> u64 {
    workflow["version"]["versionNumber"].as_u64().unwrap_or(1)
}
