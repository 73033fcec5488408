//! Tabs of screens and the fields on them. A screen holds its tabs, a tab its fields, in their
//! order; a field stands on a screen once.

use serde_json::{Value, json};

use super::field_trash;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// The screen that Jira shows where no other is chosen.
const DEFAULT_SCREEN: &str = "1";

/// Ids of new tabs begin behind those of the seed.
const FIRST_NEW_TAB: u64 = 20_000;

/// `GET /screens/{screenId}/tabs`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let screen = screen(call)?;
    let shown: Vec<Value> = tabs(&screen).iter().map(|tab| brief(tab)).collect();
    Ok(Answer::ok(json!(shown)))
}

/// `POST /screens/{screenId}/tabs`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let mut screen = screen(call)?;
    let name = call.demand("name")?;
    free(&screen, &name)?;
    let tab = empty(call, &name);
    let shown = brief(&tab);
    list_in(&mut screen["tabs"])?.push(tab);
    store(call, screen);
    Ok(Answer::ok(shown))
}

/// `PUT /screens/{screenId}/tabs/{tabId}`.
pub(crate) fn rename(call: &mut Call<'_>) -> Outcome {
    let (mut screen, at) = tab(call)?;
    let name = call.demand("name")?;
    if screen["tabs"][at]["name"] != *name {
        free(&screen, &name)?;
    }
    screen["tabs"][at]["name"] = json!(name);
    let shown = brief(&screen["tabs"][at]);
    store(call, screen);
    Ok(Answer::ok(shown))
}

/// `DELETE /screens/{screenId}/tabs/{tabId}`: its fields are no longer on the screen.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let (mut screen, at) = tab(call)?;
    list_in(&mut screen["tabs"])?.remove(at);
    store(call, screen);
    Ok(Answer::empty(204))
}

/// `POST /screens/{screenId}/tabs/{tabId}/move/{pos}`.
pub(crate) fn move_tab(call: &mut Call<'_>) -> Outcome {
    let (mut screen, at) = tab(call)?;
    let to = call
        .number("pos")
        .filter(|to| *to < tabs(&screen).len())
        .ok_or_else(|| Refusal::bad("There is no such place among the tabs."))?;
    let all = list_in(&mut screen["tabs"])?;
    let moved = all.remove(at);
    all.insert(to, moved);
    store(call, screen);
    Ok(Answer::empty(204))
}

