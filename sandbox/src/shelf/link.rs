//! Associations: ids and entries in a list of a document.

use serde_json::Value;

use super::find;
use super::place::{self, list, text, text_at};
use super::rules::no;
use super::show::{named, reply};
use super::table::{From, Link, Shelf};
use crate::host::call::{Call, Outcome};
use crate::host::refusal::Refusal;

/// Adds entries to the list.
pub(super) fn attach(shelf: &Shelf, link: &Link, call: &mut Call<'_>) -> Outcome {
    let mut found = find::find(shelf, call)?;
    let given = given(link, call)?;
    let held = list(&mut found.document, link.at).ok_or_else(|| Refusal::bad("no list"))?;
    for entry in given.iter().cloned() {
        let id = name(link, &entry);
        match (held.iter().any(|h| name(link, h) == id), link.already) {
            (true, Some(otherwise)) => return Err(no(otherwise)),
            (true, None) => {}
            (false, _) => held.push(entry),
        }
    }
    if link.exclusive {
        let ids: Vec<String> = given.iter().map(|e| name(link, e)).collect();
        for other in call.of_mut(shelf.kind).values_mut() {
            if place::look(other, link.at).is_some()
                && let Some(held) = list(other, link.at)
            {
                held.retain(|h| !ids.contains(&name(link, h)));
            }
        }
    }
    call.of_mut(shelf.kind)
        .put(found.key, found.document.clone());
    reply(link.reply, shelf, call, &[found.document])
}

/// Takes entries out of the list.
pub(super) fn detach(shelf: &Shelf, link: &Link, call: &mut Call<'_>) -> Outcome {
    let mut found = find::find(shelf, call)?;
    let given = given(link, call)?;
    let held = list(&mut found.document, link.at).ok_or_else(|| Refusal::bad("no list"))?;
    for entry in given {
        let id = name(link, &entry);
        let before = held.len();
        held.retain(|h| name(link, h) != id);
        if let (true, Some(otherwise)) = (held.len() == before, link.absent) {
            return Err(no(otherwise));
        }
    }
    call.of_mut(shelf.kind)
        .put(found.key, found.document.clone());
    reply(link.reply, shelf, call, &[found.document])
}

/// The entries that the request names; refused where one is no id of its kind.
fn given(link: &Link, call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let given = match link.from {
        From::Body(at) => place::items(&call.body, at),
        From::Param(param) => call.list(param).iter().map(|v| v.as_str().into()).collect(),
        From::Hand(hand) => hand(call)?,
    };
    if let Some((kind, otherwise)) = link.refer
        && given
            .iter()
            .any(|entry| call.tenant.get(kind, &name(link, entry)).is_none())
    {
        return Err(no(otherwise));
    }
    let whole = |entry: Value| match entry {
        Value::Object(_) => entry,
        id => named(link.key, id),
    };
    Ok(given.into_iter().map(whole).collect())
}

/// The id of an entry.
fn name(link: &Link, entry: &Value) -> String {
    match entry {
        Value::Object(_) => text_at(entry, link.key),
        id => text(id),
    }
}
