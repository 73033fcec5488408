//! Workflow schemes by the ids of their workflows: read with versions, changed whole without a
//! draft, and which statuses such a change takes from issues.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::projects::text;
use super::tasks;
use super::workflow_moves::{Loss, carry_out, losses, moves, projects_of, statuses, types_of};
use super::workflow_scheme_projects::none_runs;
use super::workflow_schemes::{OWN, count, is_free, named, version};
use super::workflows::texts;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// The task that moves issues when a scheme changes.
pub(crate) const UPDATE: &str = "update workflow scheme";

/// `POST /workflowscheme/read`: those that there are of the schemes asked for.
pub(crate) fn read(call: &mut Call<'_>) -> Outcome {
    let (schemes, projects) = (ids(call, "workflowSchemeIds"), ids(call, "projectIds"));
    if schemes.is_empty() == projects.is_empty() {
        return Err(Refusal::bad("Give either workflowSchemeIds or projectIds."));
    }
    let of_projects = |id: &str| {
        let used = projects_of(call, id);
        used.iter().any(|p| projects.contains(&text(p, "id")))
    };
    let shown: Value = call
        .of(Kind::WorkflowScheme)
        .entries()
        .filter(|(id, _)| schemes.iter().any(|s| s == id) || of_projects(id))
        .map(|(id, scheme)| show(call, id, scheme))
        .collect();
    Ok(Answer::ok(shown))
}

/// `POST /workflowscheme/update`: at once, or in a task where issues change status.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.demand("id")?;
    let stored = stored(call, &id)?;
    if call.body["version"] != version(call.tenant, &id) {
        return Err(Refusal::conflict(
            "The workflow scheme has been changed since it was read.",
        ));
    }
    let name = call.demand("name")?;
    is_free(call, &name, &id)?;
    let wanted = wanted(call, &stored)?;
    let projects = projects_of(call, &id);
    let lost = losses(call, &types_of(call, &projects), &stored, &wanted);
    let moves = moves(
        &lost,
        &call.body["statusMappingsByIssueTypeOverride"],
        &call.body["statusMappingsByWorkflows"],
    )?;
    none_runs(call)?;
    let mut changed = wanted;
    changed["name"] = json!(name);
    changed["description"] = call.body["description"].clone();
    if lost.is_empty() {
        call.of_mut(Kind::WorkflowScheme).put(&id, changed);
        count(call.tenant, &id);
        return Ok(Answer::ok(json!({})));
    }
    let projects: Vec<String> = projects.iter().map(|p| text(p, "id")).collect();
    let with = json!({ "scheme": id, "becomes": changed, "projects": projects, "moves": moves });
    Ok(tasks::started(call, UPDATE, &with))
}

/// What the task does.
pub(crate) fn apply(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let id = text(with, "scheme");
    if tenant.get(Kind::WorkflowScheme, &id).is_none() {
        return Err("The scheme is gone.".to_owned());
    }
    let projects: Vec<String> = texts(&with["projects"]);
    carry_out(tenant, &projects, &with["moves"]);
    tenant
        .of_mut(Kind::WorkflowScheme)
        .put(&id, with["becomes"].clone());
    count(tenant, &id);
    Ok("The workflow scheme was updated.".to_owned())
}

/// `POST /workflowscheme/update/mappings`.
pub(crate) fn required(call: &mut Call<'_>) -> Outcome {
    let id = call.demand("id")?;
    let stored = stored(call, &id)?;
    let wanted = wanted(call, &stored)?;
    let types = types_of(call, &projects_of(call, &id));
    let lost = losses(call, &types, &stored, &wanted);
    let by_type: Vec<Value> = lost
        .iter()
        .map(|l| json!({ "issueTypeId": l.issue_type, "statusIds": l.statuses }))
        .collect();
    let mut by_workflow: Vec<Value> = Vec::new();
    for loss in &lost {
        let one = json!({
            "sourceWorkflowId": loss.from["id"], "targetWorkflowId": loss.to["id"],
            "statusIds": loss.statuses,
        });
        if !by_workflow.contains(&one) {
            by_workflow.push(one);
        }
    }
    Ok(Answer::ok(json!({
        "statusMappingsByIssueTypes": by_type, "statusMappingsByWorkflows": by_workflow,
        "statuses": concerned(call, &lost), "statusesPerWorkflow": per_workflow(&lost),
    })))
}