/// `GET /screens/{screenId}/availableFields`: those that are on none of its tabs.
pub(crate) fn available(call: &mut Call<'_>) -> Outcome {
    let screen = screen(call)?;
    let shown: Vec<Value> = call
        .of(Kind::Field)
        .values()
        .filter(|field| field.get(field_trash::MARK).is_none() && !holds(&screen, &field["id"]))
        .map(|field| pick(field, &["id", "name"]))
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /screens/{screenId}/tabs/{tabId}/fields`.
pub(crate) fn fields(call: &mut Call<'_>) -> Outcome {
    let (screen, at) = tab(call)?;
    let held = screen["tabs"][at]["fields"].as_array();
    let shown: Vec<Value> = held
        .into_iter()
        .flatten()
        .filter_map(|id| call.of(Kind::Field).get(id.as_str()?))
        .map(|field| pick(field, &["id", "name"]))
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `POST /screens/{screenId}/tabs/{tabId}/fields`: at the end.
pub(crate) fn add_field(call: &mut Call<'_>) -> Outcome {
    let (screen, at) = tab(call)?;
    let id = call.demand("fieldId")?;
    put_on(call, screen, at, &id, Refusal::bad)
}

/// `POST /screens/addToDefault/{fieldId}`: at the end of the default screen's first tab.
pub(crate) fn add_to_default(call: &mut Call<'_>) -> Outcome {
    let screen = call.find(Kind::Screen, DEFAULT_SCREEN, "There is no default screen.")?;
    let id = call.id("fieldId");
    put_on(call, screen, 0, &id, Refusal::not_found)
}

/// `DELETE /screens/{screenId}/tabs/{tabId}/fields/{id}`.
pub(crate) fn remove_field(call: &mut Call<'_>) -> Outcome {
    let (mut screen, at) = tab(call)?;
    let from = place_of(call, &screen, at)?;
    list_in(&mut screen["tabs"][at]["fields"])?.remove(from);
    store(call, screen);
    Ok(Answer::empty(204))
}

/// `POST /screens/{screenId}/tabs/{tabId}/fields/{id}/move`: behind another one, or to a named
/// place.
pub(crate) fn move_field(call: &mut Call<'_>) -> Outcome {
    let (mut screen, at) = tab(call)?;
    let from = place_of(call, &screen, at)?;
    let all = list_in(&mut screen["tabs"][at]["fields"])?;
    let moved = all.remove(from);
    let to = match (call.text("after"), call.text("position")) {
        (Some(after), _) => {
            // An id, or an address that ends in one.
            let after = after.rsplit('/').next().unwrap_or_default();
            let found = all.iter().position(|field| *field == after);
            found.ok_or_else(|| Refusal::bad(format!("The tab has no field {after}.")))? + 1
        }
        (None, Some("First")) => 0,
        (None, Some("Earlier")) => from.saturating_sub(1),
        (None, Some("Later")) => (from + 1).min(all.len()),
        (None, Some("Last")) => all.len(),
        (None, _) => return Err(Refusal::bad("Either after or position is required.")),
    };
    all.insert(to, moved);
    store(call, screen);
    Ok(Answer::empty(204))
}

/// A tab without fields.
pub(crate) fn empty(call: &mut Call<'_>, name: &str) -> Value {
    let number = call.of_mut(Kind("ScreenTab")).allocate();
    json!({ "id": FIRST_NEW_TAB + number, "name": name, "fields": [] })
}

/// The tab of a screen that a field is on.
pub(crate) fn tab_of<'a>(screen: &'a Value, field: &Value) -> Option<&'a Value> {
    tabs(screen).into_iter().find(|tab| {
        let fields = tab["fields"].as_array();
        fields.is_some_and(|fields| fields.contains(field))
    })
}

pub(crate) fn brief(tab: &Value) -> Value {
    pick(tab, &["id", "name"])
}

fn holds(screen: &Value, field: &Value) -> bool {
    tab_of(screen, field).is_some()
}

fn screen(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::Screen,
        &call.id("screenId"),
        "The screen was not found.",
    )
}

/// The screen and the place of the tab among its tabs.
fn tab(call: &Call<'_>) -> Result<(Value, usize), Refusal> {
    let (screen, id) = (screen(call)?, call.id("tabId"));
    let at = tabs(&screen).iter().position(|tab| id_of(tab) == id);
    let at = at.ok_or_else(|| Refusal::not_found("The screen tab was not found."))?;
    Ok((screen, at))
}

/// The place of the path's field on the tab.
fn place_of(call: &Call<'_>, screen: &Value, at: usize) -> Result<usize, Refusal> {
    let id = call.id("id");
    let fields = screen["tabs"][at]["fields"].as_array();
    let found = fields.and_then(|fields| fields.iter().position(|field| *field == *id));
    found.ok_or_else(|| Refusal::not_found("The field is not on the screen tab."))
}

fn put_on(
    call: &mut Call<'_>,
    mut screen: Value,
    at: usize,
    id: &str,
    twice: fn(&'static str) -> Refusal,
) -> Outcome {
    let field = call.find(Kind::Field, id, "The field was not found.")?;
    if holds(&screen, &field["id"]) {
        return Err(twice("The field is on the screen already."));
    }
    list_in(&mut screen["tabs"][at]["fields"])?.push(json!(id));
    store(call, screen);
    Ok(Answer::ok(pick(&field, &["id", "name"])))
}

fn free(screen: &Value, name: &str) -> Result<(), Refusal> {
    let taken = tabs(screen).iter().any(|tab| tab["name"] == name);
    if taken {
        return Err(Refusal::field("name", "The screen has a tab of this name."));
    }
    Ok(())
}

fn tabs(screen: &Value) -> Vec<&Value> {
    screen["tabs"].as_array().into_iter().flatten().collect()
}

fn list_in(held: &mut Value) -> Result<&mut Vec<Value>, Refusal> {
    held.as_array_mut()
        .ok_or_else(|| Refusal::bad("The screen has no such tab."))
}

/// The id of a document, a number or a text, as it stands in an address.
pub(crate) fn id_of(document: &Value) -> String {
    match &document["id"] {
        Value::String(id) => id.clone(),
        id => id.to_string(),
    }
}

fn store(call: &mut Call<'_>, screen: Value) {
    call.of_mut(Kind::Screen).put(id_of(&screen), screen);
}
