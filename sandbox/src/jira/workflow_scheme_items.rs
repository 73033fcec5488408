//! The parts of workflow schemes and of drafts: the default workflow, the workflow of one issue
//! type, the issue types of one workflow.

use serde_json::{Value, json};

use super::workflow_schemes::{
    OWN, Of, change, editable, held, is_workflow, mappings, named, read_from,
};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

const NO_TYPE: &str = "The issue type is not found.";
const NO_WORKFLOW: &str = "The workflow is not found.";

/// `GET .../default`.
pub(crate) fn default(call: &mut Call<'_>, of: Of) -> Outcome {
    let scheme = read_from(call, of)?;
    Ok(Answer::ok(json!({ "workflow": scheme["defaultWorkflow"] })))
}

/// `PUT .../default`.
pub(crate) fn set_default(call: &mut Call<'_>, of: Of) -> Outcome {
    held(call, of)?;
    let name = call.id_in_body("workflow");
    is_workflow(call, &name)?;
    let of = editable(call, of)?;
    change(call, of, |scheme| scheme["defaultWorkflow"] = json!(name))
}

/// `DELETE .../default`: Jira's own workflow takes its place.
pub(crate) fn remove_default(call: &mut Call<'_>, of: Of) -> Outcome {
    let of = editable(call, of)?;
    change(call, of, |scheme| scheme["defaultWorkflow"] = json!(OWN))
}

/// `GET .../issuetype/{issueType}`.
pub(crate) fn issue_type(call: &mut Call<'_>, of: Of) -> Outcome {
    let scheme = read_from(call, of)?;
    let id = issue_type_id(call)?;
    match scheme["issueTypeMappings"][&id].as_str() {
        Some(name) => Ok(Answer::ok(json!({ "issueType": id, "workflow": name }))),
        None => Err(Refusal::not_found(NO_TYPE)),
    }
}

/// `PUT .../issuetype/{issueType}`.
pub(crate) fn set_issue_type(call: &mut Call<'_>, of: Of) -> Outcome {
    held(call, of)?;
    let id = issue_type_id(call)?;
    let name = call.id_in_body("workflow");
    is_workflow(call, &name)?;
    let of = editable(call, of)?;
    change(call, of, |scheme| {
        if let Some(mapped) = mappings(scheme) {
            mapped.insert(id, json!(name));
        }
    })
}

/// `DELETE .../issuetype/{issueType}`.
pub(crate) fn remove_issue_type(call: &mut Call<'_>, of: Of) -> Outcome {
    let id = issue_type_id(call)?;
    if held(call, of)?["issueTypeMappings"].get(&id).is_none() {
        return Err(Refusal::not_found(NO_TYPE));
    }
    let of = editable(call, of)?;
    change(call, of, |scheme| {
        if let Some(mapped) = mappings(scheme) {
            mapped.remove(&id);
        }
    })
}

/// `GET .../workflow`.
pub(crate) fn workflow(call: &mut Call<'_>, of: Of) -> Outcome {
    let scheme = read_from(call, of)?;
    let name = workflow_name(call)?;
    let ids = followers(&scheme, &name);
    let is_default = scheme["defaultWorkflow"] == *name;
    if ids.is_empty() && !is_default {
        return Err(Refusal::not_found(NO_WORKFLOW));
    }
    let shown = json!({ "workflow": name, "issueTypes": ids, "defaultMapping": is_default });
    Ok(Answer::ok(shown))
}

/// `PUT .../workflow`: the issue types named follow the workflow, and no others.
pub(crate) fn set_workflow(call: &mut Call<'_>, of: Of) -> Outcome {
    held(call, of)?;
    let name = workflow_name(call)?;
    let given = call.body["issueTypes"].as_array().cloned();
    let ids: Vec<String> = given
        .unwrap_or_default()
        .iter()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    if let Some(id) = ids
        .iter()
        .find(|id| call.of(Kind::IssueType).get(id).is_none())
    {
        return Err(Refusal::bad(format!("There is no issue type {id}.")));
    }
    let is_default = call.body["defaultMapping"].as_bool();
    let of = editable(call, of)?;
    change(call, of, |scheme| {
        leave(scheme, &name, is_default == Some(false));
        if let Some(mapped) = mappings(scheme) {
            mapped.extend(ids.into_iter().map(|id| (id, json!(name))));
        }
        if is_default == Some(true) {
            scheme["defaultWorkflow"] = json!(name);
        }
    })
}

/// `DELETE .../workflow`: issue types that follow it follow the default.
pub(crate) fn remove_workflow(call: &mut Call<'_>, of: Of) -> Outcome {
    let name = workflow_name(call)?;
    let scheme = held(call, of)?;
    if followers(&scheme, &name).is_empty() && scheme["defaultWorkflow"] != *name {
        return Err(Refusal::not_found(NO_WORKFLOW));
    }
    let of = editable(call, of)?;
    change(call, of, |scheme| leave(scheme, &name, true))?;
    Ok(Answer::empty(200))
}

/// The issue type of the path.
fn issue_type_id(call: &Call<'_>) -> Result<String, Refusal> {
    let id = call.id("issueType");
    call.find(Kind::IssueType, &id, NO_TYPE)?;
    Ok(id)
}

/// The workflow of the query.
fn workflow_name(call: &Call<'_>) -> Result<String, Refusal> {
    let name = call.id("workflowName");
    match named(call, &name) {
        Some(_) => Ok(name),
        None => Err(Refusal::not_found(NO_WORKFLOW)),
    }
}

/// The issue types that a workflow is given to by name.
fn followers(scheme: &Value, name: &str) -> Vec<String> {
    let mapped = scheme["issueTypeMappings"]
        .as_object()
        .into_iter()
        .flatten();
    mapped
        .filter(|(_, workflow)| **workflow == *name)
        .map(|(id, _)| id.clone())
        .collect()
}

/// Takes a workflow from its issue types, and as the default where that is meant too.
fn leave(scheme: &mut Value, name: &str, as_default: bool) {
    if let Some(mapped) = mappings(scheme) {
        mapped.retain(|_, workflow| *workflow != *name);
    }
    if as_default && scheme["defaultWorkflow"] == *name {
        scheme["defaultWorkflow"] = json!(OWN);
    }
}
