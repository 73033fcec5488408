//! Components as Jira shows them, alone and within their project.

use serde_json::{Value, json};

use super::people;
use super::projects::text;
use crate::host::call::Call;
use crate::state::kind::Kind;

/// The components of a project.
pub(crate) fn of_project(call: &Call<'_>, project: &Value) -> Value {
    call.of(Kind("Component"))
        .values()
        .filter(|component| component["projectId"] == project["id"])
        .map(|component| shown(call, component))
        .collect()
}

/// One component. Who is assigned follows from the nominal type, and from the project where that
/// leads to nobody.
pub(crate) fn shown(call: &Call<'_>, stored: &Value) -> Value {
    let none = Value::Null;
    let project = call.of(Kind::Project).get(&text(stored, "projectId"));
    let project = project.unwrap_or(&none);
    let lead = stored["leadAccountId"].as_str();
    let nominal = stored["assigneeType"].as_str();
    let nominal = nominal.unwrap_or("PROJECT_DEFAULT");
    let is_valid = nominal != "COMPONENT_LEAD" || lead.is_some();
    let real = if nominal == "PROJECT_DEFAULT" || !is_valid {
        project["assigneeType"].as_str().unwrap_or("UNASSIGNED")
    } else {
        nominal
    };
    let mut shown = json!({
        "self": call.link(&format!("/rest/api/3/component/{}", text(stored, "id"))),
        "id": stored["id"], "name": stored["name"],
        "description": text(stored, "description"),
        "assigneeType": nominal, "realAssigneeType": real, "isAssigneeTypeValid": is_valid,
        "project": project["key"],
        "projectId": text(project, "id").parse::<u64>().unwrap_or_default(),
    });
    if let Some(lead) = lead {
        shown["lead"] = people::user(call, lead);
    }
    let assignee = match real {
        "COMPONENT_LEAD" => lead,
        "PROJECT_LEAD" => project["lead"].as_str(),
        _ => None,
    };
    if let Some(assignee) = assignee {
        shown["realAssignee"] = people::user(call, assignee);
    }
    shown
}
