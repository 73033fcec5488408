//! The site's information, settings and labels of spaces, and the states of content.

use serde_json::{Value, json};

use super::spaces;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

const STATE: Kind = Kind("ContentState");

/// Labels of this kind are kept by their bare name.
const TEAM: &str = "team";

/// `GET /wiki/rest/api/settings/systemInfo`.
pub(crate) fn system(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({
        "cloudId": call.tenant.cloud_id, "commitHash": "5f2c7ab", "baseUrl": format!("{}/wiki", call.base),
        "edition": "premium", "siteTitle": "Wayfarer", "defaultLocale": "en_GB", "defaultTimeZone": "Europe/Berlin",
    })))
}

/// `GET /wiki/rest/api/space/{spaceKey}/settings`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    Ok(Answer::ok(show(call, &space)))
}

/// `PUT /wiki/rest/api/space/{spaceKey}/settings`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_key(call)?;
    call.merge(&mut space, &["routeOverrideEnabled"]);
    spaces::store(call, &space);
    Ok(Answer::ok(show(call, &space)))
}

fn show(call: &Call<'_>, space: &Value) -> Value {
    json!({
        "routeOverrideEnabled": space["routeOverrideEnabled"] == true, "spaceKey": space["key"],
        "editor": { "page": "v2", "blogpost": "v2", "default": "v2" },
        "_links": { "self": call.link(&call.path) },
    })
}

/// `GET /wiki/rest/api/space/{spaceKey}/label`.
pub(crate) fn labels(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    let mut shown = shown_labels(&space);
    shown.retain(|l| {
        call.get("prefix")
            .is_none_or(|wanted| l["prefix"] == wanted)
    });
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `POST /wiki/rest/api/space/{spaceKey}/label`: one that is there already changes nothing.
pub(crate) fn add_labels(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_key(call)?;
    let mut held = space["labels"].as_array().cloned().unwrap_or_default();
    for label in call.body.as_array().into_iter().flatten() {
        let (prefix, name) = (text(label, "prefix"), text(label, "name"));
        if name.is_empty() || name.contains([' ', ':', ',']) {
            return Err(Refusal::bad(format!("'{name}' cannot be a label.")));
        }
        let kept = json!(kept(&prefix, &name));
        if !held.contains(&kept) {
            held.push(kept);
        }
    }
    space["labels"] = json!(held);
    spaces::store(call, &space);
    Ok(Answer::ok(page::content(call, &shown_labels(&space))))
}

/// `DELETE /wiki/rest/api/space/{spaceKey}/label`.
pub(crate) fn remove_label(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_key(call)?;
    let gone = kept(call.get("prefix").unwrap_or(TEAM), &call.id("name"));
    if let Some(held) = space["labels"].as_array_mut() {
        held.retain(|label| *label != gone);
    }
    spaces::store(call, &space);
    Ok(Answer::empty(204))
}

/// A label as a space keeps it.
fn kept(prefix: &str, name: &str) -> String {
    match prefix {
        TEAM => name.to_owned(),
        other => format!("{other}:{name}"),
    }
}

/// The labels of a space as they are shown.
pub(super) fn shown_labels(space: &Value) -> Vec<Value> {
    let held = space["labels"].as_array().into_iter().flatten();
    held.filter_map(Value::as_str)
        .enumerate()
        .map(|(at, label)| {
            let (prefix, name) = label.split_once(':').unwrap_or((TEAM, label));
            json!({ "id": (70_001 + at).to_string(), "prefix": prefix, "name": name, "label": label })
        })
        .collect()
}

/// `GET /wiki/rest/api/content-states`: those that the caller has made.
pub(crate) fn own_states(call: &mut Call<'_>) -> Outcome {
    let account = call.account.clone();
    Ok(Answer::ok(json!(states(call, "accountId", &account))))
}

/// `GET /wiki/rest/api/space/{spaceKey}/state`.
pub(crate) fn space_states(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    Ok(Answer::ok(json!(states(
        call,
        "spaceId",
        &text(&space, "id")
    ))))
}

/// `GET /wiki/rest/api/space/{spaceKey}/state/settings`.
pub(crate) fn state_settings(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_key(call)?;
    Ok(Answer::ok(json!({
        "contentStatesAllowed": true, "customContentStatesAllowed": space["type"] != "knowledge_base",
        "spaceContentStatesAllowed": true, "spaceContentStates": states(call, "spaceId", &text(&space, "id")),
    })))
}

fn states(call: &Call<'_>, member: &str, id: &str) -> Vec<Value> {
    let all = call.of(STATE).values().filter(|s| s[member] == id);
    all.map(|s| pick(s, &["id", "name", "color"])).collect()
}
