//! Data classification levels.

use serde_json::{Value, json};

use super::organization::record;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /orgs/{orgId}/classification-levels`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let levels: Vec<Value> = call
        .of(Kind::ClassificationLevel)
        .values()
        .map(show)
        .collect();
    Ok(Answer::ok(json!({ "levels": levels, "links": {} })))
}

/// `GET /orgs/{orgId}/classification-levels/{levelId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let level = call.find(
        Kind::ClassificationLevel,
        &call.id("levelId"),
        "The level was not found.",
    )?;
    Ok(Answer::ok(show(&level)))
}

/// `POST /orgs/{orgId}/classification-levels`: a draft, 202.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    if call
        .of(Kind::ClassificationLevel)
        .find(|l| text(l, "name").eq_ignore_ascii_case(&name))
        .is_some()
    {
        return Err(Refusal::bad("A level with this name exists already."));
    }
    let sensitivity = call.of(Kind::ClassificationLevel).values().count();
    let id = format!(
        "ari:cloud:platform::classification-tag/{}",
        call.tenant.entropy.uuid()
    );
    let now = time::iso(call.now());
    let by = json!({ "name": "Organization API key", "accountId": "" });
    let mut level = json!({
        "id": id, "orgId": call.tenant.org_id, "name": name, "sensitivity": sensitivity, "status": "DRAFT",
        "createdBy": by, "createdOn": now, "changedBy": by, "changedOn": now,
    });
    call.merge(&mut level, &["definition", "guideline", "color"]);
    call.of_mut(Kind::ClassificationLevel)
        .put(id, level.clone());
    record(
        call,
        "classification_level_created",
        &format!("Level {name} was created"),
    );
    Ok(Answer::json(202, show(&level)))
}

/// `POST .../publish`.
pub(crate) fn publish(call: &mut Call<'_>) -> Outcome {
    switch(call, "PUBLISHED")
}

/// `POST .../archive`.
pub(crate) fn archive(call: &mut Call<'_>) -> Outcome {
    switch(call, "ARCHIVED")
}

/// `POST .../restore`: back as a draft.
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    switch(call, "DRAFT")
}

fn switch(call: &mut Call<'_>, status: &str) -> Outcome {
    let ids = call.body["levelIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for id in ids.iter().filter_map(Value::as_str) {
        call.find(Kind::ClassificationLevel, id, "The level was not found.")?;
    }
    for id in ids.iter().filter_map(Value::as_str) {
        if let Some(level) = call.of_mut(Kind::ClassificationLevel).get_mut(id) {
            level["status"] = json!(status);
        }
    }
    Ok(Answer::json(202, json!({})))
}

fn show(level: &Value) -> Value {
    let mut shown = level.clone();
    shown["levelId"] = level["id"].clone();
    shown.as_object_mut().map(|m| m.remove("id"));
    shown
}
