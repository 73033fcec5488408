//! Groups as Jira sees them. Their members stand with the directory's group of the same name.

use serde_json::{Value, json};

use super::people;
use super::projects::text;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// `GET /group/bulk`.
pub(crate) fn bulk(call: &mut Call<'_>) -> Outcome {
    let (ids, names) = (call.list("groupId"), call.list("groupName"));
    let wanted = |list: &[String], value: String| list.is_empty() || list.contains(&value);
    let admins = matches!(call.get("accessType"), Some("site-admin" | "admin"));
    let shown: Vec<Value> = call
        .of(Kind::Group)
        .values()
        .filter(|g| wanted(ids, text(g, "groupId")) && wanted(names, text(g, "name")))
        .filter(|g| !admins || g["name"] == "site-admins")
        .map(|g| json!({ "groupId": g["groupId"], "name": g["name"] }))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /groups/picker`.
pub(crate) fn picker(call: &mut Call<'_>) -> Outcome {
    let folded = |text: String| {
        if call.flag("caseInsensitive") {
            text.to_lowercase()
        } else {
            text
        }
    };
    let words = folded(call.get("query").unwrap_or_default().to_owned());
    let left_out = call.list("excludeId");
    let found: Vec<&Value> = call
        .of(Kind::Group)
        .values()
        .filter(|g| folded(text(g, "name")).contains(&words))
        .filter(|g| !left_out.contains(&text(g, "groupId")))
        .collect();
    let most = call.number("maxResults").unwrap_or(20);
    let shown: Vec<Value> = found
        .iter()
        .take(most)
        .map(|g| json!({ "name": g["name"], "html": g["name"], "groupId": g["groupId"], "labels": [] }))
        .collect();
    let header = format!("Showing {} of {} matching groups", shown.len(), found.len());
    Ok(Answer::ok(
        json!({ "header": header, "total": found.len(), "groups": shown }),
    ))
}

/// `GET /user/groups`.
pub(crate) fn of_user(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    if call.tenant.user(&account).is_none() {
        return Err(Refusal::not_found("The user does not exist."));
    }
    let shown: Vec<Value> = call
        .of(Kind::Group)
        .values()
        .filter(|g| holds(call.tenant, &text(g, "groupId"), &account))
        .map(|g| named_as(call, g))
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `POST /group`: no members at first.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let group = make(call)?;
    Ok(Answer::created(show(call, &group)))
}

/// Makes a group of the body's name, which the site and the organisation's directory both hold.
pub(crate) fn make(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let name = call.demand("name")?;
    let same = |g: &Value| text(g, "name").eq_ignore_ascii_case(&name);
    if call.of(Kind::Group).find(same).is_some() {
        return Err(Refusal::bad("A group with this name already exists."));
    }
    let id = call.tenant.entropy.uuid();
    let directory = call.of(Kind::Directory).values().next();
    let directory = directory.map(|d| text(d, "id")).unwrap_or_default();
    let group = json!({ "id": id, "groupId": id, "name": name });
    call.of_mut(Kind::Group).put(&id, group.clone());
    let held = json!({
        "id": id, "directoryId": directory, "name": name, "description": "", "members": [],
        "externalSynced": false,
    });
    call.of_mut(Kind::OrgGroup).put(&id, held);
    Ok(group)
}

/// `DELETE /group`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let group = asked(call)?;
    if call.get("swapGroupId").is_some() {
        let other = named(call, &call.id("swapGroupId"))?;
        if other["groupId"] == group["groupId"] {
            return Err(Refusal::bad("The group cannot take its own place."));
        }
    }
    fed(call, &group)?;
    let (id, name) = (text(&group, "groupId"), text(&group, "name"));
    call.of_mut(Kind::Group).remove(&id);
    call.of_mut(Kind::OrgGroup).retain(|g| g["name"] != *name);
    Ok(Answer::empty(200))
}

/// `POST /group/user`.
pub(crate) fn add_user(call: &mut Call<'_>) -> Outcome {
    let group = asked(call)?;
    fed(call, &group)?;
    let account = call.demand("accountId")?;
    if call.tenant.user(&account).is_none() {
        return Err(Refusal::not_found("The user does not exist."));
    }
    if holds(call.tenant, &text(&group, "groupId"), &account) {
        return Err(Refusal::bad("The user is already a member of the group."));
    }
    change(call, &group, |members| members.push(json!(account)));
    Ok(Answer::created(show(call, &group)))
}

/// `DELETE /group/user`.
pub(crate) fn remove_user(call: &mut Call<'_>) -> Outcome {
    let group = asked(call)?;
    fed(call, &group)?;
    let account = call.id("accountId");
    if !holds(call.tenant, &text(&group, "groupId"), &account) {
        return Err(Refusal::bad("The user is not a member of the group."));
    }
    change(call, &group, |members| members.retain(|m| *m != account));
    Ok(Answer::empty(200))
}

/// Whether an account is a member of a group, by its id or name.
pub(super) fn holds(tenant: &Tenant, group: &str, account: &str) -> bool {
    let named = |g: &Value| g["groupId"] == *group || g["name"] == *group;
    let Some(group) = tenant.of(Kind::Group).find(named) else {
        return false;
    };
    let held = tenant
        .of(Kind::OrgGroup)
        .find(|g| g["name"] == group["name"]);
    let members = held.and_then(|g| g["members"].as_array());
    members.is_some_and(|members| members.iter().any(|m| *m == account))
}

/// A group by its id or name, or 404.
pub(super) fn named(call: &Call<'_>, wanted: &str) -> Result<Value, Refusal> {
    let is = |g: &Value| g["groupId"] == *wanted || g["name"] == *wanted;
    let found = call.of(Kind::Group).find(is).cloned();
    found.ok_or_else(|| Refusal::not_found("The group was not found."))
}

/// Takes an account out of every group.
pub(super) fn forget(call: &mut Call<'_>, account: &str) {
    for group in call.of_mut(Kind::OrgGroup).values_mut() {
        if let Some(members) = group["members"].as_array_mut() {
            members.retain(|m| *m != account);
        }
    }
}

/// A group's name, id and link.
pub(super) fn named_as(call: &Call<'_>, group: &Value) -> Value {
    let path = format!("/rest/api/3/group?groupId={}", text(group, "groupId"));
    json!({ "name": group["name"], "groupId": group["groupId"], "self": call.link(&path) })
}

fn asked(call: &Call<'_>) -> Result<Value, Refusal> {
    let wanted = ["groupId", "groupname"].iter().find_map(|p| call.get(p));
    let wanted = wanted.ok_or_else(|| Refusal::bad("No group is given."))?;
    named(call, wanted)
}

/// What an identity provider keeps is refused.
fn fed(call: &Call<'_>, group: &Value) -> Result<(), Refusal> {
    let held = call.of(Kind::OrgGroup).find(|g| g["name"] == group["name"]);
    if held.is_some_and(|g| g["externalSynced"] == true) {
        return Err(Refusal::bad("The group is kept by an identity provider."));
    }
    Ok(())
}

fn change(call: &mut Call<'_>, group: &Value, f: impl Fn(&mut Vec<Value>)) {
    let mut all = call.of_mut(Kind::OrgGroup).values_mut();
    let held = all.find(|g| g["name"] == group["name"]);
    if let Some(members) = held.and_then(|g| g["members"].as_array_mut()) {
        f(members);
    }
}

fn show(call: &Call<'_>, group: &Value) -> Value {
    let mut shown = named_as(call, group);
    let held = call.of(Kind::OrgGroup).find(|g| g["name"] == group["name"]);
    let members = held.and_then(|g| g["members"].as_array());
    let size = members.map_or(0, Vec::len);
    let users: Vec<Value> = members
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|account| people::user(call, account))
        .collect();
    shown["users"] = json!({
        "size": size, "items": users, "max-results": 50, "start-index": 0,
        "end-index": size.saturating_sub(1),
    });
    shown["expand"] = json!("users");
    shown
}
