//! Changes of a project's details, its address for mails and its classification.

use serde_json::{Value, json};

use super::project_keys;
use super::projects::{self, text, visible};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Schemes that a change may name, and where they are kept.
const SCHEMES: [(&str, Kind); 2] = [
    ("permissionScheme", Kind::PermissionScheme),
    ("notificationScheme", Kind::NotificationScheme),
];

/// `PUT /project/{projectIdOrKey}`: what the body leaves out stays.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut project = visible(call, "projectIdOrKey")?;
    let id = text(&project, "id");
    if let Some(name) = call.text("name") {
        let taken = |p: &Value| p["id"] != *id && text(p, "name").eq_ignore_ascii_case(name);
        if name.trim().is_empty() || call.of(Kind::Project).find(taken).is_some() {
            return Err(Refusal::field(
                "projectName",
                "A project with that name already exists, or the name is empty.",
            ));
        }
    }
    if let Some(lead) = call.text("leadAccountId") {
        if call.tenant.user(lead).is_none() {
            return Err(Refusal::field(
                "projectLead",
                "You must specify a valid project lead.",
            ));
        }
        project["lead"] = json!(lead);
    }
    for (member, kind) in SCHEMES {
        if let Some(scheme) = call.body[member].as_u64() {
            let scheme = scheme.to_string();
            if call.tenant.get(kind, &scheme).is_none() {
                return Err(Refusal::field(member, "The scheme was not found."));
            }
            project[member] = json!(scheme);
        }
    }
    rename(call, &mut project)?;
    categorise(call, &mut project)?;
    call.merge(
        &mut project,
        &["name", "description", "assigneeType", "url"],
    );
    if text(&project, "url").is_empty() {
        take_out(&mut project, "url");
    }
    call.of_mut(Kind::Project).put(&id, project);
    projects::get(call)
}

/// The old key goes on leading to the project.
fn rename(call: &Call<'_>, project: &mut Value) -> Result<(), Refusal> {
    let Some(key) = call.text("key").filter(|key| project["key"] != **key) else {
        return Ok(());
    };
    if let Some(wrong) = project_keys::wrong(call, key, project["id"].as_str()) {
        return Err(Refusal::field("projectKey", wrong));
    }
    let mut former = project["formerKeys"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    former.retain(|old| old != key);
    former.push(project["key"].clone());
    project["formerKeys"] = json!(former);
    project["key"] = json!(key);
    Ok(())
}

fn categorise(call: &Call<'_>, project: &mut Value) -> Result<(), Refusal> {
    match call.body["categoryId"].as_i64() {
        None => {}
        Some(-1) => take_out(project, "categoryId"),
        Some(id) => {
            let id = id.to_string();
            if call.of(Kind("ProjectCategory")).get(&id).is_none() {
                return Err(Refusal::field("categoryId", "The category was not found."));
            }
            project["categoryId"] = json!(id);
        }
    }
    Ok(())
}

fn take_out(document: &mut Value, member: &str) {
    if let Some(members) = document.as_object_mut() {
        members.remove(member);
    }
}

/// `GET /project/{projectId}/email`.
pub(crate) fn email(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectId")?;
    let own = project["emailAddress"].as_str().map(str::to_owned);
    let address = own.unwrap_or_else(|| of_site(call));
    Ok(Answer::ok(
        json!({ "emailAddress": address, "emailAddressStatus": [] }),
    ))
}

/// `PUT /project/{projectId}/email`: an empty one, or the site's, is that of the site again.
pub(crate) fn set_email(call: &mut Call<'_>) -> Outcome {
    let mut project = visible(call, "projectId")?;
    let address = call.id_in_body("emailAddress");
    if address.is_empty() || address == of_site(call) {
        take_out(&mut project, "emailAddress");
    } else if address.contains('@') {
        project["emailAddress"] = json!(address);
    } else {
        return Err(Refusal::field("emailAddress", "is no e-mail address"));
    }
    call.of_mut(Kind::Project)
        .put(text(&project, "id"), project);
    Ok(Answer::empty(204))
}

fn of_site(call: &Call<'_>) -> String {
    format!("jira@{}", call.tenant.site)
}

/// `GET /project/{projectIdOrKey}/classification-level/default`.
pub(crate) fn classification(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    let level = call
        .of(Kind::ClassificationLevel)
        .get(&text(&project, "classification"));
    Ok(Answer::ok(match level {
        Some(level) => json!({ "classification": tag(level) }),
        None => json!({}),
    }))
}

/// `GET /project/{projectIdOrKey}/classification-config`.
pub(crate) fn classification_config(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    let levels = call.of(Kind::ClassificationLevel);
    let published: Vec<Value> = levels
        .values()
        .filter(|l| l["status"] == "PUBLISHED")
        .map(tag)
        .collect();
    let mut shown = json!({ "classificationLevels": published, "containerOverride": "ANY" });
    if let Some(level) = levels.get(&text(&project, "classification")) {
        shown["defaultClassificationLevel"] = tag(level);
    }
    Ok(Answer::ok(shown))
}

/// `PUT /project/{projectIdOrKey}/classification-level/default`.
pub(crate) fn classify(call: &mut Call<'_>) -> Outcome {
    let mut project = visible(call, "projectIdOrKey")?;
    let wanted = call.id_in_body("id");
    let level = call.of(Kind::ClassificationLevel).get(&wanted);
    if level.is_none_or(|l| l["status"] != "PUBLISHED") {
        return Err(Refusal::bad("There is no such published level."));
    }
    project["classification"] = json!(wanted);
    call.of_mut(Kind::Project)
        .put(text(&project, "id"), project);
    Ok(Answer::empty(204))
}

/// `DELETE /project/{projectIdOrKey}/classification-level/default`.
pub(crate) fn declassify(call: &mut Call<'_>) -> Outcome {
    let mut project = visible(call, "projectIdOrKey")?;
    take_out(&mut project, "classification");
    call.of_mut(Kind::Project)
        .put(text(&project, "id"), project);
    Ok(Answer::empty(204))
}

/// `GET /classification-levels`.
pub(crate) fn levels(call: &mut Call<'_>) -> Outcome {
    let wanted = call.list("status");
    let mut kept: Vec<&Value> = call
        .of(Kind::ClassificationLevel)
        .values()
        .filter(|l| wanted.is_empty() || wanted.contains(&text(l, "status")))
        .collect();
    kept.sort_by_key(|l| l["sensitivity"].as_u64());
    if call.get("orderBy").is_some_and(|by| by.starts_with('-')) {
        kept.reverse();
    }
    let shown: Vec<Value> = kept.into_iter().map(tag).collect();
    Ok(Answer::ok(json!({ "classifications": shown })))
}

/// A level of the organisation as Jira shows it.
fn tag(level: &Value) -> Value {
    let mut shown = pick(level, &["id", "status", "name", "guideline", "color"]);
    shown["description"] = json!(text(level, "definition"));
    shown["rank"] = json!(level["sensitivity"].as_u64().unwrap_or(0) + 1);
    shown
}
