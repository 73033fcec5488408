//! Owners, columns and shares of saved filters.

use serde_json::{Value, json};

use super::filters::visible;
use super::projects::text;
use super::shares as read_shares;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

const SCOPE: Kind = Kind("ShareScope");

/// Navigable fields that are no documents of the sandbox, with their labels.
const SYSTEM: [(&str, &str); 6] = [
    ("issuekey", "Key"),
    ("issuetype", "Issue Type"),
    ("reporter", "Reporter"),
    ("created", "Created"),
    ("updated", "Updated"),
    ("resolution", "Resolution"),
];

/// The filter that the path names, if the caller may see it.
fn find(call: &Call<'_>, status: u16) -> Result<Value, Refusal> {
    call.of(Kind::Filter)
        .get(&call.id("id"))
        .filter(|f| visible(call, f))
        .cloned()
        .ok_or_else(|| Refusal::new(status, "The selected filter is not available to you."))
}

/// The same for what its owner alone may do.
fn own(call: &Call<'_>, missing: u16, others: u16) -> Result<Value, Refusal> {
    let filter = find(call, missing)?;
    if filter["owner"] != *call.account {
        return Err(Refusal::new(others, "You do not own the filter."));
    }
    Ok(filter)
}

fn put(call: &mut Call<'_>, filter: Value) {
    let id = text(&filter, "id");
    call.of_mut(Kind::Filter).put(id, filter);
}

/// `PUT /filter/{id}/owner`.
pub(crate) fn set_owner(call: &mut Call<'_>) -> Outcome {
    let mut filter = find(call, 404)?;
    if filter["owner"] != *call.account && !call.tenant.is_site_admin(&call.account) {
        return Err(Refusal::forbidden("You do not own the filter."));
    }
    let account = call.id_in_body("accountId");
    if call.tenant.user(&account).is_none() {
        return Err(Refusal::not_found("The new owner was not found."));
    }
    let same = |f: &Value| {
        f["name"] == filter["name"] && f["owner"] == *account && f["id"] != filter["id"]
    };
    if call.of(Kind::Filter).find(same).is_some() {
        return Err(Refusal::bad("The new owner has a filter of this name."));
    }
    filter["owner"] = json!(account);
    put(call, filter);
    Ok(Answer::empty(204))
}

/// The name of a field that can be a column.
fn label(call: &Call<'_>, field: &str) -> Option<String> {
    let system = SYSTEM.iter().find(|(id, _)| *id == field);
    let stored = || call.of(Kind::Field).get(field).map(|f| text(f, "name"));
    system.map(|(_, name)| (*name).to_owned()).or_else(stored)
}

