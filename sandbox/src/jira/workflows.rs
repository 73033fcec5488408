//! Workflows: found, read by name or id, created, changed whole, deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::projects::text;
use super::workflow_check;
use super::workflow_history;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /workflows/search`: statuses beside the page, transitions in each workflow.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let words = call.get("queryString").unwrap_or_default().to_lowercase();
    let found: Vec<Value> = call
        .of(Kind::Workflow)
        .values()
        .filter(|w| text(w, "name").to_lowercase().contains(&words))
        .filter(|w| call.get("scope").is_none_or(|s| w["scope"]["type"] == s))
        .filter(|w| {
            call.get("isActive")
                .is_none_or(|a| (a == "true") == active(call, w))
        })
        .cloned()
        .collect();
    let mut page = page::jira(call, &found, 50, 50);
    page["statuses"] = statuses_of(call, page["values"].as_array().map_or(&[], Vec::as_slice));
    Ok(Answer::ok(page))
}

/// `POST /workflows`: by names or by ids, not by both; an unknown one is 404.
pub(crate) fn read(call: &mut Call<'_>) -> Outcome {
    let (names, ids) = (
        texts(&call.body["workflowNames"]),
        texts(&call.body["workflowIds"]),
    );
    let (member, wanted) = match (names.is_empty(), ids.is_empty()) {
        (false, true) => ("name", names),
        (true, false) => ("id", ids),
        _ => return Err(Refusal::bad("Give either workflowNames or workflowIds.")),
    };
    let mut found = Vec::new();
    for key in &wanted {
        let workflow = call
            .of(Kind::Workflow)
            .find(|w| w[member] == **key)
            .cloned();
        found
            .push(workflow.ok_or_else(|| {
                Refusal::not_found(format!("No workflow with {member} '{key}'."))
            })?);
    }
    Ok(Answer::ok(
        json!({ "statuses": statuses_of(call, &found), "workflows": found }),
    ))
}

/// `POST /workflows/create/validation`.
pub(crate) fn validate(call: &mut Call<'_>) -> Outcome {
    let faults = workflow_check::faults(call, &call.body["payload"], true);
    Ok(told(call, faults))
}

/// `POST /workflows/update/validation`.
pub(crate) fn validate_update(call: &mut Call<'_>) -> Outcome {
    let mut faults = workflow_check::out_of_date(call, &call.body["payload"]);
    faults.extend(workflow_check::faults(call, &call.body["payload"], false));
    Ok(told(call, faults))
}

/// The faults of the levels that were asked for; all that are told here are errors.
fn told(call: &Call<'_>, faults: Vec<Value>) -> Answer {
    let levels = call.body["validationOptions"]["levels"].as_array();
    let errors = levels.is_none_or(|l| l.iter().any(|l| l == "ERROR"));
    Answer::ok(json!({ "errors": if errors { faults } else { Vec::new() } }))
}

/// `POST /workflows/create`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let payload = call.body.clone();
    refuse(&workflow_check::faults(call, &payload, true))?;
    let references = settle_statuses(call, &payload)?;
    let scope = payload
        .get("scope")
        .cloned()
        .unwrap_or_else(|| json!({ "type": "GLOBAL" }));
    let mut made = Vec::new();
    for definition in payload["workflows"].as_array().into_iter().flatten() {
        let (id, version) = (call.tenant.entropy.uuid(), call.tenant.entropy.uuid());
        let mut workflow = definition.clone();
        workflow["id"] = json!(id);
        workflow["scope"] = scope.clone();
        workflow["isEditable"] = json!(true);
        workflow["version"] = json!({ "id": version, "versionNumber": 1 });
        workflow["created"] = json!(time::jira(call.now()));
        workflow["updated"] = json!(time::jira(call.now()));
        if workflow.get("description").is_none() {
            workflow["description"] = json!("");
        }
        rename(&mut workflow, &references);
        call.of_mut(Kind::Workflow).put(&id, workflow.clone());
        made.push(workflow);
    }
    Ok(Answer::ok(
        json!({ "statuses": statuses_of(call, &made), "workflows": made }),
    ))
}

/// `POST /workflows/update`: the definition given is the definition there is; the version read
/// must be the version in force.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let payload = call.body.clone();
    let mut changed = Vec::new();
    for definition in payload["workflows"].as_array().into_iter().flatten() {
        let id = text(definition, "id");
        let stored = call.tenant.get(Kind::Workflow, &id).cloned();
        let stored = stored.ok_or_else(|| Refusal::bad(format!("There is no workflow {id}.")))?;
        if stored["version"] != definition["version"] {
            return Err(Refusal::conflict(
                "The workflow has been changed since it was read.",
            ));
        }
        changed.push((stored, definition.clone()));
    }
    refuse(&workflow_check::faults(call, &payload, false))?;
    for (stored, definition) in &changed {
        removed_statuses_are_mapped(call, stored, definition)?;
    }
    let references = settle_statuses(call, &payload)?;
    let mut done = Vec::new();
    for (mut workflow, definition) in changed {
        for member in [
            "statuses",
            "transitions",
            "description",
            "startPointLayout",
            "loopedTransitionContainerLayout",
        ] {
            if let Some(value) = definition.get(member) {
                workflow[member] = value.clone();
            }
        }
        let number = workflow["version"]["versionNumber"].as_u64().unwrap_or(1) + 1;
        workflow_history::keep(call, &workflow);
        let version = call.tenant.entropy.uuid();
        workflow["version"] = json!({ "id": version, "versionNumber": number });
        workflow["updated"] = json!(time::jira(call.now()));
        rename(&mut workflow, &references);
        call.of_mut(Kind::Workflow)
            .put(text(&workflow, "id"), workflow.clone());
        done.push(workflow);
    }
    Ok(Answer::ok(
        json!({ "statuses": statuses_of(call, &done), "workflows": done }),
    ))
}

/// `DELETE /workflow/{entityId}`: only one that no scheme uses.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("entityId");
    let workflow = call.find(Kind::Workflow, &id, "The workflow does not exist.")?;
    if active(call, &workflow) || workflow["isEditable"] == false {
        return Err(Refusal::bad(
            "Only inactive workflows that are not read-only can be deleted.",
        ));
    }
    call.of_mut(Kind::Workflow).remove(&id);
    Ok(Answer::empty(204))
}

fn refuse(faults: &[Value]) -> Result<(), Refusal> {
    match faults.first() {
        Some(fault) => Err(Refusal::bad(text(fault, "message"))),
        None => Ok(()),
    }
}

/// Whether a scheme, or a draft of one, names the workflow.
fn active(call: &Call<'_>, workflow: &Value) -> bool {
    let name = &workflow["name"];
    [Kind::WorkflowScheme, Kind::WorkflowSchemeDraft]
        .into_iter()
        .any(|kind| {
            call.of(kind).values().any(|s| {
                let mapped = s["issueTypeMappings"].as_object().into_iter().flatten();
                s["defaultWorkflow"] == *name || mapped.into_iter().any(|(_, w)| w == name)
            })
        })
}

/// A status that goes away from a workflow in use has to be replaced by another.
fn removed_statuses_are_mapped(
    call: &Call<'_>,
    stored: &Value,
    definition: &Value,
) -> Result<(), Refusal> {
    if !active(call, stored) {
        return Ok(());
    }
    let kept: BTreeSet<String> = references(definition).collect();
    let default = definition["defaultStatusMappings"]
        .as_array()
        .into_iter()
        .flatten();
    let mapped = definition["statusMappings"]
        .as_array()
        .into_iter()
        .flatten();
    let mapped = mapped.flat_map(|m| m["statusMigrations"].as_array().into_iter().flatten());
    let replaced: BTreeSet<String> = default
        .chain(mapped)
        .map(|m| text(m, "oldStatusReference"))
        .collect();
    match references(stored).find(|r| !kept.contains(r) && !replaced.contains(r)) {
        Some(lost) => Err(Refusal::bad(format!(
            "The removed status '{lost}' needs a mapping to another."
        ))),
        None => Ok(()),
    }
}

fn references(workflow: &Value) -> impl Iterator<Item = String> {
    workflow["statuses"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|s| text(s, "statusReference"))
}

/// Makes the statuses that do not exist yet; gives the reference that each one has from now on.
fn settle_statuses(call: &mut Call<'_>, payload: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let mut settled = Vec::new();
    for status in payload["statuses"].as_array().into_iter().flatten() {
        let reference = text(status, "statusReference");
        let existing = match status["id"].as_str() {
            Some(id) => call.tenant.get(Kind::Status, id),
            None => call
                .of(Kind::Status)
                .find(|s| s["statusReference"] == *reference),
        };
        if let Some(existing) = existing {
            settled.push((reference, text(existing, "statusReference")));
            continue;
        }
        let name = text(status, "name");
        if call
            .of(Kind::Status)
            .find(|s| text(s, "name").eq_ignore_ascii_case(&name))
            .is_some()
        {
            return Err(Refusal::conflict(format!(
                "A status named '{name}' exists already; name it by its id."
            )));
        }
        let id = call.of_mut(Kind::Status).allocate().to_string();
        let document = json!({
            "id": id, "statusReference": id, "name": name, "statusCategory": status["statusCategory"],
            "description": text(status, "description"), "scope": { "type": "GLOBAL" },
        });
        call.of_mut(Kind::Status).put(&id, document);
        settled.push((reference, id));
    }
    Ok(settled)
}

/// Puts the settled references in the place of the caller's own.
fn rename(value: &mut Value, references: &[(String, String)]) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let renamed = name
                    .to_lowercase()
                    .ends_with("statusreference")
                    .then(|| references.iter().find(|(from, _)| *member == **from))
                    .flatten();
                match renamed {
                    Some((_, to)) => *member = json!(to),
                    None => rename(member, references),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| rename(v, references)),
        _ => {}
    }
}

pub(crate) fn statuses_of(call: &Call<'_>, workflows: &[Value]) -> Value {
    let used: BTreeSet<String> = workflows.iter().flat_map(references).collect();
    call.of(Kind::Status)
        .values()
        .filter(|s| used.contains(&text(s, "statusReference")))
        .cloned()
        .collect()
}

pub(crate) fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}
