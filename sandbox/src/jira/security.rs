//! Issue security schemes and the projects that use them. Levels are in [`super::security_levels`].

use serde_json::{Value, json};

use super::permissions::{describe, rename};
use super::projects::{lookup, text, visible};
use super::security_levels::{self, LEVEL};
use super::tasks;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// A scheme; `projectIds` are the projects that use it, `default` its default level.
pub(crate) const SCHEME: Kind = Kind("SecurityScheme");

/// `GET /issuesecurityschemes/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let (ids, projects) = (call.list("id"), call.list("projectId"));
    let uses = |scheme: &Value| {
        let held = scheme["projectIds"].as_array();
        held.is_some_and(|held| held.iter().any(|p| projects.iter().any(|id| *p == **id)))
    };
    let shown: Vec<Value> = call
        .of(SCHEME)
        .entries()
        .filter(|(id, _)| ids.is_empty() || ids.iter().any(|i| i == id))
        .filter(|(_, scheme)| projects.is_empty() || uses(scheme))
        .map(|(_, scheme)| {
            let mut shown = core(call, scheme);
            let held = scheme["projectIds"].as_array().cloned().unwrap_or_default();
            shown["projectIds"] = held.iter().filter_map(number).collect();
            if let Some(level) = number(&scheme["default"]) {
                shown["defaultLevel"] = json!(level);
            }
            shown
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /issuesecurityschemes/project`.
pub(crate) fn mappings(call: &mut Call<'_>) -> Outcome {
    let (schemes, projects) = (call.list("issueSecuritySchemeId"), call.list("projectId"));
    let mut shown = Vec::new();
    for (id, scheme) in call.of(SCHEME).entries() {
        for project in scheme["projectIds"].as_array().into_iter().flatten() {
            let asked = (schemes.is_empty() || schemes.iter().any(|s| s == id))
                && (projects.is_empty() || projects.iter().any(|p| *project == **p));
            if asked {
                shown.push(json!({ "issueSecuritySchemeId": id, "projectId": project }));
            }
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /issuesecurityschemes/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let scheme = find(call, &call.id("id"))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `GET /project/{projectKeyOrId}/issuesecuritylevelscheme`.
pub(crate) fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectKeyOrId")?;
    let scheme = used_by(call.tenant, &text(&project, "id"))
        .ok_or_else(|| Refusal::not_found("The project has no issue security scheme."))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `POST /issuesecurityschemes`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    unique(call, &name, None)?;
    let id = call.of_mut(SCHEME).allocate();
    let mut scheme = json!({ "id": id, "name": name, "projectIds": [] });
    describe(&mut scheme, call.text("description"));
    call.of_mut(SCHEME).put(id.to_string(), scheme);
    if let Err(refusal) = security_levels::add_all(call, &id.to_string()) {
        call.of_mut(LEVEL)
            .retain(|l| l["schemeId"] != *id.to_string());
        call.of_mut(SCHEME).remove(&id.to_string());
        return Err(refusal);
    }
    Ok(Answer::created(json!({ "id": id.to_string() })))
}

/// `PUT /issuesecurityschemes/{id}`: name and description, each only where given.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let mut scheme = find(call, &id)?;
    rename(call, &mut scheme, |name| unique(call, name, Some(&id)))?;
    call.of_mut(SCHEME).put(id, scheme);
    Ok(Answer::empty(204))
}

/// `DELETE /issuesecurityschemes/{schemeId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    let scheme = find(call, &id)?;
    if scheme["projectIds"]
        .as_array()
        .is_some_and(|held| !held.is_empty())
    {
        return Err(Refusal::bad(
            "The issue security scheme is used by projects.",
        ));
    }
    call.of_mut(SCHEME).remove(&id);
    call.of_mut(LEVEL).retain(|l| l["schemeId"] != *id);
    Ok(Answer::empty(204))
}

/// `PUT /issuesecurityschemes/project`: 303; the task gives the project its scheme.
pub(crate) fn assign(call: &mut Call<'_>) -> Outcome {
    let (project, scheme) = (call.id_in_body("projectId"), call.id_in_body("schemeId"));
    find(call, &scheme)?;
    let found = lookup(call, &project).filter(|p| p["deleted"] != true);
    let found = found.ok_or_else(|| Refusal::not_found("The project does not exist."))?;
    for mapping in call.body["oldToNewSecurityLevelMappings"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let new = call.of(LEVEL).get(&text(mapping, "newLevelId"));
        if new.is_none_or(|level| level["schemeId"] != *scheme) {
            return Err(Refusal::bad("A new level is none of the scheme."));
        }
    }
    let with = json!({
        "project": found["id"], "scheme": scheme,
        "mappings": call.body["oldToNewSecurityLevelMappings"],
    });
    Ok(tasks::started(
        call,
        "associate issue security scheme",
        &with,
    ))
}

/// What the task does: the project changes its scheme, and its issues their levels.
pub(crate) fn associate(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let (project, scheme) = (text(with, "project"), text(with, "scheme"));
    if tenant.get(SCHEME, &scheme).is_none() {
        return Err("The scheme is gone.".to_owned());
    }
    for (id, other) in tenant.of_mut(SCHEME).entries_mut() {
        if let Some(held) = other["projectIds"].as_array_mut() {
            held.retain(|p| *p != *project);
            if *id == scheme {
                held.push(json!(project));
            }
        }
    }
    let mappings = with["mappings"].as_array().cloned().unwrap_or_default();
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if issue["projectId"] != *project || issue.get("security").is_none() {
            continue;
        }
        let mapped = mappings
            .iter()
            .find(|m| m["oldLevelId"] == issue["security"]);
        security_levels::put(issue, mapped.map(|m| &m["newLevelId"]));
    }
    Ok("The issue security scheme was associated.".to_owned())
}

/// The scheme that a project uses.
pub(super) fn used_by(tenant: &Tenant, project: &str) -> Option<Value> {
    let uses = |s: &Value| {
        let held = s["projectIds"].as_array();
        held.is_some_and(|held| held.iter().any(|p| *p == *project))
    };
    tenant.of(SCHEME).find(uses).cloned()
}

pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(SCHEME, id, "The issue security scheme does not exist.")
}

/// An id as a number.
pub(super) fn number(id: &Value) -> Option<u64> {
    id.as_u64().or_else(|| id.as_str()?.parse().ok())
}

fn unique(call: &Call<'_>, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let same = |s: &Value| text(s, "name").eq_ignore_ascii_case(name);
    let mut others = call.of(SCHEME).entries().filter(|(id, _)| Some(*id) != own);
    if others.any(|(_, s)| same(s)) {
        let words = "An issue security scheme with this name already exists.";
        return Err(Refusal::field("name", words));
    }
    Ok(())
}

/// An unset description is left out.
fn core(call: &Call<'_>, scheme: &Value) -> Value {
    let path = format!("/rest/api/3/issuesecurityschemes/{}", scheme["id"]);
    let mut shown = json!({ "id": scheme["id"], "name": scheme["name"], "self": call.link(&path) });
    if let Some(description) = scheme.get("description") {
        shown["description"] = description.clone();
    }
    shown
}

fn show(call: &Call<'_>, scheme: &Value) -> Value {
    let mut shown = core(call, scheme);
    if let Some(level) = number(&scheme["default"]) {
        shown["defaultSecurityLevelId"] = json!(level);
    }
    let id = scheme["id"].to_string();
    let levels = call.of(LEVEL).values().filter(|l| l["schemeId"] == *id);
    shown["levels"] = levels.map(|l| security_levels::show(call, l)).collect();
    shown
}
