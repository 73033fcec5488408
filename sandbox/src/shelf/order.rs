//! Moves within a list, or among the documents of a kind.

use serde_json::Value;

use super::find;
use super::place::{items, list, look, text, text_at};
use super::show::reply;
use super::table::{Order, Shelf};
use crate::host::call::{Call, Outcome};
use crate::host::refusal::Refusal;

/// Moves what the body names after another one or to an end.
pub(super) fn reorder(shelf: &Shelf, order: &Order, call: &mut Call<'_>) -> Outcome {
    let ids: Vec<String> = items(&call.body, order.ids).iter().map(text).collect();
    let to = target(order, &call.body)?;
    if order.at.is_empty() {
        let above = find::parent(shelf.parent, call)?;
        let member = shelf.by.first().copied().unwrap_or("id");
        let all = call.of_mut(shelf.kind).entries_mut();
        // Documents under other parents stay where they are.
        let slots: Vec<usize> = (0..all.len())
            .filter(|at| {
                all.get(*at)
                    .is_some_and(|(_, d)| find::within(shelf, above.as_ref(), d))
            })
            .collect();
        let mut held: Vec<(String, Value)> = slots
            .iter()
            .filter_map(|at| all.get(*at).cloned())
            .collect();
        moved(&mut held, &ids, &to, |(_, d)| text_at(d, member))?;
        for (slot, entry) in slots.into_iter().zip(held) {
            if let Some(place) = all.get_mut(slot) {
                *place = entry;
            }
        }
        return reply(order.reply, shelf, call, &[]);
    }
    let mut found = find::find(shelf, call)?;
    let held = list(&mut found.document, order.at).ok_or_else(|| Refusal::bad("no list"))?;
    moved(held, &ids, &to, |entry| match entry {
        Value::Object(_) => text_at(entry, order.key),
        id => text(id),
    })?;
    call.of_mut(shelf.kind)
        .put(found.key, found.document.clone());
    reply(order.reply, shelf, call, &[found.document])
}

/// Where moved entries go.
enum To {
    First,
    Last,
    After(String),
}

fn target(order: &Order, body: &Value) -> Result<To, Refusal> {
    if let Some(after) = look(body, order.after).filter(|v| !v.is_null()) {
        return Ok(To::After(text(after)));
    }
    match look(body, order.position).and_then(Value::as_str) {
        Some("First") => Ok(To::First),
        Some("Last") => Ok(To::Last),
        _ => Err(Refusal::bad("say after which one, or First or Last")),
    }
}

fn moved<T>(
    held: &mut Vec<T>,
    ids: &[String],
    to: &To,
    name: impl Fn(&T) -> String,
) -> Result<(), Refusal> {
    let mut taken = Vec::new();
    for id in ids {
        let at = held.iter().position(|entry| name(entry) == *id);
        let at = at.ok_or_else(|| Refusal::bad(format!("{id} is not in the list")))?;
        taken.push(held.remove(at));
    }
    let at = match to {
        To::First => 0,
        To::Last => held.len(),
        To::After(id) => {
            let at = held.iter().position(|entry| name(entry) == *id);
            at.ok_or_else(|| Refusal::bad(format!("{id} is not in the list")))? + 1
        }
    };
    held.splice(at..at, taken);
    Ok(())
}