/// `GET /filter/{id}/columns`: 404 where none were chosen.
pub(crate) fn columns(call: &mut Call<'_>) -> Outcome {
    let filter = find(call, 400)?;
    let chosen = filter["columns"]
        .as_array()
        .ok_or_else(|| Refusal::not_found("The filter has no columns of its own."))?;
    let shown: Vec<Value> = chosen
        .iter()
        .filter_map(Value::as_str)
        .map(|field| json!({ "label": label(call, field), "value": field }))
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `PUT /filter/{id}/columns`.
pub(crate) fn set_columns(call: &mut Call<'_>) -> Outcome {
    let mut filter = own(call, 400, 403)?;
    let columns = call.body["columns"].as_array().cloned().unwrap_or_default();
    for column in &columns {
        let field = column.as_str().unwrap_or_default();
        if label(call, field).is_none() {
            return Err(Refusal::bad(format!("{field} cannot be a column.")));
        }
    }
    filter["columns"] = Value::Array(columns);
    put(call, filter);
    Ok(Answer::empty(200))
}

/// `DELETE /filter/{id}/columns`.
pub(crate) fn reset_columns(call: &mut Call<'_>) -> Outcome {
    let mut filter = own(call, 400, 400)?;
    filter.as_object_mut().map(|f| f.remove("columns"));
    put(call, filter);
    Ok(Answer::empty(204))
}

/// `GET /filter/{id}/permission`.
pub(crate) fn shares(call: &mut Call<'_>) -> Outcome {
    let filter = find(call, 404)?;
    Ok(Answer::ok(read_shares::show(
        call,
        &filter["sharePermissions"],
    )))
}

/// `GET /filter/{id}/permission/{permissionId}`.
pub(crate) fn one_share(call: &mut Call<'_>) -> Outcome {
    let filter = find(call, 404)?;
    let share = share_of(call, &filter)?;
    let shown = read_shares::show(call, &json!([share]));
    Ok(Answer::ok(shown[0].clone()))
}

fn share_of(call: &Call<'_>, filter: &Value) -> Result<Value, Refusal> {
    let wanted = call.id("permissionId");
    let mut stored = filter["sharePermissions"].as_array().into_iter().flatten();
    stored
        .find(|s| s["id"].as_u64() == wanted.parse().ok())
        .cloned()
        .ok_or_else(|| Refusal::not_found("The share was not found."))
}

/// `POST /filter/{id}/permission`: one for all takes the place of the others.
pub(crate) fn share(call: &mut Call<'_>) -> Outcome {
    let mut filter = own(call, 404, 400)?;
    let given = as_share(call)?;
    call.body = json!({ "sharePermissions": [given] });
    let new = read_shares::read(call, "sharePermissions")?[0].clone();
    let mut stored = filter["sharePermissions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let for_all = |share: &Value| share["type"] == "global" || share["type"] == "loggedin";
    if stored.iter().any(|old| read_shares::same(old, &new)) {
        return Err(Refusal::bad("The filter is shared so already."));
    }
    if for_all(&new) {
        stored.clear();
    } else if stored.iter().any(for_all) {
        return Err(Refusal::bad("Take away the share with all first."));
    }
    stored.push(new);
    filter["sharePermissions"] = Value::Array(stored);
    let shown = read_shares::show(call, &filter["sharePermissions"]);
    put(call, filter);
    Ok(Answer::created(shown))
}

/// What the body of a share asks for, as the body of a filter would.
fn as_share(call: &Call<'_>) -> Result<Value, Refusal> {
    let kind = call.id_in_body("type");
    let needed = |name: &str| call.demand(name);
    Ok(match kind.as_str() {
        "user" => json!({ "type": kind, "user": { "accountId": needed("accountId")? } }),
        "project" => json!({ "type": kind, "project": { "id": needed("projectId")? } }),
        "projectRole" => {
            let role = needed("projectRoleId")?;
            let known = call.tenant.get(Kind("ProjectRole"), &role).cloned();
            let known = known.ok_or_else(|| Refusal::field("projectRoleId", "is no role"))?;
            json!({ "type": kind, "project": { "id": needed("projectId")? }, "role": known })
        }
        "group" => match (call.text("groupId"), call.text("groupname")) {
            (Some(id), None) => json!({ "type": kind, "group": { "groupId": id } }),
            (None, Some(name)) => json!({ "type": kind, "group": { "name": name } }),
            _ => return Err(Refusal::bad("Name the group by its id or by its name.")),
        },
        _ => json!({ "type": kind }),
    })
}

/// `DELETE /filter/{id}/permission/{permissionId}`.
pub(crate) fn unshare(call: &mut Call<'_>) -> Outcome {
    let mut filter = own(call, 404, 404)?;
    let gone = share_of(call, &filter)?;
    if let Some(stored) = filter["sharePermissions"].as_array_mut() {
        stored.retain(|s| s["id"] != gone["id"]);
    }
    put(call, filter);
    Ok(Answer::empty(204))
}

/// `GET /filter/defaultShareScope`: of the caller.
pub(crate) fn scope(call: &mut Call<'_>) -> Outcome {
    let stored = call.of(SCOPE).get(&call.account);
    let scope = stored.map_or_else(|| "PRIVATE".to_owned(), |s| text(s, "scope"));
    Ok(Answer::ok(json!({ "scope": scope })))
}

/// `PUT /filter/defaultShareScope`.
pub(crate) fn set_scope(call: &mut Call<'_>) -> Outcome {
    let (account, scope) = (call.account.clone(), call.id_in_body("scope"));
    let stored = json!({ "id": account, "scope": scope });
    call.of_mut(SCOPE).put(account, stored);
    Ok(Answer::ok(json!({ "scope": scope })))
}
