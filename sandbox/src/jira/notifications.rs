//! Notification schemes.

use serde_json::{Value, json};

use super::permissions::{describe, rename};
use super::projects::{text, visible};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Ids and names of the events of issues.
pub(crate) const EVENTS: [(&str, &str); 8] = [
    ("1", "Issue created"),
    ("2", "Issue updated"),
    ("3", "Issue assigned"),
    ("4", "Issue resolved"),
    ("5", "Issue closed"),
    ("6", "Issue commented"),
    ("8", "Issue deleted"),
    ("13", "Generic event"),
];

/// `GET /notificationscheme`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let (ids, projects) = (call.list("id"), call.list("projectId"));
    let used: Vec<String> = call
        .of(Kind::Project)
        .values()
        .filter(|p| projects.contains(&text(p, "id")))
        .map(|p| text(p, "notificationScheme"))
        .collect();
    let shown: Vec<Value> = call
        .of(Kind::NotificationScheme)
        .entries()
        .filter(|(id, _)| ids.is_empty() || ids.iter().any(|i| i == id))
        .filter(|(id, _)| projects.is_empty() || used.iter().any(|u| u == id))
        .filter(|(id, _)| !call.flag("onlyDefault") || *id == "10000")
        .map(|(_, s)| show(call, s))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /notificationscheme/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let scheme = find(call, &call.id("id"))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `GET /project/{projectKeyOrId}/notificationscheme`.
pub(crate) fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectKeyOrId")?;
    let scheme = find(call, &text(&project, "notificationScheme"))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `POST /notificationscheme`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    unique(call, &name, None)?;
    let events = events(call)?;
    let id = call.of_mut(Kind::NotificationScheme).allocate();
    let mut scheme = json!({ "id": id, "name": name, "events": events });
    describe(&mut scheme, call.text("description"));
    call.of_mut(Kind::NotificationScheme)
        .put(id.to_string(), scheme);
    Ok(Answer::created(json!({ "id": id.to_string() })))
}

/// `PUT /notificationscheme/{id}`: name and description, each only where given.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let mut scheme = find(call, &id)?;
    rename(call, &mut scheme, |name| unique(call, name, Some(&id)))?;
    call.of_mut(Kind::NotificationScheme).put(id, scheme);
    Ok(Answer::empty(204))
}

/// `PUT /notificationscheme/{id}/notification`.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let mut scheme = find(call, &id)?;
    for mut wanted in events(call)? {
        let same = |e: &&mut Value| e["event"]["id"] == wanted["event"]["id"];
        let all = scheme["events"].as_array_mut();
        let all = all.ok_or_else(|| Refusal::bad("The scheme has no events."))?;
        match (all.iter_mut().find(same), wanted["notifications"].take()) {
            (Some(event), Value::Array(new)) => {
                let told = event["notifications"].as_array_mut();
                told.map(|told| told.extend(new)).unwrap_or_default();
            }
            (None, new) => {
                wanted["notifications"] = new;
                all.push(wanted);
            }
            (Some(_), _) => {}
        }
    }
    call.of_mut(Kind::NotificationScheme).put(id, scheme);
    Ok(Answer::empty(204))
}

/// `DELETE /notificationscheme/{notificationSchemeId}/notification/{notificationId}`: an event of
/// which nobody is told any more is not listed.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let id = call.id("notificationSchemeId");
    let wanted: u64 = call.id("notificationId").parse().unwrap_or_default();
    let mut scheme = find(call, &id)?;
    let mut found = false;
    for event in scheme["events"].as_array_mut().into_iter().flatten() {
        if let Some(told) = event["notifications"].as_array_mut() {
            let all = told.len();
            told.retain(|n| n["id"] != wanted);
            found |= told.len() < all;
        }
    }
    if !found {
        return Err(Refusal::not_found("The notification does not exist."));
    }
    if let Some(events) = scheme["events"].as_array_mut() {
        events.retain(|e| e["notifications"] != json!([]));
    }
    call.of_mut(Kind::NotificationScheme).put(id, scheme);
    Ok(Answer::empty(204))
}

/// `DELETE /notificationscheme/{notificationSchemeId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("notificationSchemeId");
    find(call, &id)?;
    if call
        .of(Kind::Project)
        .find(|p| p["notificationScheme"] == *id)
        .is_some()
    {
        return Err(Refusal::bad(
            "The notification scheme is used by projects and cannot be deleted.",
        ));
    }
    call.of_mut(Kind::NotificationScheme).remove(&id);
    Ok(Answer::empty(204))
}

fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(
        Kind::NotificationScheme,
        id,
        "The notification scheme does not exist.",
    )
}

fn unique(call: &Call<'_>, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let taken = call
        .of(Kind::NotificationScheme)
        .entries()
        .any(|(id, s)| Some(id) != own && text(s, "name").eq_ignore_ascii_case(name));
    if taken {
        return Err(Refusal::field(
            "name",
            "A notification scheme with this name already exists.",
        ));
    }
    Ok(())
}

/// The events of the body, each of whose recipients gets an id.
fn events(call: &mut Call<'_>) -> Result<Vec<Value>, Refusal> {
    let mut events = call.body["notificationSchemeEvents"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let unknown = |e: &&Value| event(&text(&e["event"], "id")).is_none();
    if let Some(unknown) = events.iter().find(unknown) {
        let what = format!("There is no event with id {}.", unknown["event"]["id"]);
        return Err(Refusal::field("notificationSchemeEvents", what));
    }
    for event in &mut events {
        for told in event["notifications"].as_array_mut().into_iter().flatten() {
            told["id"] = json!(50_000_000 + call.tenant.entropy.next() % 1_000_000);
        }
    }
    Ok(events)
}

fn event(id: &str) -> Option<&'static str> {
    EVENTS
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, name)| *name)
}

/// Without `expand` the events are left out; an unset description is left out always.
fn show(call: &Call<'_>, scheme: &Value) -> Value {
    let id = scheme["id"].as_u64().unwrap_or_default();
    let mut shown = json!({
        "expand": "notificationSchemeEvents,user,group,projectRole,field,all",
        "id": id, "name": scheme["name"],
        "self": call.link(&format!("/rest/api/3/notificationscheme/{id}")),
    });
    if let Some(description) = scheme.get("description") {
        shown["description"] = description.clone();
    }
    let key = id.to_string();
    let projects = call
        .of(Kind::Project)
        .values()
        .filter(|p| p["notificationScheme"] == *key);
    shown["projects"] = projects
        .filter_map(|p| text(p, "id").parse::<u64>().ok())
        .collect();
    if !call.list("expand").is_empty() {
        shown["notificationSchemeEvents"] = scheme["events"]
            .as_array()
            .into_iter()
            .flatten()
            .map(show_event)
            .collect();
    }
    shown
}

fn show_event(stored: &Value) -> Value {
    let id = text(&stored["event"], "id");
    let number: u64 = id.parse().unwrap_or_default();
    let notifications = stored["notifications"].as_array();
    let notifications: Vec<Value> = notifications
        .into_iter()
        .flatten()
        .map(|n| {
            let mut shown = pick(n, &["id", "notificationType"]);
            if let Some(parameter) = n.get("parameter") {
                shown["parameter"] = parameter.clone();
                shown["recipient"] = parameter.clone();
            }
            shown
        })
        .collect();
    json!({
        "event": { "id": number, "name": event(&id), "description": "" },
        "notifications": notifications,
    })
}
