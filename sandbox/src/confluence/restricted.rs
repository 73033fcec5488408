//! One user or group among those who alone may read or update content.

use serde_json::{Value, json};

use super::people;
use super::restrictions::{entry, find};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /wiki/rest/api/content/{id}/restriction/byOperation/{operationKey}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let page = find(call)?;
    Ok(Answer::ok(entry(call, &page, &call.id("operationKey"))))
}

/// `PUT .../byOperation/{operationKey}/user`.
pub(crate) fn add_user(call: &mut Call<'_>) -> Outcome {
    add(call, "user", "accountId")
}

/// `DELETE .../byOperation/{operationKey}/user`.
pub(crate) fn remove_user(call: &mut Call<'_>) -> Outcome {
    remove(call, "user", "accountId")
}

/// `PUT .../byOperation/{operationKey}/byGroupId/{groupId}`.
pub(crate) fn add_group(call: &mut Call<'_>) -> Outcome {
    add(call, "group", "groupId")
}

/// `DELETE .../byOperation/{operationKey}/byGroupId/{groupId}`.
pub(crate) fn remove_group(call: &mut Call<'_>) -> Outcome {
    remove(call, "group", "groupId")
}

/// Who is named already stays so, and nothing changes.
fn add(call: &mut Call<'_>, kind: &str, param: &str) -> Outcome {
    let (mut page, id) = (find(call)?, call.id(param));
    let operation = operation(call)?;
    if !people::is_known(call, kind, &id) {
        return Err(Refusal::not_found(format!("There is no {kind} {id}.")));
    }
    let held = &mut page["restrictions"][&operation];
    if held.is_null() {
        *held = json!({ "user": [], "group": [] });
    }
    if let Some(named) = held[kind].as_array_mut()
        && !named.contains(&json!(id))
    {
        named.push(json!(id));
    }
    Ok(stored(call, page))
}

/// When nobody is left, nobody is shut out.
fn remove(call: &mut Call<'_>, kind: &str, param: &str) -> Outcome {
    let (mut page, id) = (find(call)?, call.id(param));
    let operation = operation(call)?;
    let held = &mut page["restrictions"][&operation];
    let named = held[kind].as_array_mut();
    let named = named.filter(|named| named.contains(&json!(id)));
    let named = named.ok_or_else(|| Refusal::not_found("The restriction does not exist"))?;
    named.retain(|n| *n != id);
    let empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
    if empty(&held["user"])
        && empty(&held["group"])
        && let Some(all) = page["restrictions"].as_object_mut()
    {
        all.remove(&operation);
    }
    Ok(stored(call, page))
}

fn operation(call: &Call<'_>) -> Result<String, Refusal> {
    let operation = call.id("operationKey");
    if matches!(operation.as_str(), "read" | "update") {
        Ok(operation)
    } else {
        Err(Refusal::not_found("Content cannot be restricted for that"))
    }
}

fn stored(call: &mut Call<'_>, page: Value) -> Answer {
    call.of_mut(Kind::Page).put(text(&page, "id"), page);
    Answer::empty(200)
}
