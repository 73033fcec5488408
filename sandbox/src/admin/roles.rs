//! Roles of users and groups on the organisation and its apps.

use serde_json::{Value, json};

use super::groups;
use super::organization::{paged, record};
use super::users;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET .../groups/{groupId}/role-assignments`.
pub(crate) fn of_group(call: &mut Call<'_>) -> Outcome {
    let group = groups::find(call)?;
    let held = entries(&group).into_iter().filter(|e| wanted(call, e));
    let held: Vec<Value> = held.collect();
    Ok(Answer::ok(paged(call, &held, size(call))?))
}

/// `GET .../users/{accountId}/role-assignments`: those on the organisation, then those that groups
/// give.
pub(crate) fn of_user(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    let user = users::find(call, &account)?;
    let own = user["platformRoles"].as_array().cloned();
    let org = format!("ari:cloud:platform::org/{}", call.tenant.org_id);
    let mut held = vec![];
    if let Some(roles) = own.filter(|r| !r.is_empty()) {
        held.push((org, "platform".to_owned(), roles, "direct"));
    }
    let groups = call.of(Kind::OrgGroup).values();
    let in_it = groups.filter(|g| {
        let members = g["members"].as_array();
        members.is_some_and(|m| m.contains(&user["accountId"]))
    });
    for entry in in_it.flat_map(entries) {
        let roles = entry["roles"].as_array().cloned().unwrap_or_default();
        let (resource, owner) = (text(&entry, "resourceId"), text(&entry, "resourceOwner"));
        match held.iter_mut().find(|(id, ..)| *id == resource) {
            Some((_, _, known, _)) => {
                let new = roles.into_iter().filter(|r| !known.contains(r));
                let new: Vec<Value> = new.collect();
                known.extend(new);
            }
            None => held.push((resource, owner, roles, "group_direct")),
        }
    }
    let shown = held.into_iter().map(|(resource, owner, roles, how)| {
        let each = |role: &Value| json!({ "role": role, "roleAssignmentMethods": [how] });
        let assignments: Vec<Value> = roles.iter().map(each).collect();
        json!({
            "resourceId": resource, "resourceOwner": owner, "roles": roles,
            "roleAssignments": assignments, "directoryId": user["directoryId"],
            "userDirectoryStatus": user["membershipStatus"],
        })
    });
    let shown: Vec<Value> = shown.filter(|e| wanted(call, e)).collect();
    Ok(Answer::ok(paged(call, &shown, size(call))?))
}

/// `POST .../groups/{groupId}/role-assignments/assign`.
pub(crate) fn give_to_group(call: &mut Call<'_>) -> Outcome {
    let group = groups::find(call)?;
    let (resource, role) = (call.demand("resourceId")?, call.demand("roleId")?);
    let owner = resource.split(':').nth(2).unwrap_or_default().to_owned();
    if owner.is_empty() || !role.starts_with("atlassian/") {
        return Err(Refusal::bad("There is no such app or role."));
    }
    change(call, &group, |held| {
        let known = held.iter().position(|e| e["resourceId"] == *resource);
        let at = known.unwrap_or(held.len());
        if known.is_none() {
            held.push(json!({ "resourceId": resource, "resourceOwner": owner, "roles": [] }));
        }
        let entry = &mut held[at];
        if let Some(roles) = entry["roles"].as_array_mut()
            && !roles.iter().any(|r| *r == *role)
        {
            roles.push(json!(role));
            roles.sort_by_key(ToString::to_string);
        }
    });
    let what = format!("{role} was given to {}", text(&group, "name"));
    record(call, "group_role_assigned", &what);
    Ok(Answer::empty(200))
}

/// `POST .../groups/{groupId}/role-assignments/revoke`.
pub(crate) fn take_from_group(call: &mut Call<'_>) -> Outcome {
    let group = groups::find(call)?;
    let (resource, role) = (call.demand("resourceId")?, call.demand("roleId")?);
    change(call, &group, |held| {
        for entry in held.iter_mut().filter(|e| e["resourceId"] == *resource) {
            if let Some(roles) = entry["roles"].as_array_mut() {
                roles.retain(|r| *r != *role);
            }
        }
        held.retain(|e| e["roles"].as_array().is_some_and(|r| !r.is_empty()));
    });
    let what = format!("{role} was taken from {}", text(&group, "name"));
    record(call, "group_role_revoked", &what);
    Ok(Answer::empty(204))
}

/// `POST /v1/orgs/{orgId}/users/{userId}/role-assignments/assign`.
pub(crate) fn give_to_user(call: &mut Call<'_>) -> Outcome {
    let role = json!(call.demand("role")?);
    on_user(call, "user_role_assigned", |roles| {
        if !roles.contains(&role) {
            roles.push(role.clone());
        }
    })
}

/// `POST /v1/orgs/{orgId}/users/{userId}/role-assignments/revoke`.
pub(crate) fn take_from_user(call: &mut Call<'_>) -> Outcome {
    let role = json!(call.demand("role")?);
    on_user(call, "user_role_revoked", |roles| {
        roles.retain(|r| *r != role);
    })
}

fn on_user(call: &mut Call<'_>, action: &str, f: impl Fn(&mut Vec<Value>)) -> Outcome {
    let id = call.id("userId");
    let user = call.find(Kind::OrgUser, &id, "The user was not found.")?;
    let stored = call.of_mut(Kind::OrgUser).get_mut(&id);
    if let Some(roles) = stored.and_then(|u| u["platformRoles"].as_array_mut()) {
        f(roles);
    }
    let what = format!("A role of {} was changed", text(&user, "name"));
    record(call, action, &what);
    Ok(Answer::empty(204))
}

fn change(call: &mut Call<'_>, group: &Value, f: impl Fn(&mut Vec<Value>)) {
    let stored = call.of_mut(Kind::OrgGroup).get_mut(&text(group, "id"));
    if let Some(held) = stored.and_then(|g| g["roles"].as_array_mut()) {
        f(held);
    }
}

fn entries(group: &Value) -> Vec<Value> {
    group["roles"].as_array().cloned().unwrap_or_default()
}

fn size(call: &Call<'_>) -> usize {
    call.number("limit").unwrap_or(20)
}

/// Whether the filters of the query keep an entry.
fn wanted(call: &Call<'_>, entry: &Value) -> bool {
    let is = |name: &str, member: &str| {
        let asked = call.list(name);
        asked.is_empty() || asked.iter().any(|a| entry[member] == **a)
    };
    let roles = call.list("roleIds");
    let held = entry["roles"].as_array().map_or(&[][..], Vec::as_slice);
    is("resourceIds", "resourceId")
        && is("resourceOwners", "resourceOwner")
        && (roles.is_empty() || held.iter().any(|h| roles.iter().any(|r| *h == **r)))
}
