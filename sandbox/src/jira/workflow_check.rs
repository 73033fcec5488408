//! What Jira finds wrong with a workflow definition.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::Call;
use crate::state::kind::Kind;

/// Every fault of a definition, in the shape of the validation answer. `new` when the workflows
/// do not exist yet.
pub(crate) fn faults(call: &Call<'_>, payload: &Value, new: bool) -> Vec<Value> {
    let mut faults = Vec::new();
    let statuses: BTreeSet<String> = items(payload, "statuses")
        .map(|s| text(s, "statusReference"))
        .collect();
    for status in items(payload, "statuses") {
        if let Some(id) = status["id"].as_str()
            && call.tenant.get(Kind::Status, id).is_none()
        {
            faults.push(fault(
                "STATUS",
                "STATUS_NOT_FOUND",
                &format!("There is no status {id}."),
                status,
            ));
        }
    }
    let mut names = BTreeSet::new();
    for workflow in items(payload, "workflows") {
        let name = text(workflow, "name");
        let taken = call
            .of(Kind::Workflow)
            .find(|w| text(w, "name").eq_ignore_ascii_case(&name))
            .is_some();
        if new && (taken || !names.insert(name.clone())) {
            faults.push(fault(
                "WORKFLOW",
                "NON_UNIQUE_WORKFLOW_NAME",
                &format!("A workflow named '{name}' exists already."),
                workflow,
            ));
        }
        one(workflow, &statuses, &mut faults);
    }
    if items(payload, "workflows").next().is_none() {
        faults.push(fault(
            "WORKFLOW",
            "NO_WORKFLOWS",
            "No workflow is given.",
            payload,
        ));
    }
    faults
}

/// The workflows of a change that are gone, or were changed since they were read.
pub(crate) fn out_of_date(call: &Call<'_>, payload: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    for workflow in items(payload, "workflows") {
        let id = text(workflow, "id");
        let (code, message) = match call.tenant.get(Kind::Workflow, &id) {
            None => ("WORKFLOW_NOT_FOUND", format!("There is no workflow {id}.")),
            Some(stored) if stored["version"] != workflow["version"] => (
                "VERSION_MISMATCH",
                "The workflow has been changed since it was read.".to_owned(),
            ),
            Some(_) => continue,
        };
        faults.push(fault("WORKFLOW", code, &message, workflow));
    }
    faults
}

fn one(workflow: &Value, known: &BTreeSet<String>, faults: &mut Vec<Value>) {
    let own: BTreeSet<String> = items(workflow, "statuses")
        .map(|s| text(s, "statusReference"))
        .collect();
    for reference in own.difference(known) {
        let what = format!("The status reference '{reference}' is not among the statuses.");
        faults.push(fault(
            "STATUS",
            "UNKNOWN_STATUS_REFERENCE",
            &what,
            &json!({ "statusReference": reference }),
        ));
    }
    if own.is_empty() {
        faults.push(fault(
            "WORKFLOW",
            "NO_STATUSES",
            "The workflow has no statuses.",
            workflow,
        ));
    }
    let initial = items(workflow, "transitions")
        .filter(|t| t["type"] == "INITIAL")
        .count();
    if initial != 1 {
        let what =
            &format!("A workflow has exactly one initial transition, this one has {initial}.");
        faults.push(fault("WORKFLOW", "INITIAL_TRANSITION", what, workflow));
    }
    let mut ids = BTreeSet::new();
    for transition in items(workflow, "transitions") {
        let id = text(transition, "id");
        if !ids.insert(id.clone()) {
            faults.push(fault(
                "TRANSITION",
                "NON_UNIQUE_TRANSITION_ID",
                &format!("The transition id '{id}' is used twice."),
                transition,
            ));
        }
        let to = text(transition, "toStatusReference");
        let ends = items(transition, "links").map(|l| text(l, "fromStatusReference"));
        let unknown: Vec<String> = ends
            .chain([to])
            .filter(|r| !r.is_empty() && !own.contains(r))
            .collect();
        if let Some(reference) = unknown.first() {
            let what =
                &format!("The transition names a status '{reference}' that the workflow lacks.");
            faults.push(fault(
                "TRANSITION",
                "UNKNOWN_STATUS_REFERENCE",
                what,
                transition,
            ));
        }
    }
}

fn fault(kind: &str, code: &str, message: &str, element: &Value) -> Value {
    let mut reference = json!({});
    if let Some(status) = element.get("statusReference") {
        reference["statusReference"] = status.clone();
    }
    if kind == "TRANSITION" {
        reference["transitionId"] = element["id"].clone();
    }
    json!({ "code": code, "level": "ERROR", "type": kind, "message": message, "elementReference": reference })
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}
