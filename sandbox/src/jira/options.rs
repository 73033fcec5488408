//! Options of select fields, in each context of their own.

use serde_json::{Value, json};

use super::contexts::context;
use super::projects::text;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

const SHOWN: [&str; 4] = ["id", "value", "disabled", "optionId"];

/// `GET /field/{fieldId}/context/{contextId}/option`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let id = select(call)?;
    let only = call.get("optionId").map(str::to_owned);
    let shown: Vec<Value> = of(call, &id)
        .iter()
        .filter(|o| !call.flag("onlyOptions") || o.get("optionId").is_none())
        .filter(|o| only.as_deref().is_none_or(|id| o["id"] == id))
        .map(|o| pick(o, &SHOWN))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `POST /field/{fieldId}/context/{contextId}/option`: all of them or none.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = select(call)?;
    let wanted = given(call);
    let mut values: Vec<String> = of(call, &id).iter().map(|o| text(o, "value")).collect();
    for option in &wanted {
        let value = text(option, "value");
        if value.trim().is_empty() {
            return Err(Refusal::bad("The option has no value."));
        }
        if values.contains(&value) {
            return Err(Refusal::bad(format!("The option {value} exists already.")));
        }
        values.push(value);
    }
    let field = call.id("fieldId");
    let mut made = Vec::new();
    for option in wanted {
        let number = call.of_mut(Kind::FieldOption).allocate().to_string();
        let mut stored = pick(&option, &["value", "optionId"]);
        stored["id"] = json!(number);
        stored["fieldId"] = json!(field);
        stored["contextId"] = json!(id);
        stored["disabled"] = json!(option["disabled"] == true);
        made.push(pick(&stored, &SHOWN));
        call.of_mut(Kind::FieldOption).put(number, stored);
    }
    Ok(Answer::ok(json!({ "options": made })))
}

/// `PUT /field/{fieldId}/context/{contextId}/option`: what is given of each; all of them or none.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = select(call)?;
    let present = of(call, &id);
    let mut changed = Vec::new();
    for option in given(call) {
        let stored = present.iter().find(|o| o["id"] == option["id"]);
        let mut stored = stored
            .cloned()
            .ok_or_else(|| Refusal::not_found("The option was not found."))?;
        for member in ["value", "disabled"] {
            if let Some(value) = option.get(member) {
                stored[member] = value.clone();
            }
        }
        changed.push(stored);
    }
    let shown: Vec<Value> = changed
        .iter()
        .map(|o| pick(o, &["id", "value", "disabled"]))
        .collect();
    for stored in changed {
        let number = text(&stored, "id");
        call.of_mut(Kind::FieldOption).put(number, stored);
    }
    Ok(Answer::ok(json!({ "options": shown })))
}

/// The context of the path, of a field that has options.
pub(crate) fn select(call: &Call<'_>) -> Result<String, Refusal> {
    let (id, _) = context(call)?;
    let field = call.find(Kind::Field, &call.id("fieldId"), "No such field.")?;
    let schema = &field["schema"];
    let has_options = [&schema["type"], &schema["items"]]
        .iter()
        .any(|kind| *kind == "option" || *kind == "option-with-child");
    if has_options {
        Ok(id)
    } else {
        Err(Refusal::bad("The custom field does not support options."))
    }
}

/// The options of a context, in its own order where it has one.
pub(crate) fn of(call: &Call<'_>, context: &str) -> Vec<Value> {
    let all = call.of(Kind::FieldOption).values();
    let mut options: Vec<Value> = all
        .filter(|o| o["contextId"] == *context)
        .cloned()
        .collect();
    let document = call.of(Kind::FieldContext).get(context);
    if let Some(order) = document.and_then(|c| c["optionOrder"].as_array()) {
        // What was made since stands at the end.
        options.sort_by_key(|o| {
            order
                .iter()
                .position(|id| *id == o["id"])
                .unwrap_or(order.len())
        });
    }
    options
}

fn given(call: &Call<'_>) -> Vec<Value> {
    call.body["options"].as_array().cloned().unwrap_or_default()
}
