//! Single permissions in a space, and what all rules together let somebody do with a page.

use serde_json::{Value, json};

use super::people;
use super::spaces;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /spaces/{id}/permissions` of v2.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_id(call, "id")?;
    let held: Vec<Value> = call
        .of(Kind::SpacePermission)
        .values()
        .filter(|p| p["spaceId"] == space["id"])
        .map(|p| pick(p, &["id", "principal", "operation"]))
        .collect();
    Ok(Answer::ok(page::cursor(call, &held, spaces::V2)?))
}

/// `POST /wiki/rest/api/space/{spaceKey}/permission`: read on the space comes first.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    let subject = call.body["subject"].clone();
    let (kind, id) = (text(&subject, "type"), text(&subject, "identifier"));
    if !people::is_known(call, &kind, &id) {
        return Err(Refusal::bad(format!("There is no {kind} {id}.")));
    }
    let wanted = call.body["operation"].clone();
    let operation = json!({ "key": wanted["key"], "targetType": wanted["target"] });
    let read = json!({ "key": "read", "targetType": "space" });
    if has(call, &space, &id, &operation) {
        return Err(Refusal::bad("The permission is there already."));
    }
    if operation != read && !has(call, &space, &id, &read) {
        return Err(Refusal::bad("Read on the space comes first."));
    }
    let number = call.of_mut(Kind::SpacePermission).allocate();
    let permission = json!({
        "id": number.to_string(), "spaceId": space["id"], "principal": { "type": kind, "id": id },
        "operation": operation,
    });
    call.of_mut(Kind::SpacePermission)
        .put(number.to_string(), permission);
    Ok(Answer::ok(json!({
        "id": number, "subject": subject, "operation": wanted, "_links": {},
    })))
}

/// `DELETE /wiki/rest/api/space/{spaceKey}/permission/{id}`: without read on the space, the others
/// of the same user or group go as well.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    let found = call.find(Kind::SpacePermission, &call.id("id"), "No such permission")?;
    if found["spaceId"] != space["id"] {
        return Err(Refusal::not_found("No such permission in the space"));
    }
    let all = found["operation"] == json!({ "key": "read", "targetType": "space" });
    call.of_mut(Kind::SpacePermission).retain(|p| {
        let same = p["spaceId"] == found["spaceId"] && p["principal"] == found["principal"];
        p["id"] != found["id"] && !(all && same)
    });
    Ok(Answer::empty(204))
}

fn has(call: &Call<'_>, space: &Value, principal: &str, operation: &Value) -> bool {
    let held = |p: &Value| {
        p["spaceId"] == space["id"]
            && p["principal"]["id"] == principal
            && p["operation"] == *operation
    };
    call.of(Kind::SpacePermission).find(held).is_some()
}

/// `POST /wiki/rest/api/content/{id}/permission/check`.
pub(crate) fn check(call: &mut Call<'_>) -> Outcome {
    let page = call.find(Kind::Page, &call.id("id"), "No content found with id")?;
    let subject = &call.body["subject"];
    let (kind, id) = (text(subject, "type"), text(subject, "identifier"));
    if !people::is_known(call, &kind, &id) {
        return Err(Refusal::bad(format!("There is no {kind} {id}.")));
    }
    let operation = call.demand("operation")?;
    let mut holders = people::groups_of(call, &id);
    holders.push(id);
    let in_space = |key: &str, on: &str| {
        let wanted = json!({ "key": key, "targetType": on });
        let is_of = |p: &Value| {
            p["spaceId"] == page["spaceId"]
                && p["operation"] == wanted
                && holders.iter().any(|h| p["principal"]["id"] == **h)
        };
        call.of(Kind::SpacePermission).find(is_of).is_some()
    };
    let unrestricted = |of: &str| {
        let held = &page["restrictions"][of];
        let named = |member: &str| held[member].as_array().into_iter().flatten();
        held.is_null()
            || named("user")
                .chain(named("group"))
                .any(|n| holders.iter().any(|h| n == h))
    };
    let in_space = in_space("read", "space")
        && match operation.as_str() {
            "update" => in_space("create", "page"),
            "delete" => in_space("delete", "page"),
            _ => true,
        };
    let open = unrestricted("read") && (operation == "read" || unrestricted("update"));
    let why = match (in_space, open) {
        (true, true) => None,
        (false, _) => Some("The permissions of the space do not allow it."),
        (true, false) => Some("The restrictions of the content do not allow it."),
    };
    let errors: Vec<Value> = why
        .iter()
        .map(|why| json!({ "translation": why, "args": [] }))
        .collect();
    Ok(Answer::ok(
        json!({ "hasPermission": why.is_none(), "errors": errors, "_links": {} }),
    ))
}
