//! The list of all fields, and the trash of custom fields: a field in the trash is found nowhere
//! else, and keeps its contexts and options.

use serde_json::{Value, json};

use super::fields::find;
use super::projects::text;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::time;

/// Says that a field is in the trash, and since when.
pub(crate) const MARK: &str = "trashDate";

/// `GET /field`.
pub(crate) fn all(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = call
        .of(Kind::Field)
        .values()
        .filter(|field| field.get(MARK).is_none())
        .map(|field| {
            let id = text(field, "id");
            let number = id.strip_prefix("customfield_");
            let clauses = match number {
                Some(number) => json!([format!("cf[{number}]"), field["name"]]),
                None => json!([id]),
            };
            json!({
                "id": id, "key": id, "name": field["name"], "custom": number.is_some(),
                "orderable": true, "navigable": true, "searchable": true, "clauseNames": clauses,
                "schema": field["schema"],
            })
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /field/search/trashed`.
pub(crate) fn trashed(call: &mut Call<'_>) -> Outcome {
    let ids = call.list("id");
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let shown: Vec<Value> = call
        .of(Kind::Field)
        .values()
        .filter(|field| field.get(MARK).is_some())
        .filter(|field| ids.is_empty() || ids.contains(&text(field, "id")))
        .filter(|field| text(field, "name").to_lowercase().contains(&words))
        .map(|field| pick(field, &["id", "name", "description", "schema"]))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `POST /field/{id}/trash`.
pub(crate) fn trash(call: &mut Call<'_>) -> Outcome {
    let mut field = find(call, &call.id("id"))?;
    if field.get(MARK).is_some() {
        return Err(Refusal::bad("The field is in the trash already."));
    }
    field[MARK] = json!(time::jira(call.now()));
    store(call, field)
}

/// `POST /field/{id}/restore`.
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    let mut field = find(call, &call.id("id"))?;
    let taken = field.as_object_mut().and_then(|field| field.remove(MARK));
    if taken.is_none() {
        return Err(Refusal::bad("The field is not in the trash."));
    }
    store(call, field)
}

fn store(call: &mut Call<'_>, field: Value) -> Outcome {
    call.of_mut(Kind::Field).put(text(&field, "id"), field);
    Ok(Answer::ok(json!({})))
}
