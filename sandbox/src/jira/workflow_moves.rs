//! What becomes of issues when their workflow is exchanged: the statuses that the new one lacks, the
//! mappings that are needed for them, and the moving.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::projects::{issue_types, text};
use super::usages;
use super::workflow_schemes::workflow_for;
use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// Issues of a type get another workflow, which lacks some of their statuses.
#[derive(Debug)]
pub(crate) struct Loss {
    pub(crate) issue_type: String,
    pub(crate) from: Value,
    pub(crate) to: Value,
    /// Ids.
    pub(crate) statuses: Vec<String>,
}

/// The ids of the issue types of the projects, each once.
pub(crate) fn types_of(call: &Call<'_>, projects: &[Value]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for project in projects {
        let types = issue_types(call, project);
        ids.extend(
            types
                .as_array()
                .into_iter()
                .flatten()
                .map(|t| text(t, "id")),
        );
    }
    ids
}

/// The projects that use a scheme.
pub(crate) fn projects_of(call: &Call<'_>, scheme: &str) -> Vec<Value> {
    let mut all = usages::standing(call);
    all.retain(|project| text(project, "workflowScheme") == scheme);
    all
}

/// What issues of the types lose when one scheme takes the place of another.
pub(crate) fn losses(
    call: &Call<'_>,
    types: &BTreeSet<String>,
    from: &Value,
    to: &Value,
) -> Vec<Loss> {
    let mut all = Vec::new();
    for of in types {
        let (Some(was), Some(is)) = (workflow_for(call, from, of), workflow_for(call, to, of))
        else {
            continue;
        };
        let kept = statuses(is);
        let mut lost = statuses(was);
        lost.retain(|id| !kept.contains(id));
        if !lost.is_empty() {
            all.push(Loss {
                issue_type: of.clone(),
                from: was.clone(),
                to: is.clone(),
                statuses: lost,
            });
        }
    }
    all
}

/// The ids of the statuses of a workflow; they are named by their ids there.
pub(crate) fn statuses(workflow: &Value) -> Vec<String> {
    let held = workflow["statuses"].as_array().into_iter().flatten();
    held.map(|status| text(status, "statusReference")).collect()
}

/// How each lost status is replaced, by the mappings of issue types first and then by those of
/// workflows; refused where one is not, or by what the new workflow lacks.
pub(crate) fn moves(
    losses: &[Loss],
    by_type: &Value,
    by_workflow: &Value,
) -> Result<Value, Refusal> {
    let mut all = Vec::new();
    for loss in losses {
        let of_type = items(by_type).filter(|m| m["issueTypeId"] == *loss.issue_type);
        let of_workflow = items(by_workflow).filter(|m| {
            m["oldWorkflowId"] == loss.from["id"] && m["newWorkflowId"] == loss.to["id"]
        });
        let given: Vec<&Value> = of_type
            .chain(of_workflow)
            .flat_map(|m| items(&m["statusMappings"]))
            .collect();
        for old in &loss.statuses {
            let new = given.iter().find(|m| m["oldStatusId"] == **old);
            let new = new.map(|m| text(m, "newStatusId")).unwrap_or_default();
            if !statuses(&loss.to).contains(&new) {
                return Err(Refusal::bad(format!(
                    "Issues of type {} need another status in place of {old}.",
                    loss.issue_type
                )));
            }
            all.push(json!({ "issueType": loss.issue_type, "old": old, "new": new }));
        }
    }
    Ok(Value::Array(all))
}

/// Moves the issues of the projects.
pub(crate) fn carry_out(tenant: &mut Tenant, projects: &[String], moves: &Value) {
    let name = |id: &Value| {
        let status = tenant.get(Kind::Status, id.as_str().unwrap_or_default());
        status.map(|status| status["name"].clone())
    };
    let named: Vec<(Value, Value, Value)> = items(moves)
        .filter_map(|m| Some((m["issueType"].clone(), name(&m["old"])?, name(&m["new"])?)))
        .collect();
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if !projects.contains(&text(issue, "projectId")) {
            continue;
        }
        let fits = |(of, old, _): &&(Value, Value, Value)| {
            issue["issueType"] == *of && issue["status"] == *old
        };
        if let Some((_, _, new)) = named.iter().find(fits) {
            issue["status"] = new.clone();
        }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
