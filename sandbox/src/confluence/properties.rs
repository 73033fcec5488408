//! Properties of spaces.

use serde_json::{Value, json};

use super::spaces::by_id;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /spaces/{space-id}/properties`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let space = by_id(call, "space-id")?;
    let shown: Vec<Value> = call
        .of(Kind::SpaceProperty)
        .values()
        .filter(|p| p["spaceId"] == space["id"])
        .filter(|p| call.get("key").is_none_or(|k| p["key"] == k))
        .map(show)
        .collect();
    Ok(Answer::ok(page::cursor(call, &shown, "/wiki/api/v2")?))
}

/// `GET /spaces/{space-id}/properties/{property-id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let property = find(call)?;
    Ok(Answer::ok(show(&property)))
}

/// `POST /spaces/{space-id}/properties`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let space = by_id(call, "space-id")?;
    let key = call.demand("key")?;
    if call
        .of(Kind::SpaceProperty)
        .find(|p| p["spaceId"] == space["id"] && p["key"] == *key)
        .is_some()
    {
        return Err(Refusal::bad(
            "The space has a property with this key already.",
        ));
    }
    let id = call.of_mut(Kind::SpaceProperty).allocate().to_string();
    let now = time::iso(call.now());
    let property = json!({
        "id": id, "spaceId": space["id"], "key": key, "value": call.body["value"], "createdAt": now,
        "createdBy": call.account, "version": version(call, 1),
    });
    call.of_mut(Kind::SpaceProperty).put(id, property.clone());
    Ok(Answer::created(show(&property)))
}

/// `PUT /spaces/{space-id}/properties/{property-id}`: with the number of the version to come.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut property = find(call)?;
    let next = property["version"]["number"].as_u64().unwrap_or(1) + 1;
    if call.body["version"]["number"] != next {
        return Err(Refusal::conflict(format!("The version to come is {next}.")));
    }
    property["value"] = call.body["value"].clone();
    property["version"] = version(call, next);
    let id = call.id("property-id");
    call.of_mut(Kind::SpaceProperty).put(id, property.clone());
    Ok(Answer::ok(show(&property)))
}

/// `DELETE /spaces/{space-id}/properties/{property-id}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = text(&find(call)?, "id");
    call.of_mut(Kind::SpaceProperty).remove(&id);
    Ok(Answer::empty(204))
}

fn version(call: &Call<'_>, number: u64) -> Value {
    json!({ "createdAt": time::iso(call.now()), "createdBy": call.account, "message": "", "number": number })
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let space = by_id(call, "space-id")?;
    let missing = "Space property not found";
    let property = call.find(Kind::SpaceProperty, &call.id("property-id"), missing)?;
    if property["spaceId"] == space["id"] {
        Ok(property)
    } else {
        Err(Refusal::not_found(missing))
    }
}

fn show(property: &Value) -> Value {
    pick(
        property,
        &["id", "key", "value", "createdAt", "createdBy", "version"],
    )
}
