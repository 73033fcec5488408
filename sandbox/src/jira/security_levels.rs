//! Levels of issue security schemes and who may see their issues. A member bears an id of its own, and
//! another one whenever it is put in again.

use serde_json::{Value, json};

use super::permissions::describe;
use super::projects::{text, visible};
use super::security::{self, SCHEME};
use super::tasks;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// A level; `members` are its holders.
pub(crate) const LEVEL: Kind = Kind("SecurityLevel");

/// `GET /issuesecurityschemes/level`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = kept(call, "id", "schemeId")
        .map(|level| show(call, level))
        .filter(|level| !call.flag("onlyDefault") || level["isDefault"] == true)
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /securitylevel/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let level = call.find(LEVEL, &call.id("id"), GONE)?;
    Ok(Answer::ok(show(call, &level)))
}

/// `GET /project/{projectKeyOrId}/securitylevel`: none where the project has no scheme.
pub(crate) fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectKeyOrId")?;
    let scheme = security::used_by(call.tenant, &text(&project, "id"));
    let id = scheme.map(|s| s["id"].to_string()).unwrap_or_default();
    let levels = call.of(LEVEL).values().filter(|l| l["schemeId"] == *id);
    let shown: Vec<Value> = levels.map(|l| show(call, l)).collect();
    Ok(Answer::ok(json!({ "levels": shown })))
}

/// `PUT /issuesecurityschemes/{schemeId}/level`: 204, and no word of the ids.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let scheme = call.id("schemeId");
    security::find(call, &scheme)?;
    let (levels, schemes) = (call.of(LEVEL).clone(), call.of(SCHEME).clone());
    if let Err(refusal) = add_all(call, &scheme) {
        *call.of_mut(LEVEL) = levels;
        *call.of_mut(SCHEME) = schemes;
        return Err(refusal);
    }
    Ok(Answer::empty(204))
}

/// Adds the levels of the body to a scheme.
pub(super) fn add_all(call: &mut Call<'_>, scheme: &str) -> Result<(), Refusal> {
    for wanted in call.body["levels"].as_array().cloned().unwrap_or_default() {
        let name = text(&wanted, "name");
        unique(call, scheme, &name, None)?;
        let mut members = Vec::new();
        for wanted in wanted["members"].as_array().into_iter().flatten() {
            members.push(member(call, wanted)?);
        }
        let id = call.of_mut(LEVEL).allocate().to_string();
        let mut level = json!({ "id": id, "schemeId": scheme, "name": name, "members": members });
        describe(&mut level, wanted["description"].as_str());
        call.of_mut(LEVEL).put(&id, level);
        if wanted["isDefault"] == true
            && let Some(scheme) = call.of_mut(SCHEME).get_mut(scheme)
        {
            scheme["default"] = json!(id);
        }
    }
    Ok(())
}

/// `PUT /issuesecurityschemes/{schemeId}/level/{levelId}`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut level = find(call)?;
    let id = text(&level, "id");
    if call.body.get("name").is_some() {
        let name = call.demand("name")?;
        unique(call, &text(&level, "schemeId"), &name, Some(&id))?;
        level["name"] = json!(name);
    }
    if let Some(description) = call.text("description") {
        describe(&mut level, Some(description));
    }
    call.of_mut(LEVEL).put(id, level);
    Ok(Answer::empty(204))
}

/// `PUT /issuesecurityschemes/level/default`.
pub(crate) fn set_default(call: &mut Call<'_>) -> Outcome {
    let wanted = call.body["defaultValues"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for value in &wanted {
        let (scheme, level) = (
            text(value, "issueSecuritySchemeId"),
            text(value, "defaultLevelId"),
        );
        security::find(call, &scheme)?;
        let level = call.find(LEVEL, &level, GONE)?;
        if level["schemeId"] != *scheme {
            return Err(Refusal::bad("The level is none of the scheme."));
        }
    }
    for value in wanted {
        let scheme = text(&value, "issueSecuritySchemeId");
        if let Some(scheme) = call.of_mut(SCHEME).get_mut(&scheme) {
            scheme["default"] = value["defaultLevelId"].clone();
        }
    }
    Ok(Answer::empty(204))
}

/// `DELETE /issuesecurityschemes/{schemeId}/level/{levelId}`: 303; the task moves the issues.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let level = find(call)?;
    let other = call.get("replaceWith").map(str::to_owned);
    if let Some(other) = &other {
        let other = call.find(LEVEL, other, GONE)?;
        if other["schemeId"] != level["schemeId"] || other["id"] == level["id"] {
            return Err(Refusal::bad(
                "The replacement is no other level of the scheme.",
            ));
        }
    }
    let with = json!({ "level": level["id"], "other": other });
    Ok(tasks::started(call, "remove issue security level", &with))
}

/// What the task does.
pub(crate) fn purge(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let id = text(with, "level");
    tenant
        .of_mut(LEVEL)
        .remove(&id)
        .ok_or("The level is gone.")?;
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if issue["security"] == *id {
            put(issue, Some(&with["other"]).filter(|other| !other.is_null()));
        }
    }
    for scheme in tenant.of_mut(SCHEME).values_mut() {
        if scheme["default"] == *id
            && let Some(members) = scheme.as_object_mut()
        {
            members.remove("default");
        }
    }
    Ok("The issue security level was removed.".to_owned())
}

