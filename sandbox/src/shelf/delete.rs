//! Deletions: what forbids them, and what becomes of what names the document.

use serde_json::{Value, json};

use super::find;
use super::place::{constant, list, look, names, set, take_out, text};
use super::rules::no;
use super::show::reply;
use super::table::{Delete, Guard, Move, Reply, Shelf};
use crate::host::call::{Call, Outcome};
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Deletes the document that the parameters name.
pub(super) fn delete(shelf: &Shelf, delete: &Delete, call: &mut Call<'_>) -> Outcome {
    let mut found = find::find(shelf, call)?;
    let id = find::id_of(shelf, &found.document);
    for guard in delete.forbids {
        forbid(guard, shelf, call, &found.document, &id)?;
    }
    let other = match delete.moves {
        Some(moves) => replacement(shelf, moves, call, &id)?,
        None => None,
    };
    if let Some(check) = delete.check {
        check(call, &mut found.document)?;
    }
    if let (Some(moves), Some(other)) = (delete.moves, other) {
        for (kind, at) in moves.of {
            rename(call, *kind, at, &id, &other);
        }
    }
    call.of_mut(shelf.kind).remove(&found.key);
    for (kind, at) in delete.cascade {
        call.of_mut(*kind).retain(|d| !names(d, at, &id));
    }
    for (kind, at) in delete.forget {
        for document in call.of_mut(*kind).values_mut() {
            forget(document, at, &id);
        }
    }
    reply(delete.reply, shelf, call, &[found.document])
}

/// Takes a place out of the document that the parameters name.
pub(super) fn clear(shelf: &Shelf, at: &str, call: &mut Call<'_>, say: Reply) -> Outcome {
    let mut found = find::find(shelf, call)?;
    take_out(&mut found.document, at);
    call.of_mut(shelf.kind)
        .put(found.key, found.document.clone());
    reply(say, shelf, call, &[found.document])
}

fn forbid(
    guard: &Guard,
    shelf: &Shelf,
    call: &Call<'_>,
    document: &Value,
    id: &str,
) -> Result<(), Refusal> {
    let (holds, otherwise) = match *guard {
        Guard::Used(kind, at, otherwise) => (used(call, kind, at, id), otherwise),
        Guard::Is(at, plain, otherwise) => (
            look(document, at) == Some(&constant(call, plain)),
            otherwise,
        ),
        Guard::Filled(at, otherwise) => (
            !matches!(look(document, at), None | Some(Value::Null))
                && look(document, at) != Some(&json!([]))
                && look(document, at) != Some(&json!({})),
            otherwise,
        ),
        Guard::Last(otherwise) => {
            let above = find::parent(shelf.parent, call)?;
            let all = call.of(shelf.kind).values();
            let beside = all.filter(|d| find::within(shelf, above.as_ref(), d));
            (beside.count() < 2, otherwise)
        }
    };
    if holds { Err(no(otherwise)) } else { Ok(()) }
}

fn used(call: &Call<'_>, kind: Kind, at: &str, id: &str) -> bool {
    call.of(kind).find(|d| names(d, at, id)).is_some()
}

/// The document that takes the place of the deleted one.
fn replacement(
    shelf: &Shelf,
    moves: Move,
    call: &Call<'_>,
    id: &str,
) -> Result<Option<Value>, Refusal> {
    let Some(wanted) = call.get(moves.param) else {
        let is_used = moves.of.iter().any(|(kind, at)| used(call, *kind, at, id));
        return match moves.needed {
            Some(otherwise) if is_used => Err(no(otherwise)),
            _ => Ok(None),
        };
    };
    let above = find::parent(shelf.parent, call)?;
    let other = find::by_id(shelf, call, above.as_ref(), Some(wanted))
        .filter(|other| find::id_of(shelf, &other.document) != id)
        .ok_or_else(|| Refusal::field(moves.param, "is no other one"))?;
    let member = shelf.by.first().and_then(|m| look(&other.document, m));
    Ok(member.cloned())
}

fn rename(call: &mut Call<'_>, kind: Kind, at: &str, id: &str, other: &Value) {
    for document in call.of_mut(kind).values_mut() {
        if !names(document, at, id) {
            continue;
        }
        match look(document, at) {
            Some(Value::Array(_)) => {
                if let Some(items) = list(document, at) {
                    let there = items.contains(other);
                    items.retain(|i| !there || text(i) != id);
                    for item in items.iter_mut().filter(|i| text(i) == id) {
                        *item = other.clone();
                    }
                }
            }
            _ => set(document, at, other.clone()),
        }
    }
}

fn forget(document: &mut Value, at: &str, id: &str) {
    if !names(document, at, id) {
        return;
    }
    match look(document, at) {
        Some(Value::Array(_)) => {
            if let Some(items) = list(document, at) {
                items.retain(|i| text(i) != id);
            }
        }
        _ => take_out(document, at),
    }
}
