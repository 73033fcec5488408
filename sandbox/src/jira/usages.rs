//! Who uses what is shared: from a scheme, a workflow, a status, a field or a group to its users.

use serde_json::{Value, json};

use super::people;
use super::projects::{brief, text};
use super::screen_tabs;
use super::workflow_moves::types_of;
use super::workflow_schemes::{NONE, workflow_for};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Fields of a query by id, and where an issue holds it.
const FIELDS: [(&str, &str); 3] = [
    ("issuetype", "issueType"),
    ("priority", "priority"),
    ("resolution", "resolution"),
];

/// What a project shows where the schemes of projects are listed.
const DETAILS: [&str; 6] = ["self", "id", "key", "name", "projectTypeKey", "avatarUrls"];

/// `GET /notificationscheme/project`.
pub(crate) fn of_notification_schemes(call: &mut Call<'_>) -> Outcome {
    let (schemes, ids) = (call.list("notificationSchemeId"), call.list("projectId"));
    let wanted = |list: &[String], id: &str| {
        let asked: Vec<&String> = list.iter().filter(|id| !id.is_empty()).collect();
        asked.is_empty() || asked.iter().any(|asked| *asked == id)
    };
    let shown: Vec<Value> = standing(call)
        .iter()
        .filter(|p| wanted(schemes, &text(p, "notificationScheme")) && wanted(ids, &text(p, "id")))
        .map(|p| json!({ "notificationSchemeId": p["notificationScheme"], "projectId": p["id"] }))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /issuetypescheme/project`.
pub(crate) fn of_issue_type_schemes(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("projectId");
    let users: Vec<Value> = standing(call)
        .into_iter()
        .filter(|p| asked.contains(&text(p, "id")))
        .collect();
    let mut shown = Vec::new();
    for scheme in call.of(Kind::IssueTypeScheme).values() {
        let ids: Vec<&Value> = users
            .iter()
            .filter(|p| p["issueTypeScheme"] == scheme["id"])
            .map(|p| &p["id"])
            .collect();
        if ids.is_empty() {
            continue;
        }
        let members = [
            "id",
            "name",
            "description",
            "defaultIssueTypeId",
            "isDefault",
        ];
        let scheme = pick(scheme, &members);
        shown.push(json!({ "issueTypeScheme": scheme, "projectIds": ids }));
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /issuetypescreenscheme/{issueTypeScreenSchemeId}/project`.
pub(crate) fn of_issue_type_screen_scheme(call: &mut Call<'_>) -> Outcome {
    let id = call.id("issueTypeScreenSchemeId");
    call.find(
        Kind::IssueTypeScreenScheme,
        &id,
        "The issue type screen scheme was not found.",
    )?;
    let shown: Vec<Value> = standing(call)
        .iter()
        .filter(|p| p["issueTypeScreenScheme"] == *id)
        .filter_map(|p| brief(call, &text(p, "id")))
        .map(|project| pick(&project, &DETAILS))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /config/fieldschemes/{id}/projects`.
pub(crate) fn of_field_scheme(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let shown: Vec<Value> = standing(call)
        .iter()
        .filter(|p| p["fieldScheme"] == *id)
        .map(|p| {
            json!({
                "id": p["id"], "key": p["key"], "name": p["name"], "deleted": false,
                "avatarUrls": people::avatars("project"),
            })
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `GET /workflowscheme/{workflowSchemeId}/projectUsages`.
pub(crate) fn of_workflow_scheme(call: &mut Call<'_>) -> Outcome {
    let id = call.id("workflowSchemeId");
    call.find(Kind::WorkflowScheme, &id, NONE)?;
    let users = projects_with(call, |scheme| scheme == id);
    usages(call, "workflowSchemeId", &id, &users)
}

/// `GET /workflow/{workflowId}/projectUsages`.
pub(crate) fn of_workflow(call: &mut Call<'_>) -> Outcome {
    let id = call.id("workflowId");
    let workflow = call.find(Kind::Workflow, &id, "The workflow does not exist.")?;
    let schemes = schemes_with(call, &[text(&workflow, "name")]);
    let users = projects_with(call, |scheme| schemes.iter().any(|id| id == scheme));
    usages(call, "workflowId", &id, &users)
}

/// `GET /statuses/{statusId}/projectUsages`.
pub(crate) fn of_status(call: &mut Call<'_>) -> Outcome {
    let id = call.id("statusId");
    let status = call.find(Kind::Status, &id, "The status does not exist.")?;
    let workflows: Vec<String> = call
        .of(Kind::Workflow)
        .values()
        .filter(|w| {
            let mut statuses = w["statuses"].as_array().into_iter().flatten();
            statuses.any(|s| s["statusReference"] == status["statusReference"])
        })
        .map(|w| text(w, "name"))
        .collect();
    let schemes = schemes_with(call, &workflows);
    let users = projects_with(call, |scheme| schemes.iter().any(|id| id == scheme));
    usages(call, "statusId", &id, &users)
}

/// `GET /field/{fieldId}/screens`.
pub(crate) fn screens_of_field(call: &mut Call<'_>) -> Outcome {
    let field = call.find(
        Kind::Field,
        &call.id("fieldId"),
        "The custom field was not found.",
    )?;
    let shown: Vec<Value> = call
        .of(Kind::Screen)
        .values()
        .filter_map(|s| {
            let tab = screen_tabs::tab_of(s, &field["id"])?;
            let mut shown = pick(s, &["id", "name", "description"]);
            if call.expands("tab") {
                shown["tab"] = screen_tabs::brief(tab);
            }
            Some(shown)
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 100, 100)))
}

/// `GET /group/member`.
pub(crate) fn members(call: &mut Call<'_>) -> Outcome {
    let asked = [("groupId", "groupId"), ("groupname", "name")];
    let group = asked
        .iter()
        .filter_map(|(parameter, member)| Some((call.get(parameter)?, member)))
        .find_map(|(value, member)| call.of(Kind::Group).find(|g| g[*member] == value))
        .cloned()
        .ok_or_else(|| Refusal::not_found("The group was not found."))?;
    let held = call.of(Kind::OrgGroup).find(|g| g["name"] == group["name"]);
    let held = held.and_then(|g| g["members"].as_array()).cloned();
    let shown: Vec<Value> = held
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .map(|account| people::user(call, account))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `POST /search/approximate-count`, for the queries that a rehearsal needs:
/// `project in (<id or key>, ...)`, and `<field> = <id>` of what an issue has one of.
pub(crate) fn count_issues(call: &mut Call<'_>) -> Outcome {
    let jql = call.demand("jql")?;
    if let Some((field, id)) = jql.trim().split_once(" = ")
        && let Some((_, member)) = FIELDS.iter().find(|(name, _)| *name == field)
    {
        let count = call.of(Kind::Issue).values().filter(|i| i[*member] == *id);
        return Ok(Answer::ok(json!({ "count": count.count() })));
    }
    let list = jql
        .trim()
        .strip_prefix("project in (")
        .and_then(|rest| rest.strip_suffix(')'))
        .ok_or_else(|| Refusal::bad("The JQL query is not valid, or has no bound."))?;
    let mut ids = Vec::new();
    for name in list.split(',').map(str::trim) {
        let project = super::projects::lookup(call, name).ok_or_else(|| {
            Refusal::bad(format!(
                "The value '{name}' does not exist for the field 'project'."
            ))
        })?;
        ids.push(text(&project, "id"));
    }
    let issues = call.of(Kind::Issue).values();
    let count = issues
        .filter(|i| ids.contains(&text(i, "projectId")))
        .count();
    Ok(Answer::ok(json!({ "count": count })))
}

/// The projects that are not in the trash.
pub(crate) fn standing(call: &Call<'_>) -> Vec<Value> {
    call.of(Kind::Project)
        .values()
        .filter(|p| p["deleted"] != true)
        .cloned()
        .collect()
}

fn projects_with(call: &Call<'_>, uses: impl Fn(&str) -> bool) -> Vec<Value> {
    standing(call)
        .iter()
        .filter(|p| uses(&text(p, "workflowScheme")))
        .map(|p| json!({ "id": p["id"] }))
        .collect()
}

/// The ids of the workflow schemes that use one of these workflows.
fn schemes_with(call: &Call<'_>, workflows: &[String]) -> Vec<String> {
    let named = |value: &Value| workflows.iter().any(|name| *value == **name);
    call.of(Kind::WorkflowScheme)
        .entries()
        .filter(|(_, s)| {
            let mut mapped = s["issueTypeMappings"].as_object().into_iter().flatten();
            named(&s["defaultWorkflow"]) || mapped.any(|(_, workflow)| named(workflow))
        })
        .map(|(id, _)| id.to_owned())
        .collect()
}

/// `GET /workflow/{workflowId}/workflowSchemes`.
pub(crate) fn schemes_of_workflow(call: &mut Call<'_>) -> Outcome {
    let id = call.id("workflowId");
    let workflow = call.find(Kind::Workflow, &id, "The workflow does not exist.")?;
    let schemes = schemes_with(call, &[text(&workflow, "name")]);
    let users: Vec<Value> = schemes.iter().map(|id| json!({ "id": id })).collect();
    let page = page_of(call, &users)?;
    Ok(Answer::ok(
        json!({ "workflowId": id, "workflowSchemes": page }),
    ))
}

/// `GET /workflow/{workflowId}/project/{projectId}/issueTypeUsages`.
pub(crate) fn issue_types_of_workflow(call: &mut Call<'_>) -> Outcome {
    let (id, project) = (call.id("workflowId"), call.id("projectId"));
    call.find(Kind::Workflow, &id, "The workflow does not exist.")?;
    let found = call.find(Kind::Project, &project, "The project does not exist.")?;
    let scheme = text(&found, "workflowScheme");
    let scheme = call.find(Kind::WorkflowScheme, &scheme, NONE)?;
    let users: Vec<Value> = types_of(call, &[found])
        .iter()
        .filter(|of| workflow_for(call, &scheme, of).is_some_and(|w| w["id"] == *id))
        .map(|of| json!({ "id": of }))
        .collect();
    let page = page_of(call, &users)?;
    let answer = json!({ "workflowId": id, "projectId": project, "issueTypes": page });
    Ok(Answer::ok(answer))
}

/// The projects that use something, a page of them.
fn usages(call: &Call<'_>, of: &str, id: &str, users: &[Value]) -> Outcome {
    let page = page_of(call, users)?;
    Ok(Answer::ok(json!({ of: id, "projects": page })))
}

/// A page of usages by cursor.
pub(crate) fn page_of(call: &Call<'_>, users: &[Value]) -> Result<Value, Refusal> {
    let size = call.number("maxResults").unwrap_or(50).clamp(1, 200);
    let slice = page::slice(users, call.get("nextPageToken"), size)?;
    let mut shown = json!({ "values": slice.shown });
    if let Some(next) = slice.next {
        shown["nextPageToken"] = json!(next);
    }
    Ok(shown)
}
