//! Notification schemes.

use serde_json::{Value, json};

use super::permissions::describe;
use super::projects::text;
use crate::host::call::{Call, Outcome};
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

/// `POST /notificationscheme`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    unique(call, &name, None)?;
    let events = call.body["notificationSchemeEvents"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if let Some(unknown) = events
        .iter()
        .find(|e| event(&text(&e["event"], "id")).is_none())
    {
        let what = format!("There is no event with id {}.", unknown["event"]["id"]);
        return Err(Refusal::field("notificationSchemeEvents", what));
    }
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
    if call.body.get("name").is_some() {
        let name = call.demand("name")?;
        unique(call, &name, Some(&id))?;
        scheme["name"] = json!(name);
    }
    if let Some(description) = call.text("description") {
        describe(&mut scheme, Some(description));
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
            .map(|e| show_event(id, e))
            .collect();
    }
    shown
}

fn show_event(scheme: u64, stored: &Value) -> Value {
    let id = text(&stored["event"], "id");
    let number: u64 = id.parse().unwrap_or_default();
    let notifications = stored["notifications"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate();
    let notifications: Vec<Value> = notifications
        .map(|(at, n)| {
            let mut shown = json!({
                "id": scheme * 1000 + number * 10 + u64::try_from(at).unwrap_or_default(),
                "notificationType": n["notificationType"],
            });
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
