//! Projects: found, read and created. Archive and trash are in [`super::trash`].

use serde_json::{Map, Value, json};

use super::{categories, components, people, role_actors};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Which schemes a new project gets when the request names none.
const DEFAULT_SCHEMES: [(&str, Kind, &str); 4] = [
    ("permissionScheme", Kind::PermissionScheme, "0"),
    ("notificationScheme", Kind::NotificationScheme, "10000"),
    ("workflowScheme", Kind::WorkflowScheme, "10100"),
    ("issueTypeScheme", Kind::IssueTypeScheme, "10000"),
];

/// `GET /project/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let wanted = |name: &str, value: String| {
        let list = call.list(name);
        list.is_empty() || list.contains(&value)
    };
    let query = call.get("query").unwrap_or_default().to_lowercase();
    let types: Vec<&str> = call
        .get("typeKey")
        .map(|t| t.split(',').collect())
        .unwrap_or_default();
    let statuses = match call.list("status") {
        [] => vec!["live".to_owned()],
        some => some.to_vec(),
    };
    let mut found: Vec<&Value> = call
        .of(Kind::Project)
        .values()
        .filter(|p| statuses.iter().any(|s| s == standing(p)))
        .filter(|p| wanted("id", text(p, "id")) && wanted("keys", text(p, "key")))
        .filter(|p| types.is_empty() || types.contains(&p["projectTypeKey"].as_str().unwrap_or("")))
        .filter(|p| {
            [text(p, "key"), text(p, "name")]
                .iter()
                .any(|t| t.to_lowercase().contains(&query))
        })
        .collect();
    let order = call.get("orderBy").unwrap_or("key");
    let (by, down) = order
        .strip_prefix('-')
        .map_or((order.trim_start_matches('+'), false), |o| (o, true));
    found.sort_by_key(|p| text(p, if by == "name" { "name" } else { "key" }));
    if down {
        found.reverse();
    }
    let shown: Vec<Value> = found.into_iter().map(|p| summary(call, p)).collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `GET /project/{projectIdOrKey}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    Ok(Answer::ok(full(call, &project)))
}

/// `GET /project/{projectIdOrKey}/components`.
pub(crate) fn components(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    Ok(Answer::ok(components::of_project(call, &project)))
}

/// `GET /project/{projectIdOrKey}/role`.
pub(crate) fn roles(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    Ok(Answer::ok(role_links(call, &project)))
}

/// `POST /project`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let key = call
        .demand("key")
        .map_err(|_| Refusal::field("projectKey", "You must specify a valid project key."))?;
    let name = call
        .demand("name")
        .map_err(|_| Refusal::field("projectName", "You must specify a valid project name."))?;
    let well_formed = key.len() >= 2
        && key.len() <= 10
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !well_formed {
        return Err(Refusal::field(
            "projectKey",
            "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.",
        ));
    }
    let projects = call.of(Kind::Project);
    if let Some(holder) = projects.find(|p| p["key"] == *key) {
        let what = format!("Project '{}' uses this project key.", text(holder, "name"));
        return Err(Refusal::field("projectKey", what));
    }
    if projects
        .find(|p| text(p, "name").eq_ignore_ascii_case(&name))
        .is_some()
    {
        return Err(Refusal::field(
            "projectName",
            "A project with that name already exists.",
        ));
    }
    let lead = call.text("leadAccountId").unwrap_or_default().to_owned();
    if call.tenant.user(&lead).is_none() {
        return Err(Refusal::field(
            "projectLead",
            "You must specify a valid project lead.",
        ));
    }
    let kind = call.text("projectTypeKey").unwrap_or("software").to_owned();
    let id = call.of_mut(Kind::Project).allocate().to_string();
    let mut project = json!({
        "id": id, "key": key, "name": name, "description": call.text("description").unwrap_or(""),
        "projectTypeKey": kind, "lead": lead,
        "assigneeType": call.text("assigneeType").unwrap_or("UNASSIGNED"),
    });
    if let Some(url) = call.text("url") {
        project["url"] = json!(url);
    }
    for (member, kind, default) in DEFAULT_SCHEMES {
        let id = call.body[member]
            .as_u64()
            .map_or(default.to_owned(), |id| id.to_string());
        if call.tenant.get(kind, &id).is_none() {
            return Err(Refusal::field(
                member,
                format!("No {member} with id {id} exists."),
            ));
        }
        project[member] = json!(id);
    }
    role_actors::begin(call, &project);
    call.of_mut(Kind::Project).put(&id, project);
    if kind == "service_desk" {
        add_service_desk(call, &id, &key, &name);
    }
    Ok(Answer::created(json!({
        "id": id.parse::<u64>().unwrap_or_default(), "key": key,
        "self": call.link(&format!("/rest/api/3/project/{id}")),
    })))
}

fn add_service_desk(call: &mut Call<'_>, id: &str, key: &str, name: &str) {
    let desk = call.of_mut(Kind::ServiceDesk).allocate().to_string();
    let document = json!({
        "id": desk, "projectId": id, "projectKey": key, "projectName": name, "organizations": [],
        "customers": [], "openAccess": false,
    });
    call.of_mut(Kind::ServiceDesk).put(desk, document);
}

/// A project by key or id that is not in the trash.
pub(crate) fn visible(call: &Call<'_>, parameter: &str) -> Result<Value, Refusal> {
    let wanted = call.id(parameter);
    lookup(call, &wanted)
        .filter(|p| p["deleted"] != true)
        .ok_or_else(|| {
            Refusal::not_found(format!("No project could be found with key '{wanted}'."))
        })
}

/// A project by key or id, wherever it stands.
pub(crate) fn lookup(call: &Call<'_>, key_or_id: &str) -> Option<Value> {
    let projects = call.of(Kind::Project);
    projects
        .get(key_or_id)
        .or_else(|| projects.find(|p| text(p, "key").eq_ignore_ascii_case(key_or_id)))
        .or_else(|| projects.find(|p| bore(p, key_or_id)))
        .cloned()
}

/// Whether a project had the key: links with it go on working.
fn bore(project: &Value, key: &str) -> bool {
    let former = project["formerKeys"].as_array();
    former.is_some_and(|keys| keys.iter().any(|k| k == key))
}

fn standing(project: &Value) -> &'static str {
    match (project["deleted"] == true, project["archived"] == true) {
        (true, _) => "deleted",
        (false, true) => "archived",
        (false, false) => "live",
    }
}

/// A project as part of something else.
pub(crate) fn brief(call: &Call<'_>, id: &str) -> Option<Value> {
    let project = call.of(Kind::Project).get(id)?;
    let mut shown = core(call, project);
    if let Some(members) = shown.as_object_mut() {
        members.remove("expand");
        members.remove("isPrivate");
        members.remove("properties");
    }
    Some(shown)
}

fn core(call: &Call<'_>, project: &Value) -> Value {
    let mut shown = json!({
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "self": call.link(&format!("/rest/api/3/project/{}", text(project, "id"))),
        "id": project["id"], "key": project["key"], "name": project["name"],
        "projectTypeKey": project["projectTypeKey"], "simplified": false, "style": "classic",
        "isPrivate": false, "properties": {}, "avatarUrls": people::avatars("project"),
    });
    for marker in ["archived", "deleted"] {
        if project[marker] == true {
            shown[marker] = json!(true);
            let (by, date) = (format!("{marker}By"), format!("{marker}Date"));
            shown[&date] = project[&date].clone();
            shown[&by] = people::user(call, project[&by].as_str().unwrap_or_default());
        }
    }
    if let Some(category) = categories::of_project(call, project) {
        shown["projectCategory"] = category;
    }
    if project["deleted"] == true {
        shown["retentionTillDate"] = project["retentionTillDate"].clone();
    }
    shown
}

fn summary(call: &Call<'_>, project: &Value) -> Value {
    let mut shown = core(call, project);
    if call.expands("description") {
        shown["description"] = project["description"].clone();
    }
    if call.expands("lead") {
        shown["lead"] = people::user(call, project["lead"].as_str().unwrap_or_default());
    }
    if call.expands("issueTypes") {
        shown["issueTypes"] = issue_types(call, project);
    }
    if call.expands("insight") {
        let issues = call
            .of(Kind::Issue)
            .values()
            .filter(|i| i["projectId"] == project["id"])
            .count();
        shown["insight"] = json!({ "totalIssueCount": issues });
    }
    shown
}

fn full(call: &Call<'_>, project: &Value) -> Value {
    let mut shown = core(call, project);
    shown["description"] = project["description"].clone();
    shown["lead"] = people::user(call, project["lead"].as_str().unwrap_or_default());
    shown["assigneeType"] = project["assigneeType"].clone();
    shown["issueTypes"] = issue_types(call, project);
    shown["components"] = components::of_project(call, project);
    shown["roles"] = role_links(call, project);
    shown["versions"] = crate::shelves::versions::of_project(call, project);
    if let Some(url) = project.get("url") {
        shown["url"] = url.clone();
    }
    shown
}

/// The issue types that a project offers.
pub(crate) fn issue_types(call: &Call<'_>, project: &Value) -> Value {
    let scheme = call
        .of(Kind::IssueTypeScheme)
        .get(&text(project, "issueTypeScheme"));
    let ids = scheme
        .and_then(|s| s["issueTypeIds"].as_array())
        .cloned()
        .unwrap_or_default();
    ids.iter()
        .filter_map(|id| call.of(Kind::IssueType).get(id.as_str()?))
        .map(|t| {
            let mut shown = t.clone();
            shown["self"] = json!(call.link(&format!("/rest/api/3/issuetype/{}", text(t, "id"))));
            shown["iconUrl"] = json!(format!(
                "https://avatar.example/issuetype/{}",
                text(t, "id")
            ));
            shown
        })
        .collect()
}

fn role_links(call: &Call<'_>, project: &Value) -> Value {
    let links: Map<String, Value> = call
        .of(role_actors::ROLE)
        .values()
        .map(|role| {
            let path = format!(
                "/rest/api/3/project/{}/role/{}",
                text(project, "id"),
                role["id"]
            );
            (text(role, "name"), json!(call.link(&path)))
        })
        .collect();
    Value::Object(links)
}

/// A text member; empty when it is not there.
pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
