//! Groups of a directory and their members.

use serde_json::{Value, json};

use super::organization::{asks, directory, record, searched};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `POST .../groups/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let directory = directory(call)?;
    let words = call.text("searchTerm").unwrap_or_default().to_lowercase();
    let accounts = call.body["accountIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let found: Vec<Value> = call
        .of(Kind::OrgGroup)
        .values()
        .filter(|g| directory == "-" || g["directoryId"] == *directory)
        .filter(|g| text(g, "name").to_lowercase().contains(&words))
        .filter(|g| asks(call, "groupNames", &g["name"]) && asks(call, "groupIds", &g["id"]))
        .filter(|g| {
            accounts.is_empty()
                || g["members"]
                    .as_array()
                    .is_some_and(|m| m.iter().any(|m| accounts.contains(m)))
        })
        .map(|g| show(call, g))
        .collect();
    Ok(Answer::ok(searched(call, &found)?))
}

/// `GET .../groups/{groupId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let group = find(call)?;
    Ok(Answer::ok(json!({ "data": show(call, &group) })))
}

/// `POST .../groups`: 201 without a body.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let directory = directory(call)?;
    let name = call.demand("name")?;
    let same =
        |g: &Value| g["directoryId"] == *directory && text(g, "name").eq_ignore_ascii_case(&name);
    if call.of(Kind::OrgGroup).find(same).is_some() {
        return Err(Refusal::conflict("A group with this name exists already."));
    }
    let id = call.tenant.entropy.uuid();
    let group = json!({
        "id": id, "directoryId": directory, "name": name, "members": [], "roles": [], "externalSynced": false,
        "description": call.text("description").unwrap_or(""),
    });
    call.of_mut(Kind::OrgGroup).put(&id, group);
    record(call, "group_created", &format!("Group {name} was created"));
    Ok(Answer::empty(201))
}

/// `DELETE .../groups/{groupId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let group = editable(call)?;
    call.of_mut(Kind::OrgGroup).remove(&text(&group, "id"));
    record(
        call,
        "group_deleted",
        &format!("Group {} was deleted", text(&group, "name")),
    );
    Ok(Answer::empty(204))
}

/// `POST .../groups/{groupId}/memberships`: 409 for one who is a member already.
pub(crate) fn add_member(call: &mut Call<'_>) -> Outcome {
    let group = editable(call)?;
    let account = json!(call.id_in_body("accountId"));
    if call
        .of(Kind::OrgUser)
        .find(|u| u["accountId"] == account)
        .is_none()
    {
        return Err(Refusal::not_found("The user was not found."));
    }
    if group["members"]
        .as_array()
        .is_some_and(|m| m.contains(&account))
    {
        return Err(Refusal::conflict(
            "The user is a member of the group already.",
        ));
    }
    change(call, &group, |members| members.push(account.clone()));
    record(
        call,
        "user_added_to_group",
        &format!("A user was added to {}", text(&group, "name")),
    );
    Ok(Answer::empty(204))
}

/// `DELETE .../groups/{groupId}/memberships/{accountId}`.
pub(crate) fn remove_member(call: &mut Call<'_>) -> Outcome {
    let group = editable(call)?;
    let account = json!(call.id("accountId"));
    if !group["members"]
        .as_array()
        .is_some_and(|m| m.contains(&account))
    {
        return Err(Refusal::not_found("The user is not a member of the group."));
    }
    change(call, &group, |members| members.retain(|m| *m != account));
    record(
        call,
        "user_removed_from_group",
        &format!("A user was removed from {}", text(&group, "name")),
    );
    Ok(Answer::empty(204))
}

fn change(call: &mut Call<'_>, group: &Value, f: impl Fn(&mut Vec<Value>)) {
    let stored = call.of_mut(Kind::OrgGroup).get_mut(&text(group, "id"));
    if let Some(members) = stored.and_then(|g| g["members"].as_array_mut()) {
        f(members);
    }
}

pub(super) fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let directory = directory(call)?;
    let group = call.find(
        Kind::OrgGroup,
        &call.id("groupId"),
        "The group was not found.",
    )?;
    if directory == "-" || group["directoryId"] == *directory {
        return Ok(group);
    }
    Err(Refusal::not_found(
        "The group was not found in the directory.",
    ))
}

/// A group that is not kept in step with an identity provider.
fn editable(call: &Call<'_>) -> Result<Value, Refusal> {
    let group = find(call)?;
    if group["externalSynced"] == true {
        return Err(Refusal::forbidden(
            "The group is synced from an identity provider.",
        ));
    }
    Ok(group)
}

fn show(call: &Call<'_>, group: &Value) -> Value {
    let mut shown = pick(
        group,
        &["id", "name", "description", "directoryId", "externalSynced"],
    );
    let own = group["externalSynced"] != true;
    shown["managedBy"] = json!("ADMINS");
    shown["managementAccess"] = json!({ "readable": true, "modifiable": own, "deletable": own });
    let expand = call.body["expand"].as_array();
    if expand.is_some_and(|e| !e.is_empty()) || call.body.is_null() {
        shown["counts"] =
            json!({ "users": group["members"].as_array().map_or(0, Vec::len), "resources": 1 });
    }
    shown
}
