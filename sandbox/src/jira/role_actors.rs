//! Who holds a role: by default in new projects, and in each project. An actor bears a number of its
//! own, and another one whenever it is put in again.

use serde_json::{Value, json};

use super::groups;
use super::people;
use super::projects::{text, visible};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// A role of the site; `members` are its default actors.
pub(crate) const ROLE: Kind = Kind("ProjectRole");
/// The actors of a role in a project: `<project>/<role>`, there only where somebody holds it.
pub(crate) const ACTORS: Kind = Kind("RoleActors");

/// `GET /project/{projectIdOrKey}/role/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let (project, role) = place(call)?;
    Ok(Answer::ok(in_project(call, &project, &role)))
}

/// `GET /project/{projectIdOrKey}/roledetails`.
pub(crate) fn details(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    let id = text(&project, "id");
    let mine = |role: &&Value| {
        let names = [role["id"].to_string(), String::new()];
        !call.flag("currentMember") || holds(call.tenant, &id, &names, &call.account)
    };
    let shown: Vec<Value> = call
        .of(ROLE)
        .values()
        .filter(mine)
        .map(|role| {
            let mut shown = show(call, role);
            if let Some(members) = shown.as_object_mut() {
                members.remove("actors");
            }
            let path = format!("/rest/api/3/project/{id}/role/{}", role["id"]);
            shown["self"] = json!(call.link(&path));
            shown["type"] = json!("DEFAULT");
            shown
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `POST /project/{projectIdOrKey}/role/{id}`.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let (project, role) = place(call)?;
    let mut held = actors(call.tenant, &text(&project, "id"), &role);
    join(call, &mut held)?;
    keep(call, &project, &role, &held);
    Ok(Answer::ok(in_project(call, &project, &role)))
}

/// `PUT /project/{projectIdOrKey}/role/{id}`: those who are named are all who hold it.
pub(crate) fn set(call: &mut Call<'_>) -> Outcome {
    let (project, role) = place(call)?;
    let before = actors(call.tenant, &text(&project, "id"), &role);
    let named = call.body["categorisedActors"].take();
    call.body = json!({
        "user": named["atlassian-user-role-actor"], "groupId": named["atlassian-group-role-actor-id"],
        "group": named["atlassian-group-role-actor"],
    });
    let mut held = Vec::new();
    if call
        .body
        .as_object()
        .is_some_and(|b| b.values().any(|l| l != &json!([]) && !l.is_null()))
    {
        join(call, &mut held)?;
    }
    // Whoever held it before keeps the number.
    for actor in &mut held {
        if let Some(same) = before.iter().find(|b| named_by(b) == named_by(actor)) {
            *actor = same.clone();
        }
    }
    keep(call, &project, &role, &held);
    Ok(Answer::ok(in_project(call, &project, &role)))
}

/// `DELETE /project/{projectIdOrKey}/role/{id}`.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let (project, role) = place(call)?;
    let mut held = actors(call.tenant, &text(&project, "id"), &role);
    leave(call, &mut held)?;
    keep(call, &project, &role, &held);
    Ok(Answer::empty(204))
}

/// `POST /role/{id}/actors`.
pub(crate) fn add_default(call: &mut Call<'_>) -> Outcome {
    let mut role = role(call)?;
    let mut held = members(&role);
    join(call, &mut held)?;
    role["members"] = json!(held);
    call.of_mut(ROLE).put(call_id(&role), role.clone());
    Ok(Answer::ok(show(call, &role)))
}

/// `DELETE /role/{id}/actors`.
pub(crate) fn remove_default(call: &mut Call<'_>) -> Outcome {
    let mut role = role(call)?;
    let mut held = members(&role);
    leave(call, &mut held)?;
    role["members"] = json!(held);
    call.of_mut(ROLE).put(call_id(&role), role.clone());
    Ok(Answer::ok(show(call, &role)))
}

/// Whether an account holds the role of one of these ids in a project, itself or by a group.
pub(super) fn holds(tenant: &Tenant, project: &str, roles: &[String], account: &str) -> bool {
    roles.iter().any(|role| {
        let kept = tenant.get(ACTORS, &format!("{project}/{role}"));
        kept.map(members).into_iter().flatten().any(|actor| {
            actor["account"] == *account || groups::holds(tenant, &text(&actor, "group"), account)
        })
    })
}

/// A new project gets the default actors of every role.
pub(super) fn begin(call: &mut Call<'_>, project: &Value) {
    let roles: Vec<Value> = call.of(ROLE).values().cloned().collect();
    for role in roles {
        keep(call, project, &role, &members(&role));
    }
}

/// A role with the actors that stand in the document.
pub(crate) fn show(call: &Call<'_>, role: &Value) -> Value {
    let mut shown = role.clone();
    shown["actors"] = members(role).iter().map(|a| show_actor(call, a)).collect();
    shown["self"] = json!(call.link(&format!("/rest/api/3/role/{}", role["id"])));
    if let Some(all) = shown.as_object_mut() {
        all.remove("members");
    }
    shown
}

fn in_project(call: &Call<'_>, project: &Value, role: &Value) -> Value {
    let id = text(project, "id");
    let away = |actor: &Value| {
        let user = call
            .tenant
            .user(actor["account"].as_str().unwrap_or_default());
        call.flag("excludeInactiveUsers") && user.is_some_and(|u| u["active"] == false)
    };
    let held = actors(call.tenant, &id, role);
    let held: Vec<Value> = held.into_iter().filter(|a| !away(a)).collect();
    let mut role = role.clone();
    role["members"] = json!(held);
    let mut shown = show(call, &role);
    shown["self"] = json!(call.link(&format!("/rest/api/3/project/{id}/role/{}", role["id"])));
    shown
}

fn show_actor(call: &Call<'_>, actor: &Value) -> Value {
    let mut shown = json!({ "id": actor["id"], "avatarUrl": people::avatars("actor")["16x16"] });
    if let Some(account) = actor["account"].as_str() {
        shown["displayName"] = json!(call.tenant.display_name(account));
        shown["type"] = json!("atlassian-user-role-actor");
        shown["actorUser"] = json!({ "accountId": account });
    } else {
        let id = text(actor, "group");
        let name = call.of(Kind::Group).get(&id).map(|g| text(g, "name"));
        let name = name.unwrap_or_default();
        shown["displayName"] = json!(name);
        shown["name"] = json!(name);
        shown["type"] = json!("atlassian-group-role-actor");
        shown["actorGroup"] = json!({ "displayName": name, "name": name, "groupId": id });
    }
    shown
}

fn place(call: &Call<'_>) -> Result<(Value, Value), Refusal> {
    Ok((visible(call, "projectIdOrKey")?, role(call)?))
}

fn role(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(ROLE, &call.id("id"), "The project role was not found.")
}

fn call_id(role: &Value) -> String {
    role["id"].to_string()
}

fn members(document: &Value) -> Vec<Value> {
    document["members"].as_array().cloned().unwrap_or_default()
}

fn actors(tenant: &Tenant, project: &str, role: &Value) -> Vec<Value> {
    let kept = tenant.get(ACTORS, &format!("{project}/{}", role["id"]));
    kept.map(members).unwrap_or_default()
}

fn keep(call: &mut Call<'_>, project: &Value, role: &Value, held: &[Value]) {
    let (project, role) = (text(project, "id"), role["id"].to_string());
    let id = format!("{project}/{role}");
    if held.is_empty() {
        call.of_mut(ACTORS).remove(&id);
        return;
    }
    let kept = json!({ "id": id, "projectId": project, "roleId": role, "members": held });
    call.of_mut(ACTORS).put(id, kept);
}

/// Adds the users and groups of the body; refused where one is there already, or is unknown.
fn join(call: &mut Call<'_>, held: &mut Vec<Value>) -> Result<(), Refusal> {
    let list = |name: &str| call.body[name].as_array().cloned().unwrap_or_default();
    let mut new = Vec::new();
    for account in list("user") {
        let known = account.as_str().and_then(|a| call.tenant.user(a));
        known.ok_or_else(|| Refusal::not_found(format!("There is no user {account}.")))?;
        new.push(json!({ "account": account }));
    }
    for wanted in list("groupId").into_iter().chain(list("group")) {
        let group = groups::named(call, wanted.as_str().unwrap_or_default())?;
        new.push(json!({ "group": group["groupId"] }));
    }
    if new.is_empty() {
        return Err(Refusal::bad("No user or group is given."));
    }
    for mut actor in new {
        if held.iter().any(|h| named_by(h) == named_by(&actor)) {
            return Err(Refusal::bad("It is an actor of the role already."));
        }
        actor["id"] = json!(20_000 + call.tenant.entropy.next() % 1_000_000);
        held.push(actor);
    }
    Ok(())
}

/// Takes the user or group out that a parameter names.
fn leave(call: &Call<'_>, held: &mut Vec<Value>) -> Result<(), Refusal> {
    let gone = if let Some(account) = call.get("user") {
        json!(account)
    } else {
        let group = ["groupId", "group"].iter().find_map(|p| call.get(p));
        let group = group.ok_or_else(|| Refusal::bad("No user or group is given."))?;
        groups::named(call, group)?["groupId"].clone()
    };
    let all = held.len();
    held.retain(|h| *named_by(h) != gone);
    if held.len() == all {
        return Err(Refusal::not_found("It is no actor of the role."));
    }
    Ok(())
}

fn named_by(actor: &Value) -> &Value {
    actor.get("account").unwrap_or(&actor["group"])
}
