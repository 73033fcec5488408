//! Spaces: v2 reads them by numeric id, v1 writes them by key.

use serde_json::{Value, json};

use super::settings;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;
use crate::state::{task, time};

pub(crate) const V2: &str = "/wiki/api/v2";

/// `GET /spaces` of v2.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let wanted = |name: &str, value: &str| {
        let list = call.list(name);
        list.is_empty() || list.iter().any(|v| v == value)
    };
    let mut found: Vec<Value> = call
        .of(Kind::Space)
        .values()
        .filter(|s| wanted("keys", &text(s, "key")) && wanted("ids", &text(s, "id")))
        .filter(|s| call.get("type").is_none_or(|t| s["type"] == t))
        .filter(|s| call.get("status").is_none_or(|t| s["status"] == t))
        .filter(|s| {
            let labels = s["labels"].as_array().map_or(&[][..], Vec::as_slice);
            call.list("labels").is_empty()
                || labels
                    .iter()
                    .any(|l| call.list("labels").iter().any(|w| l == w))
        })
        .map(|s| show(call, s))
        .collect();
    let sort = call.get("sort").unwrap_or("id");
    match sort.trim_start_matches('-') {
        "id" => found.sort_by_key(|s| text(s, "id").parse::<u64>().unwrap_or_default()),
        member => found.sort_by_key(|s| text(s, member)),
    }
    if sort.starts_with('-') {
        found.reverse();
    }
    Ok(Answer::ok(page::cursor(call, &found, V2)?))
}

/// `GET /spaces/{id}` of v2.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let space = by_id(call, "id")?;
    let mut shown = show(call, &space);
    shown["_links"]["base"] = json!(call.base.trim_end_matches("/api/v2"));
    if call.flag("include-labels") {
        let labels: Vec<Value> = settings::shown_labels(&space)
            .iter()
            .map(|l| pick(l, &["id", "name", "prefix"]))
            .collect();
        shown["labels"] = json!({ "results": labels, "meta": { "hasMore": false }, "_links": {} });
    }
    Ok(Answer::ok(shown))
}

/// `POST /wiki/rest/api/space`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    let key = call.demand("key")?;
    if key.len() > 255 || !key.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Refusal::bad("Invalid space key: letters and digits only."));
    }
    // A space that is being deleted holds its key until it is purged.
    if call
        .of(Kind::Space)
        .find(|s| text(s, "key").eq_ignore_ascii_case(&key))
        .is_some()
    {
        return Err(Refusal::bad(
            "A space already exists with key ".to_owned() + &key,
        ));
    }
    let id = call.of_mut(Kind::Space).allocate().to_string();
    let mut space = json!({
        "id": id, "key": key, "name": name, "type": "global", "status": "current", "labels": [],
        "routeOverrideEnabled": false,
        "authorId": call.account, "createdAt": time::iso(call.now()),
        "homepageId": (id.parse::<u64>().unwrap_or_default() + 1_000_000).to_string(),
    });
    describe(call, &mut space);
    call.of_mut(Kind::Space).put(&id, space.clone());
    Ok(Answer::ok(show_v1(call, &space)))
}

/// `PUT /wiki/rest/api/space/{spaceKey}`: what is given.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut space = by_key(call)?;
    if call.body.get("name").is_some() {
        space["name"] = json!(call.demand("name")?);
    }
    if let Some(status @ ("current" | "archived")) =
        call.text("status").map(str::to_lowercase).as_deref()
    {
        space["status"] = json!(status);
    }
    describe(call, &mut space);
    store(call, &space);
    Ok(Answer::ok(show_v1(call, &space)))
}

/// `DELETE /wiki/rest/api/space/{spaceKey}`: 202 and a long task.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let space = by_key(call)?;
    let account = call.account.clone();
    let with = json!({ "space": space["id"] });
    let id = task::start(call.tenant, Kind::LongTask, "delete space", &with, &account);
    if let Some(stored) = call.of_mut(Kind::Space).get_mut(&text(&space, "id")) {
        stored["deleting"] = json!(true);
    }
    let status = format!("/rest/api/longtask/{id}");
    Ok(Answer::json(
        202,
        json!({ "id": id, "links": { "status": status } }),
    ))
}

/// What the task does: the space goes with everything in it.
pub(crate) fn purge(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let id = text(with, "space");
    tenant
        .of_mut(Kind::Space)
        .remove(&id)
        .ok_or("The space is gone already.")?;
    for kind in [
        Kind::SpacePermission,
        Kind::SpaceProperty,
        Kind::PageTemplate,
        Kind::Page,
        Kind("SpaceRoleAssignment"),
    ] {
        tenant.of_mut(kind).retain(|d| d["spaceId"] != *id);
    }
    Ok("The space was deleted.".to_owned())
}

/// A space by the numeric id of a v2 path.
pub(crate) fn by_id(call: &Call<'_>, parameter: &str) -> Result<Value, Refusal> {
    call.find(Kind::Space, &call.id(parameter), "Space not found")
}

/// A space by the key of a v1 path.
pub(super) fn by_key(call: &Call<'_>) -> Result<Value, Refusal> {
    of_key(call, &call.id("spaceKey"))
}

/// A space that is not being deleted, by its key.
pub(super) fn of_key(call: &Call<'_>, key: &str) -> Result<Value, Refusal> {
    let found = call
        .of(Kind::Space)
        .find(|s| text(s, "key").eq_ignore_ascii_case(key) && s["deleting"] != true);
    found
        .cloned()
        .ok_or_else(|| Refusal::not_found(format!("No space found with key : {key}")))
}

/// Puts a changed space in its place.
pub(super) fn store(call: &mut Call<'_>, space: &Value) {
    call.of_mut(Kind::Space)
        .put(text(space, "id"), space.clone());
}

/// The description in the body, where there is one; an empty one unsets it.
fn describe(call: &Call<'_>, space: &mut Value) {
    if let Some(text) = call.body["description"]["plain"]["value"].as_str() {
        crate::jira::permissions::describe(space, Some(text));
    }
}

fn show(call: &Call<'_>, space: &Value) -> Value {
    let mut shown = pick(
        space,
        &[
            "id",
            "key",
            "name",
            "type",
            "status",
            "authorId",
            "createdAt",
            "homepageId",
        ],
    );
    shown["currentActiveAlias"] = space["key"].clone();
    shown["spaceOwnerId"] = space["authorId"].clone();
    // Without description-format the description is null whatever it says.
    shown["description"] = match call.get("description-format") {
        Some(format) => {
            json!({ format: { "representation": format, "value": text(space, "description") } })
        }
        None => Value::Null,
    };
    shown["_links"] = json!({ "webui": format!("/spaces/{}", text(space, "key")) });
    shown
}

fn show_v1(call: &Call<'_>, space: &Value) -> Value {
    let key = text(space, "key");
    let here = format!("/wiki/rest/api/space/{key}");
    json!({
        "id": text(space, "id").parse::<u64>().unwrap_or_default(), "key": key, "alias": key, "name": space["name"],
        "type": space["type"], "status": space["status"],
        "description": { "plain": { "value": text(space, "description"), "representation": "plain", "embeddedContent": [] } },
        "_expandable": { "settings": format!("/rest/api/space/{key}/settings"), "homepage": format!("/rest/api/content/{}", text(space, "homepageId")) },
        "_links": { "base": format!("{}/wiki", call.base), "context": "/wiki", "self": call.link(&here), "webui": format!("/spaces/{key}") },
    })
}
