//! The data classification level that the new pages of a space get.

use serde_json::{Value, json};

use super::spaces;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /classification-levels`: the organisation's that are published.
pub(crate) fn levels(call: &mut Call<'_>) -> Outcome {
    let published = call.of(Kind::ClassificationLevel).values();
    let shown: Vec<Value> = published.filter(|l| is_published(l)).map(show).collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /spaces/{id}/classification-level/default`: 404 where the space has none.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_id(call, "id")?;
    let level = call.find(
        Kind::ClassificationLevel,
        &text(&space, "classification"),
        "The space has no default classification level",
    )?;
    Ok(Answer::ok(show(&level)))
}

/// `PUT /spaces/{id}/classification-level/default`.
pub(crate) fn set(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_id(call, "id")?;
    let level = call.demand("id")?;
    let known = call.tenant.get(Kind::ClassificationLevel, &level);
    if !known.is_some_and(is_published) {
        return Err(Refusal::bad("There is no such classification level"));
    }
    space["classification"] = json!(level);
    spaces::store(call, &space);
    Ok(Answer::empty(204))
}

/// `DELETE /spaces/{id}/classification-level/default`.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let mut space = spaces::by_id(call, "id")?;
    if let Some(members) = space.as_object_mut() {
        members.remove("classification");
    }
    spaces::store(call, &space);
    Ok(Answer::empty(204))
}

fn is_published(level: &Value) -> bool {
    level["status"] == "PUBLISHED"
}

fn show(level: &Value) -> Value {
    json!({
        "id": level["id"], "name": level["name"], "description": level["definition"], "guideline": level["guideline"],
        "order": level["sensitivity"], "color": level["color"], "status": level["status"],
    })
}
