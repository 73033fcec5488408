//! Which workflow scheme projects have: told, given to a project without issues, and exchanged in a
//! task where there are issues.

use serde_json::{Value, json};

use super::projects::text;
use super::publish;
use super::tasks;
use super::usages;
use super::workflow_moves::{carry_out, losses, moves, types_of};
use super::workflow_schemes::{DEFAULT, NONE};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

const NO_PROJECT: &str = "The project was not found.";

/// `GET /workflowscheme/project`: the default scheme has no id here.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the signature of the tables' functions"
)]
pub(crate) fn associations(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("projectId");
    let users = usages::standing(call);
    let mut shown = Vec::new();
    for (id, scheme) in call.of(Kind::WorkflowScheme).entries() {
        let ids: Vec<String> = users
            .iter()
            .filter(|p| text(p, "workflowScheme") == id)
            .map(|p| text(p, "id"))
            .filter(|id| asked.contains(id))
            .collect();
        if ids.is_empty() {
            continue;
        }
        let mut of = publish::show(call, scheme);
        if id == DEFAULT
            && let Some(members) = of.as_object_mut()
        {
            members.remove("id");
            members.remove("self");
        }
        shown.push(json!({ "projectIds": ids, "workflowScheme": of }));
    }
    Ok(Answer::ok(json!({ "values": shown })))
}

/// `PUT /workflowscheme/project`: without a scheme, the default one.
pub(crate) fn assign(call: &mut Call<'_>) -> Outcome {
    let project = call.id_in_body("projectId");
    call.find(Kind::Project, &project, NO_PROJECT)?;
    let scheme = call.text("workflowSchemeId").unwrap_or(DEFAULT).to_owned();
    call.find(Kind::WorkflowScheme, &scheme, NONE)?;
    let is_of = |issue: &Value| text(issue, "projectId") == project;
    if call.of(Kind::Issue).find(is_of).is_some() {
        return Err(Refusal::bad(
            "The workflow scheme of a project with issues is switched, not assigned.",
        ));
    }
    if let Some(project) = call.of_mut(Kind::Project).get_mut(&project) {
        project["workflowScheme"] = json!(scheme);
    }
    Ok(Answer::empty(204))
}

/// `POST /workflowscheme/project/switch`.
pub(crate) fn switch(call: &mut Call<'_>) -> Outcome {
    let (project, target) = (call.demand("projectId")?, call.demand("targetSchemeId")?);
    let absent = |what: &str, id: &str| Refusal::bad(format!("There is no {what} {id}."));
    let found = call.tenant.get(Kind::Project, &project).cloned();
    let found = found.ok_or_else(|| absent("project", &project))?;
    let to = call.tenant.get(Kind::WorkflowScheme, &target).cloned();
    let to = to.ok_or_else(|| absent("workflow scheme", &target))?;
    let from = text(&found, "workflowScheme");
    let from = call.find(Kind::WorkflowScheme, &from, NONE)?;
    let types = types_of(call, &[found]);
    let by_type = &call.body["mappingsByIssueTypeOverride"];
    let moves = moves(&losses(call, &types, &from, &to), by_type, &Value::Null)?;
    none_runs(call)?;
    let with = json!({ "project": project, "scheme": target, "moves": moves });
    Ok(tasks::started(call, SWITCH, &with))
}

const SWITCH: &str = "switch workflow scheme";

/// Refuses a change while another one goes on.
pub(crate) fn none_runs(call: &Call<'_>) -> Result<(), Refusal> {
    let works = [SWITCH, super::workflow_scheme_bulk::UPDATE];
    let runs = |task: &Value| {
        works.contains(&task["work"].as_str().unwrap_or_default())
            && matches!(task["status"].as_str(), Some("ENQUEUED" | "RUNNING"))
    };
    match call.of(Kind::Task).find(runs) {
        Some(_) => Err(Refusal::conflict(
            "Another change of workflow schemes is under way.",
        )),
        None => Ok(()),
    }
}

/// What the task does.
pub(crate) fn apply(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let id = text(with, "project");
    carry_out(tenant, std::slice::from_ref(&id), &with["moves"]);
    let project = tenant.of_mut(Kind::Project).get_mut(&id);
    let project = project.ok_or("The project is gone.")?;
    project["workflowScheme"] = with["scheme"].clone();
    Ok("The workflow scheme was switched.".to_owned())
}
