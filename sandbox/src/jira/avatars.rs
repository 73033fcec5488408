//! Pictures of projects, issue types and priorities: those that Jira brings along, those that were
//! loaded up for one owner, and which one the owner bears.

use serde_json::{Value, json};

use super::projects::{text, visible};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

const AVATAR: Kind = Kind("Avatar");

/// `GET /project/{projectIdOrKey}/avatars`.
pub(crate) fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    Ok(Answer::ok(all(call, "project", &project)))
}

/// `PUT /project/{projectIdOrKey}/avatar`.
pub(crate) fn choose(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    let (wanted, owner) = (call.id_in_body("id"), text(&project, "id"));
    let fits = |a: &Value| a["id"] == *wanted && fits(a, "project", &owner);
    if call.of(AVATAR).find(fits).is_none() {
        return Err(Refusal::not_found("The avatar was not found."));
    }
    let is_first = first(call, "project").is_some_and(|id| id == wanted);
    if let Some(Value::Object(stored)) = call.of_mut(Kind::Project).get_mut(&owner) {
        if is_first {
            stored.remove("avatarId");
        } else {
            stored.insert("avatarId".to_owned(), json!(wanted));
        }
    }
    Ok(Answer::empty(204))
}

/// `DELETE /project/{projectIdOrKey}/avatar/{id}`.
pub(crate) fn delete_of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    remove(call, "project", &text(&project, "id"))
}

/// `GET /avatar/{type}/system`.
pub(crate) fn system(call: &mut Call<'_>) -> Outcome {
    let kind = call.id("type");
    let shown: Vec<Value> = call
        .of(AVATAR)
        .values()
        .filter(|a| a["type"] == *kind && a["owner"].is_null())
        .map(|a| show(a, None))
        .collect();
    Ok(Answer::ok(json!({ "system": shown })))
}

/// `GET /universal_avatar/type/{type}/owner/{entityId}`.
pub(crate) fn of_owner(call: &mut Call<'_>) -> Outcome {
    let kind = call.id("type");
    let owner = owner(call, &kind, &call.id("entityId"))?;
    Ok(Answer::ok(all(call, &kind, &owner)))
}

/// `DELETE /universal_avatar/type/{type}/owner/{owningObjectId}/avatar/{id}`.
pub(crate) fn delete_of_owner(call: &mut Call<'_>) -> Outcome {
    let kind = call.id("type");
    let owner = owner(call, &kind, &call.id("owningObjectId"))?;
    remove(call, &kind, &text(&owner, "id"))
}

fn owner(call: &Call<'_>, kind: &str, id: &str) -> Result<Value, Refusal> {
    let held = match kind {
        "project" => Kind::Project,
        "issuetype" => Kind::IssueType,
        _ => Kind("Priority"),
    };
    call.find(held, id, "The owner of the avatars was not found.")
}

/// Whether an owner may bear it.
fn fits(avatar: &Value, kind: &str, owner: &str) -> bool {
    avatar["type"] == *kind && (avatar["owner"].is_null() || avatar["owner"] == *owner)
}

/// What is borne where nobody chose.
fn first(call: &Call<'_>, kind: &str) -> Option<String> {
    let of_system = |a: &Value| a["type"] == *kind && a["owner"].is_null();
    call.of(AVATAR).find(of_system).map(|a| text(a, "id"))
}

fn all(call: &Call<'_>, kind: &str, owner: &Value) -> Value {
    let chosen = owner["avatarId"].as_str().map(str::to_owned);
    let chosen = chosen.or_else(|| first(call, kind)).unwrap_or_default();
    let id = text(owner, "id");
    let list = |own: bool| -> Vec<Value> {
        let all = call.of(AVATAR).values().filter(|a| fits(a, kind, &id));
        all.filter(|a| a["owner"].is_null() != own)
            .map(|a| show(a, Some(&chosen)))
            .collect()
    };
    json!({ "system": list(false), "custom": list(true) })
}

fn show(avatar: &Value, chosen: Option<&str>) -> Value {
    let id = text(avatar, "id");
    let is_system = avatar["owner"].is_null();
    let mut shown = json!({
        "id": id, "isSystemAvatar": is_system, "isDeletable": !is_system,
        "isSelected": chosen == Some(&id),
        "urls": super::people::avatars(&id),
    });
    for member in ["owner", "fileName"] {
        if let Some(value) = avatar.get(member) {
            shown[member] = value.clone();
        }
    }
    shown
}

fn remove(call: &mut Call<'_>, kind: &str, owner: &str) -> Outcome {
    let id = call.id("id");
    let own = |a: &Value| a["id"] == *id && a["type"] == *kind && a["owner"] == *owner;
    if call.of(AVATAR).find(own).is_none() {
        return Err(Refusal::not_found("The avatar was not found."));
    }
    call.of_mut(AVATAR).remove(&id);
    for held in [Kind::Project, Kind::IssueType, Kind("Priority")] {
        for document in call.of_mut(held).values_mut() {
            if let Value::Object(members) = document
                && members.get("avatarId").is_some_and(|chosen| *chosen == *id)
            {
                members.remove("avatarId");
            }
        }
    }
    Ok(Answer::empty(204))
}
