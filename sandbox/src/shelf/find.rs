//! Which document an operation is about, and which stand beside it.

use serde_json::Value;

use super::place::{look, names, text_at};
use super::table::{Parent, Shelf};
use crate::host::call::Call;
use crate::host::refusal::Refusal;

/// A document with its key in the collection.
pub(super) struct Found {
    pub(super) key: String,
    pub(super) document: Value,
}

/// The document that the parameters name, within its parent; 404 where there is none.
pub(super) fn find(shelf: &Shelf, call: &Call<'_>) -> Result<Found, Refusal> {
    let above = parent(shelf.parent, call)?;
    let wanted = shelf.id.iter().find_map(|name| call.get(name));
    if let (Some(name), None) = (shelf.id.first(), wanted) {
        return Err(Refusal::field(name, "is required"));
    }
    by_id(shelf, call, above.as_ref(), wanted).ok_or_else(|| missing(shelf.noun))
}

/// A document by its id; without one, the only document.
pub(super) fn by_id(
    shelf: &Shelf,
    call: &Call<'_>,
    above: Option<&Value>,
    id: Option<&str>,
) -> Option<Found> {
    let is = |d: &Value| id.is_none_or(|id| shelf.by.iter().any(|m| text_at(d, m) == id));
    call.of(shelf.kind)
        .entries()
        .find(|(_, d)| within(shelf, above, d) && is(d))
        .map(|(key, document)| Found {
            key: key.to_owned(),
            document: document.clone(),
        })
}

/// Whether a document stands under this parent.
pub(super) fn within(shelf: &Shelf, above: Option<&Value>, document: &Value) -> bool {
    match (shelf.parent, above) {
        (Some(parent), Some(above)) => names(document, parent.member, &parent_id(parent, above)),
        _ => true,
    }
}

/// The parent's document, found from the topmost down; 404 where one is missing.
pub(super) fn parent(parent: Option<&Parent>, call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    let Some(this) = parent else { return Ok(None) };
    let above = self::parent(this.above, call)?;
    let wanted = if this.param.starts_with('/') {
        text_at(&call.body, this.param)
    } else {
        call.id(this.param)
    };
    let under = |d: &Value| match (this.above, &above) {
        (Some(grand), Some(above)) => names(d, grand.member, &parent_id(grand, above)),
        _ => true,
    };
    call.of(this.kind)
        .find(|d| this.by.iter().any(|m| text_at(d, m) == wanted) && under(d))
        .cloned()
        .map(Some)
        .ok_or_else(|| missing(this.noun))
}

fn parent_id(parent: &Parent, document: &Value) -> String {
    parent
        .by
        .first()
        .map_or_else(String::new, |m| text_at(document, m))
}

/// The id of a parent as its children hold it.
pub(super) fn held(parent: &Parent, document: &Value) -> Value {
    let member = parent.by.first().and_then(|m| look(document, m));
    member.cloned().unwrap_or_default()
}

/// The id by which others name a document of the shelf.
pub(super) fn id_of(shelf: &Shelf, document: &Value) -> String {
    shelf
        .by
        .first()
        .map_or_else(String::new, |m| text_at(document, m))
}

pub(super) fn missing(noun: &str) -> Refusal {
    Refusal::not_found(format!("The {noun} was not found."))
}