/// `GET /issuesecurityschemes/level/member`.
pub(crate) fn list_members(call: &mut Call<'_>) -> Outcome {
    let ids = call.list("id");
    let mut shown = Vec::new();
    for level in kept(call, "levelId", "schemeId") {
        for member in level["members"].as_array().into_iter().flatten() {
            if ids.is_empty() || ids.contains(&text(member, "id")) {
                let mut holder = json!({ "type": member["type"] });
                if let Some(parameter) = member.get("parameter") {
                    holder["parameter"] = parameter.clone();
                    holder["value"] = parameter.clone();
                }
                shown.push(json!({
                    "id": member["id"], "holder": holder, "issueSecurityLevelId": level["id"],
                    "issueSecuritySchemeId": level["schemeId"],
                }));
            }
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `PUT /issuesecurityschemes/{schemeId}/level/{levelId}/member`.
pub(crate) fn add_members(call: &mut Call<'_>) -> Outcome {
    let mut level = find(call)?;
    for wanted in call.body["members"].as_array().cloned().unwrap_or_default() {
        let same = |m: &Value| {
            m["type"] == wanted["type"] && m.get("parameter") == wanted.get("parameter")
        };
        if level["members"].as_array().into_iter().flatten().any(same) {
            return Err(Refusal::bad("It is a member of the level already."));
        }
        let member = member(call, &wanted)?;
        if let Some(members) = level["members"].as_array_mut() {
            members.push(member);
        }
    }
    call.of_mut(LEVEL).put(text(&level, "id"), level);
    Ok(Answer::empty(204))
}

/// `DELETE /issuesecurityschemes/{schemeId}/level/{levelId}/member/{memberId}`.
pub(crate) fn remove_member(call: &mut Call<'_>) -> Outcome {
    let mut level = find(call)?;
    let id = call.id("memberId");
    let members = level["members"].as_array_mut();
    let members = members.ok_or_else(|| Refusal::not_found("The member was not found."))?;
    let all = members.len();
    members.retain(|m| m["id"] != *id);
    if members.len() == all {
        return Err(Refusal::not_found("The member was not found."));
    }
    call.of_mut(LEVEL).put(text(&level, "id"), level);
    Ok(Answer::empty(204))
}

/// A level as it is shown everywhere; an unset description is left out.
pub(super) fn show(call: &Call<'_>, level: &Value) -> Value {
    let (id, scheme) = (text(level, "id"), text(level, "schemeId"));
    let default = call
        .of(SCHEME)
        .get(&scheme)
        .is_some_and(|s| s["default"] == *id);
    let mut shown = json!({
        "id": id, "name": level["name"], "issueSecuritySchemeId": scheme, "isDefault": default,
        "self": call.link(&format!("/rest/api/3/securitylevel/{id}")),
    });
    if let Some(description) = level.get("description") {
        shown["description"] = description.clone();
    }
    shown
}

/// Gives an issue a level, or none.
pub(super) fn put(issue: &mut Value, level: Option<&Value>) {
    match (level, issue.as_object_mut()) {
        (Some(level), Some(members)) => drop(members.insert("security".to_owned(), level.clone())),
        (None, Some(members)) => drop(members.remove("security")),
        (_, None) => {}
    }
}

const GONE: &str = "The issue security level does not exist.";

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let scheme = call.id("schemeId");
    security::find(call, &scheme)?;
    let level = call.find(LEVEL, &call.id("levelId"), GONE)?;
    if level["schemeId"] != *scheme {
        return Err(Refusal::not_found(GONE));
    }
    Ok(level)
}

/// The levels that two list parameters ask for.
fn kept<'a>(call: &'a Call<'_>, ids: &'a str, schemes: &'a str) -> impl Iterator<Item = &'a Value> {
    let wanted = |list: &[String], value: String| list.is_empty() || list.contains(&value);
    call.of(LEVEL).values().filter(move |l| {
        wanted(call.list(ids), text(l, "id")) && wanted(call.list(schemes), text(l, "schemeId"))
    })
}

/// A new member: a holder that there is.
fn member(call: &mut Call<'_>, wanted: &Value) -> Result<Value, Refusal> {
    let (kind, parameter) = (text(wanted, "type"), text(wanted, "parameter"));
    let known = match kind.as_str() {
        "user" => call.tenant.user(&parameter).is_some(),
        "group" => super::groups::named(call, &parameter).is_ok(),
        "projectrole" | "projectRole" => {
            call.of(super::role_actors::ROLE).get(&parameter).is_some()
        }
        _ => true,
    };
    if !known {
        return Err(Refusal::field(
            "members",
            format!("There is no {kind} {parameter}."),
        ));
    }
    let id = (30_000 + call.tenant.entropy.next() % 1_000_000).to_string();
    let mut member = json!({ "id": id, "type": kind });
    if let Some(parameter) = wanted.get("parameter") {
        member["parameter"] = parameter.clone();
    }
    Ok(member)
}

fn unique(call: &Call<'_>, scheme: &str, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let same = |l: &Value| l["schemeId"] == *scheme && text(l, "name").eq_ignore_ascii_case(name);
    let mut others = call.of(LEVEL).entries().filter(|(id, _)| Some(*id) != own);
    if name.trim().is_empty() || others.any(|(_, l)| same(l)) {
        return Err(Refusal::field("name", "is blank, or taken in the scheme"));
    }
    Ok(())
}