/// The statuses of all workflows that take part.
fn concerned(call: &Call<'_>, lost: &[Loss]) -> Value {
    let ids: BTreeSet<String> = lost
        .iter()
        .flat_map(|l| [statuses(&l.from), statuses(&l.to)])
        .flatten()
        .collect();
    let all = call.of(Kind::Status).values();
    all.filter(|status| ids.contains(&text(status, "id")))
        .map(|s| json!({ "id": s["id"], "name": s["name"], "category": s["statusCategory"] }))
        .collect()
}

fn per_workflow(lost: &[Loss]) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for workflow in lost.iter().flat_map(|l| [&l.from, &l.to]) {
        let mut transitions = workflow["transitions"].as_array().into_iter().flatten();
        let first = transitions.find(|t| t["type"] == "INITIAL");
        let one = json!({
            "workflowId": workflow["id"], "statuses": statuses(workflow),
            "initialStatusId": first.map(|t| text(t, "toStatusReference")),
        });
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Value::Array(all)
}

fn stored(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    let stored = call.tenant.get(Kind::WorkflowScheme, id).cloned();
    stored.ok_or_else(|| Refusal::bad(format!("There is no workflow scheme {id}.")))
}

/// The scheme with the workflows that the body names by id.
fn wanted(call: &Call<'_>, stored: &Value) -> Result<Value, Refusal> {
    let name = |id: &Value| {
        let workflow = call.tenant.get(Kind::Workflow, id.as_str().unwrap_or(""));
        let name = workflow.map(|workflow| text(workflow, "name"));
        name.ok_or_else(|| Refusal::bad(format!("There is no workflow {id}.")))
    };
    let mut mapped = Map::new();
    for one in call.body["workflowsForIssueTypes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let workflow = name(&one["workflowId"])?;
        for of in texts(&one["issueTypeIds"]) {
            if call.of(Kind::IssueType).get(&of).is_none() {
                return Err(Refusal::bad(format!("There is no issue type {of}.")));
            }
            if mapped.insert(of.clone(), json!(workflow)).is_some() {
                return Err(Refusal::bad(format!("Issue type {of} is named twice.")));
            }
        }
    }
    let default = match &call.body["defaultWorkflowId"] {
        Value::Null => OWN.to_owned(),
        id => name(id)?,
    };
    let mut wanted = stored.clone();
    wanted["defaultWorkflow"] = json!(default);
    wanted["issueTypeMappings"] = Value::Object(mapped);
    Ok(wanted)
}

fn show(call: &Call<'_>, id: &str, scheme: &Value) -> Value {
    let of = |name: &Value| {
        let workflow = named(call, name.as_str().unwrap_or_default());
        workflow.map(|w| pick(w, &["id", "name", "description", "version"]))
    };
    let mut mapped: Vec<Value> = Vec::new();
    for (issue_type, name) in scheme["issueTypeMappings"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let same = |m: &&mut Value| m["workflow"]["name"] == *name;
        match mapped.iter_mut().find(same) {
            Some(one) => {
                if let Some(ids) = one["issueTypeIds"].as_array_mut() {
                    ids.push(json!(issue_type));
                }
            }
            None => mapped.push(json!({ "workflow": of(name), "issueTypeIds": [issue_type] })),
        }
    }
    json!({
        "id": id, "name": scheme["name"], "description": scheme["description"],
        "scope": { "type": "GLOBAL" }, "version": version(call.tenant, id),
        "defaultWorkflow": of(&scheme["defaultWorkflow"]), "workflowsForIssueTypes": mapped,
    })
}

fn ids(call: &Call<'_>, member: &str) -> Vec<String> {
    texts(&call.body[member])
}
