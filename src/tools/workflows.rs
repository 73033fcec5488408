//! Workflows by name or id, and what stands inside them.

use serde_json::{Map, Value, json};

use crate::base::fault::{Code, Fault};
use crate::dispatch::{Done, Turn};
use crate::grants::Access;

const READ: &str = "jira-platform:readWorkflows";

/// `workflow_get`: the workflow with the statuses it uses.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    Ok(Done::of(find(&turn).await?.answer))
}

/// `workflow_transition_list`.
pub(super) async fn transitions(turn: Turn) -> Result<Done, Fault> {
    let found = find(&turn).await?;
    let transitions = found.workflow.get("transitions").cloned();
    Ok(Done::of(json!({
        "workflow": found.name(),
        "transitions": transitions.unwrap_or_else(|| json!([])),
    })))
}

/// `workflow_condition_list`.
pub(super) async fn conditions(turn: Turn) -> Result<Done, Fault> {
    rules(turn, "conditions", "conditions").await
}

/// `workflow_validator_list`.
pub(super) async fn validators(turn: Turn) -> Result<Done, Fault> {
    rules(turn, "validators", "validators").await
}

/// `workflow_post_function_list`; Jira calls them actions.
pub(super) async fn post_functions(turn: Turn) -> Result<Done, Fault> {
    rules(turn, "actions", "post_functions").await
}

struct Found {
    answer: Value,
    workflow: Value,
}

impl Found {
    fn name(&self) -> Value {
        self.workflow.get("name").cloned().unwrap_or_default()
    }
}

/// Asks by name, then by id.
async fn find(turn: &Turn) -> Result<Found, Fault> {
    let access = turn.access().await?;
    let wanted = turn.text("workflowId").unwrap_or_default();
    for by in ["workflowNames", "workflowIds"] {
        let answer = ask(turn, &access, by, wanted).await?;
        let workflow = answer.pointer("/workflows/0").cloned();
        if let Some(workflow) = workflow {
            return Ok(Found { answer, workflow });
        }
    }
    Err(
        Fault::new(Code::NotFound, format!("there is no workflow {wanted:?}"))
            .with_mend("workflow_list gives names and ids."),
    )
}

/// One question. A name that is no id is refused by some sites and not found by others; both mean
/// that there is no such workflow.
async fn ask(turn: &Turn, access: &Access, by: &str, wanted: &str) -> Result<Value, Fault> {
    let body = json!({ by: [wanted] });
    match turn.read(access, READ, Map::new(), Some(body)).await {
        Err(fault) if matches!(fault.code, Code::NotFound | Code::ValidationError) => {
            Ok(Value::Null)
        }
        answer => answer,
    }
}

async fn rules(turn: Turn, key: &str, shown: &str) -> Result<Done, Fault> {
    let found = find(&turn).await?;
    let wanted = turn.text("transitionId").unwrap_or_default();
    let transition = found
        .workflow
        .get("transitions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|transition| transition.get("id").and_then(Value::as_str) == Some(wanted))
        .ok_or_else(|| {
            Fault::new(
                Code::NotFound,
                format!("workflow {} has no transition {wanted:?}", found.name()),
            )
            .with_mend("workflow_transition_list gives the ids.")
        })?;
    Ok(Done::of(json!({
        "workflow": found.name(),
        "transition": {"id": wanted, "name": transition.get("name")},
        shown: transition.get(key).cloned().unwrap_or_else(|| json!([])),
    })))
}
