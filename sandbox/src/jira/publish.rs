//! Workflow schemes as they are shown, and the publishing of their drafts.

use serde_json::{Value, json};

use super::projects::text;
use super::tasks;
use super::workflow_schemes::{NO_DRAFT, NONE, count};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// `GET /workflowscheme`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = call
        .of(Kind::WorkflowScheme)
        .values()
        .map(|s| show(call, s))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /workflowscheme/{id}`, or its draft where asked for and there is one.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let scheme = find(call, &id)?;
    let draft = call
        .flag("returnDraftIfExists")
        .then(|| draft(call, &id))
        .flatten();
    let shown = match draft {
        Some(draft) => show_draft(call, &scheme, &draft),
        None => show(call, &scheme),
    };
    Ok(Answer::ok(shown))
}

/// `GET /workflowscheme/{id}/draft`.
pub(crate) fn get_draft(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let scheme = find(call, &id)?;
    let draft = draft(call, &id).ok_or_else(|| Refusal::not_found(NO_DRAFT))?;
    Ok(Answer::ok(show_draft(call, &scheme, &draft)))
}

/// `POST /workflowscheme/{id}/draft/publish`.
pub(crate) fn publish(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    find(call, &id)?;
    draft(call, &id).ok_or_else(|| Refusal::not_found(NO_DRAFT))?;
    let running = call.of(Kind::Task).find(|t| {
        t["with"]["scheme"] == *id && matches!(t["status"].as_str(), Some("ENQUEUED" | "RUNNING"))
    });
    if running.is_some() {
        return Err(Refusal::conflict(
            "The workflow scheme is being published already.",
        ));
    }
    if call.flag("validateOnly") {
        return Ok(Answer::empty(204));
    }
    let mappings = call.body["statusMappings"].clone();
    Ok(tasks::started(
        call,
        "publish workflow scheme",
        &json!({ "scheme": id, "mappings": mappings }),
    ))
}

/// What the task does: the draft takes the place of the scheme.
pub(crate) fn apply(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    for mapping in with["mappings"].as_array().into_iter().flatten() {
        for member in ["statusId", "newStatusId"] {
            let id = text(mapping, member);
            if tenant.get(Kind::Status, &id).is_none() {
                return Err(format!("There is no status {id}."));
            }
        }
    }
    let id = text(with, "scheme");
    let draft = tenant
        .of_mut(Kind::WorkflowSchemeDraft)
        .remove(&id)
        .ok_or("The draft is gone.")?;
    let scheme = tenant
        .of_mut(Kind::WorkflowScheme)
        .get_mut(&id)
        .ok_or("The scheme is gone.")?;
    for member in [
        "name",
        "description",
        "defaultWorkflow",
        "issueTypeMappings",
    ] {
        if let Some(value) = draft.get(member) {
            scheme[member] = value.clone();
        }
    }
    count(tenant, &id);
    Ok("The workflow scheme was published.".to_owned())
}

fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(Kind::WorkflowScheme, id, NONE)
}

fn draft(call: &Call<'_>, id: &str) -> Option<Value> {
    call.of(Kind::WorkflowSchemeDraft).get(id).cloned()
}

/// A scheme as it is shown.
pub(crate) fn show(call: &Call<'_>, scheme: &Value) -> Value {
    let mut shown = pick(
        scheme,
        &[
            "id",
            "name",
            "description",
            "defaultWorkflow",
            "issueTypeMappings",
        ],
    );
    shown["draft"] = json!(false);
    shown["self"] = json!(call.link(&format!("/rest/api/3/workflowscheme/{}", scheme["id"])));
    shown
}

/// A draft of a scheme as it is shown.
pub(crate) fn show_draft(call: &Call<'_>, scheme: &Value, draft: &Value) -> Value {
    let mut shown = show(call, scheme);
    shown["originalDefaultWorkflow"] = scheme["defaultWorkflow"].clone();
    shown["originalIssueTypeMappings"] = scheme["issueTypeMappings"].clone();
    for member in [
        "description",
        "defaultWorkflow",
        "issueTypeMappings",
        "lastModified",
    ] {
        if let Some(value) = draft.get(member) {
            shown[member] = value.clone();
        }
    }
    shown["draft"] = json!(true);
    shown
}
