//! Dashboards.

use serde_json::{Value, json};

use super::gadgets::{GADGET, PROPERTY};
use super::permissions::describe;
use super::projects::text;
use super::{people, shares};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// What a search shows of a dashboard only when `expand` names it.
const EXPANDABLE: [&str; 6] = [
    "description",
    "owner",
    "view",
    "sharePermissions",
    "editPermissions",
    "isWritable",
];

/// `GET /dashboard/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let words = call.get("dashboardName").unwrap_or_default().to_lowercase();
    let live = call.get("status").is_none_or(|s| s == "active");
    let found: Vec<Value> = call
        .of(Kind::Dashboard)
        .values()
        .filter(|d| live && text(d, "name").to_lowercase().contains(&words))
        .filter(|d| call.get("accountId").is_none_or(|a| d["owner"] == a))
        .filter(|d| shares::reaches(d, call.get("groupId"), call.get("projectId")))
        .map(|d| {
            let mut shown = show(call, d);
            if let Some(members) = shown.as_object_mut() {
                members.retain(|name, _| {
                    let asked = if name == "view" {
                        call.expands("viewUrl")
                    } else {
                        call.expands(name)
                    };
                    asked || !EXPANDABLE.contains(&name.as_str())
                });
            }
            shown
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &found, 50, 100)))
}

/// `GET /dashboard/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let dashboard = find(call, 404)?;
    Ok(Answer::ok(show(call, &dashboard)))
}

/// `POST /dashboard`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = call.of_mut(Kind::Dashboard).allocate().to_string();
    let account = call.account.clone();
    let dashboard = written(call, json!({ "id": id, "owner": account, "popularity": 0 }))?;
    call.of_mut(Kind::Dashboard).put(id, dashboard.clone());
    Ok(Answer::ok(show(call, &dashboard)))
}

/// `PUT /dashboard/{id}`: what the body leaves out is reset.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let dashboard = find(call, 404)?;
    owned(call, &dashboard)?;
    let dashboard = written(call, dashboard)?;
    call.of_mut(Kind::Dashboard)
        .put(text(&dashboard, "id"), dashboard.clone());
    Ok(Answer::ok(show(call, &dashboard)))
}

/// `DELETE /dashboard/{id}`: 400 for one that is not there.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let dashboard = find(call, 400)?;
    owned(call, &dashboard)?;
    let held: Vec<Value> = call
        .of(GADGET)
        .values()
        .filter(|g| g["dashboardId"] == dashboard["id"])
        .map(|g| g["id"].clone())
        .collect();
    call.of_mut(PROPERTY)
        .retain(|p| !held.contains(&p["itemId"]));
    call.of_mut(GADGET)
        .retain(|g| g["dashboardId"] != dashboard["id"]);
    call.of_mut(Kind::Dashboard).remove(&text(&dashboard, "id"));
    Ok(Answer::empty(204))
}

pub(super) fn written(call: &mut Call<'_>, mut dashboard: Value) -> Result<Value, Refusal> {
    let name = call.demand("name")?;
    let same = |d: &Value| {
        d["name"] == *name && d["owner"] == dashboard["owner"] && d["id"] != dashboard["id"]
    };
    if call.of(Kind::Dashboard).find(same).is_some() {
        return Err(Refusal::field(
            "portalPageName",
            "Dashboard with same name already exists.",
        ));
    }
    dashboard["name"] = json!(name);
    describe(&mut dashboard, call.text("description"));
    for member in ["sharePermissions", "editPermissions"] {
        dashboard[member] = shares::read(call, member)?;
    }
    Ok(dashboard)
}

pub(super) fn find(call: &Call<'_>, status: u16) -> Result<Value, Refusal> {
    let id = call.id("id");
    let missing = format!("The dashboard with id '{id}' does not exist.");
    call.of(Kind::Dashboard)
        .get(&id)
        .cloned()
        .ok_or_else(|| Refusal::new(status, missing))
}

fn owned(call: &Call<'_>, dashboard: &Value) -> Result<(), Refusal> {
    if dashboard["owner"] == *call.account || call.tenant.is_site_admin(&call.account) {
        return Ok(());
    }
    Err(Refusal::bad(
        "You do not have permission to edit this dashboard.",
    ))
}

pub(super) fn show(call: &Call<'_>, dashboard: &Value) -> Value {
    let id = text(dashboard, "id");
    let mut shown = json!({
        "id": id, "name": dashboard["name"], "isFavourite": false, "popularity": dashboard["popularity"],
        "owner": people::brief(call, &text(dashboard, "owner")),
        "self": call.link(&format!("/rest/api/3/dashboard/{id}")),
        "view": format!("https://{}/jira/dashboards/{id}", call.tenant.site),
        "sharePermissions": shares::show(call, &dashboard["sharePermissions"]),
        "editPermissions": shares::show(call, &dashboard["editPermissions"]),
        "isWritable": true, "systemDashboard": false,
    });
    if let Some(description) = dashboard.get("description") {
        shown["description"] = description.clone();
    }
    shown
}
