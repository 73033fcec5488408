//! Users and groups as Confluence shows them. Groups are the site's; their members stand with the
//! organisation.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::groups;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /wiki/rest/api/group`, by name.
pub(crate) fn groups(call: &mut Call<'_>) -> Outcome {
    let wanted = call.get("accessType").map(str::to_owned);
    let gives = |g: &&Value| match wanted.as_deref() {
        None | Some("user") => true,
        Some(_) => text(g, "name").contains("admin"),
    };
    let mut found: Vec<&Value> = call.of(Kind::Group).values().filter(gives).collect();
    found.sort_by_key(|g| text(g, "name"));
    let shown: Vec<Value> = found.into_iter().map(show_group).collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `GET /wiki/rest/api/group/by-id`.
pub(crate) fn group(call: &mut Call<'_>) -> Outcome {
    let found = call.find(Kind::Group, &call.id("id"), "No group found")?;
    Ok(Answer::ok(show_group(&found)))
}

/// `GET /wiki/rest/api/group/picker`.
pub(crate) fn search_groups(call: &mut Call<'_>) -> Outcome {
    let words = call.id("query").to_lowercase();
    let all = call.of(Kind::Group).values();
    let shown: Vec<Value> = all
        .filter(|g| text(g, "name").to_lowercase().contains(&words))
        .map(show_group)
        .collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `GET /wiki/rest/api/group/{groupId}/membersByGroupId`.
pub(crate) fn members(call: &mut Call<'_>) -> Outcome {
    let group = call.find(Kind::OrgGroup, &call.id("groupId"), "No group found")?;
    let members = group["members"].as_array().into_iter().flatten();
    let shown: Vec<Value> = members
        .filter_map(Value::as_str)
        .map(|account| show_user(call, account))
        .collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `GET /wiki/rest/api/user/memberof`.
pub(crate) fn memberships(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    let of = groups_of(call, &account);
    let shown: Vec<Value> = of
        .iter()
        .filter_map(|id| call.tenant.get(Kind::Group, id))
        .map(show_group)
        .collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `POST /wiki/rest/api/group`.
pub(crate) fn create_group(call: &mut Call<'_>) -> Outcome {
    let group = groups::make(call)?;
    Ok(Answer::json(201, show_group(&group)))
}

/// `DELETE /wiki/rest/api/group/by-id`: with the permissions that name it.
pub(crate) fn delete_group(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    call.of_mut(Kind::Group)
        .remove(&id)
        .ok_or_else(|| Refusal::not_found("No group found"))?;
    call.of_mut(Kind::OrgGroup).remove(&id);
    call.of_mut(Kind::SpacePermission)
        .retain(|p| p["principal"]["id"] != *id);
    Ok(Answer::empty(204))
}

/// `POST /wiki/rest/api/group/userByGroupId`.
pub(crate) fn add_member(call: &mut Call<'_>) -> Outcome {
    let account = call.demand("accountId")?;
    let mut group = changeable(call, &account)?;
    let held = group["members"].as_array_mut();
    let held = held.ok_or_else(|| Refusal::bad("The group has no members."))?;
    if held.contains(&json!(account)) {
        return Err(Refusal::bad("The user is a member already."));
    }
    held.push(json!(account));
    call.of_mut(Kind::OrgGroup).put(text(&group, "id"), group);
    Ok(Answer::empty(201))
}

/// `DELETE /wiki/rest/api/group/userByGroupId`.
pub(crate) fn remove_member(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    let mut group = changeable(call, &account)?;
    if let Some(held) = group["members"].as_array_mut() {
        held.retain(|m| *m != account);
    }
    call.of_mut(Kind::OrgGroup).put(text(&group, "id"), group);
    Ok(Answer::empty(204))
}

/// The group of the request, where people and not an identity provider say who is in it.
fn changeable(call: &Call<'_>, account: &str) -> Result<Value, Refusal> {
    let group = call.find(Kind::OrgGroup, &call.id("groupId"), "No group found")?;
    if call.tenant.user(account).is_none() {
        return Err(Refusal::not_found("No user found"));
    }
    if group["externalSynced"] == true {
        return Err(Refusal::bad("An identity provider fills this group."));
    }
    Ok(group)
}

/// Whether there is such a user or group.
pub(crate) fn is_known(call: &Call<'_>, kind: &str, id: &str) -> bool {
    match kind.to_lowercase().as_str() {
        "user" => call.tenant.user(id).is_some(),
        "group" => call.tenant.get(Kind::Group, id).is_some(),
        _ => false,
    }
}

/// Ids of the groups that an account is in.
pub(super) fn groups_of(call: &Call<'_>, account: &str) -> Vec<String> {
    let is_in = |g: &&Value| {
        let mut members = g["members"].as_array().into_iter().flatten();
        members.any(|m| m == account)
    };
    let all = call.of(Kind::OrgGroup).values();
    all.filter(is_in).map(|g| text(g, "id")).collect()
}

pub(super) fn show_group(group: &Value) -> Value {
    json!({
        "type": "group", "name": group["name"], "id": group["id"], "managedBy": "ADMINS",
        "usageType": "USERBASE_GROUP", "_links": {},
    })
}

pub(super) fn show_user(call: &Call<'_>, account: &str) -> Value {
    json!({
        "type": "known", "accountId": account, "accountType": "atlassian", "email": "",
        "publicName": call.tenant.display_name(account), "displayName": call.tenant.display_name(account),
        "isExternalCollaborator": false, "_expandable": { "operations": "", "personalSpace": "" },
        "profilePicture": { "path": "/wiki/aa-avatar", "width": 48, "height": 48, "isDefault": false },
        "_links": { "self": call.link(&format!("/wiki/rest/api/user?accountId={account}")) },
    })
}
