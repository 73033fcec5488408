//! Copies of dashboards, and changes of several at once.

use serde_json::{Map, Value, json};

use super::dashboards::{find, show, written};
use super::gadgets::{GADGET, PROPERTY};
use super::projects::text;
use super::shares;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `POST /dashboard/{id}/copy`: with the gadgets and what apps keep with them.
pub(crate) fn copy(call: &mut Call<'_>) -> Outcome {
    let source = find(call, 404)?;
    let account = call.account.clone();
    let mut made = written(call, json!({ "id": "", "owner": account, "popularity": 0 }))?;
    let id = call.of_mut(Kind::Dashboard).allocate().to_string();
    made["id"] = json!(id);
    if call.text("description").is_none()
        && let Some(description) = source.get("description")
    {
        made["description"] = description.clone();
    }
    let gadgets: Vec<Value> = call
        .of(GADGET)
        .values()
        .filter(|g| g["dashboardId"] == source["id"])
        .cloned()
        .collect();
    for mut gadget in gadgets {
        let (old, new) = (gadget["id"].clone(), call.of_mut(GADGET).allocate());
        gadget["id"] = json!(new);
        gadget["dashboardId"] = json!(id);
        call.of_mut(GADGET).put(new.to_string(), gadget);
        let kept: Vec<Value> = call
            .of(PROPERTY)
            .values()
            .filter(|p| p["itemId"] == old)
            .cloned()
            .collect();
        for mut property in kept {
            let key = format!("{new}/{}", text(&property, "key"));
            property["itemId"] = json!(new);
            property["id"] = json!(key);
            call.of_mut(PROPERTY).put(key, property);
        }
    }
    call.of_mut(Kind::Dashboard).put(id, made.clone());
    Ok(Answer::ok(show(call, &made)))
}

/// `PUT /dashboard/bulk/edit`: what cannot be done is told of each dashboard, with status 200.
pub(crate) fn edit(call: &mut Call<'_>) -> Outcome {
    let ids = call.body["entityIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if ids.is_empty() || ids.len() > 100 {
        return Err(Refusal::field("entityIds", "names 1 to 100 dashboards"));
    }
    let action = call.demand("action")?;
    let change = wanted(call, &action)?;
    let mut faults = Map::new();
    for id in ids {
        let id = id.to_string();
        let done = match call.of(Kind::Dashboard).get(&id).cloned() {
            None => Err("There is no such dashboard.".to_owned()),
            Some(dashboard) => changed(call, dashboard, &change),
        };
        match done {
            Ok(dashboard) => call.of_mut(Kind::Dashboard).put(&id, dashboard),
            Err(why) => {
                faults.insert(id, json!({ "errorMessages": [why], "errors": {} }));
            }
        }
    }
    Ok(Answer::ok(
        json!({ "action": action, "entityErrors": faults }),
    ))
}

enum Change {
    Owner {
        account: String,
        rename: bool,
    },
    /// Both lists, and whether they take the place of those before, go beside them, or go out.
    Shares(Value, How),
}

#[derive(Clone, Copy)]
enum How {
    Replace,
    Add,
    Remove,
}

fn wanted(call: &mut Call<'_>, action: &str) -> Result<Change, Refusal> {
    let how = match action {
        "changeOwner" => {
            let details = &call.body["changeOwnerDetails"];
            let account = text(details, "newOwner");
            if call.tenant.user(&account).is_none() {
                return Err(Refusal::field("newOwner", "is nobody"));
            }
            let rename = details["autofixName"] == true;
            return Ok(Change::Owner { account, rename });
        }
        "changePermission" => How::Replace,
        "addPermission" => How::Add,
        _ => How::Remove,
    };
    let details = call.body["permissionDetails"].clone();
    if details.is_null() {
        return Err(Refusal::field("permissionDetails", "is required"));
    }
    let whole = std::mem::replace(&mut call.body, details);
    let mut lists = json!({});
    for member in ["sharePermissions", "editPermissions"] {
        lists[member] = shares::read(call, member)?;
    }
    call.body = whole;
    Ok(Change::Shares(lists, how))
}

fn changed(call: &Call<'_>, mut dashboard: Value, change: &Change) -> Result<Value, String> {
    let as_admin = call.body["extendAdminPermissions"] == true;
    let may = as_admin && call.tenant.is_site_admin(&call.account);
    if dashboard["owner"] != *call.account && !may {
        return Err("Only the owner can change the dashboard.".to_owned());
    }
    match change {
        Change::Owner { account, rename } => {
            let taken = |name: &str| {
                let same = |d: &Value| {
                    d["name"] == *name && d["owner"] == **account && d["id"] != dashboard["id"]
                };
                call.of(Kind::Dashboard).find(same).is_some()
            };
            let name = text(&dashboard, "name");
            if taken(&name) {
                if !rename {
                    return Err("The new owner has a dashboard of this name.".to_owned());
                }
                let free = (1..=call.of(Kind::Dashboard).values().count())
                    .map(|n| format!("{name} ({n})"))
                    .find(|name| !taken(name));
                dashboard["name"] = json!(free);
            }
            dashboard["owner"] = json!(account);
        }
        Change::Shares(lists, how) => {
            for member in ["sharePermissions", "editPermissions"] {
                let given = lists[member].as_array().cloned().unwrap_or_default();
                let had = dashboard[member].as_array().cloned().unwrap_or_default();
                dashboard[member] = Value::Array(merged(had, given, *how));
            }
        }
    }
    Ok(dashboard)
}

fn merged(had: Vec<Value>, given: Vec<Value>, how: How) -> Vec<Value> {
    let among = |share: &Value, list: &[Value]| list.iter().any(|other| shares::same(share, other));
    match how {
        How::Replace => given,
        How::Remove => had.into_iter().filter(|s| !among(s, &given)).collect(),
        How::Add => {
            let new: Vec<Value> = given.into_iter().filter(|s| !among(s, &had)).collect();
            had.into_iter().chain(new).collect()
        }
    }
}
