//! Creations and changes.

use serde_json::{Value, json};

use super::find::{self, Found};
use super::place::{look, plain, set, take_out, text, text_at};
use super::rules;
use super::show::reply;
use super::table::{Mint, Mode, Reply, Shelf, Write};
use crate::host::call::{Call, Outcome};
use crate::host::refusal::Refusal;

/// Makes one document, or one of every item of a list; all of them or none.
pub(super) fn create(shelf: &Shelf, write: &Write, call: &mut Call<'_>, say: Reply) -> Outcome {
    let above = find::parent(shelf.parent, call)?;
    let body = look(&call.body, write.under).cloned().unwrap_or_default();
    let items = match write.each {
        Some(place) => super::place::items(&body, place),
        None => vec![body],
    };
    let before = call.of(shelf.kind).clone();
    let made: Result<Vec<Value>, Refusal> = items
        .iter()
        .map(|given| one(shelf, write, call, above.as_ref(), given))
        .collect();
    match made {
        Ok(made) => reply(say, shelf, call, &made),
        Err(refusal) => {
            *call.of_mut(shelf.kind) = before;
            Err(refusal)
        }
    }
}

fn one(
    shelf: &Shelf,
    write: &Write,
    call: &mut Call<'_>,
    above: Option<&Value>,
    given: &Value,
) -> Result<Value, Refusal> {
    rules::check(shelf, write, call, (above, None), given)?;
    let mut document = json!({});
    lay(&mut document, write, given);
    if let (Some(parent), Some(above)) = (shelf.parent, above) {
        set(&mut document, parent.member, find::held(parent, above));
    }
    for (place, value) in write.defaults {
        if look(&document, place).is_none() {
            let value = plain(call, *value);
            set(&mut document, place, value);
        }
    }
    let key = mint(shelf, call, &mut document, above);
    store(shelf, write, call, Found { key, document })
}

/// Gives a new document its id, and says under which key it is kept.
fn mint(shelf: &Shelf, call: &mut Call<'_>, document: &mut Value, above: Option<&Value>) -> String {
    let member = shelf.by.first().copied().unwrap_or("id");
    let id = match shelf.mint {
        Mint::Number => json!(call.of_mut(shelf.kind).allocate()),
        Mint::Text => json!(call.of_mut(shelf.kind).allocate().to_string()),
        Mint::Prefix(prefix) => json!(format!("{prefix}{}", call.of_mut(shelf.kind).allocate())),
        Mint::Uuid => json!(call.tenant.entropy.uuid()),
        Mint::Param(param) => json!(call.id(param)),
        Mint::Own => look(document, member).cloned().unwrap_or_default(),
    };
    let key = text(&id);
    set(document, member, id);
    match (shelf.mint, shelf.parent, above) {
        // What a caller names is unique within the parent only.
        (Mint::Own | Mint::Param(_), Some(parent), Some(above)) => {
            let whole = format!("{}/{key}", text(&find::held(parent, above)));
            if member != "id" && matches!(shelf.mint, Mint::Param(_)) {
                set(document, "id", json!(whole));
            }
            whole
        }
        _ => key,
    }
}

/// Changes the document that the parameters name.
pub(super) fn update(shelf: &Shelf, write: &Write, call: &mut Call<'_>) -> Outcome {
    let mut found = find::find(shelf, call)?;
    let above = find::parent(shelf.parent, call)?;
    let given = look(&call.body, write.under).cloned().unwrap_or_default();
    let of = (above.as_ref(), Some(found.key.as_str()));
    rules::check(shelf, write, call, of, &given)?;
    lay(&mut found.document, write, &given);
    let document = store(shelf, write, call, found)?;
    reply(write.reply, shelf, call, &[document])
}

/// Changes the document, or makes it where there is none.
pub(super) fn put(shelf: &Shelf, write: &Write, call: &mut Call<'_>, made: Reply) -> Outcome {
    let above = find::parent(shelf.parent, call)?;
    let id = shelf.id.iter().find_map(|name| call.get(name));
    if find::by_id(shelf, call, above.as_ref(), id).is_some() {
        update(shelf, write, call)
    } else {
        create(shelf, write, call, made)
    }
}

/// Lays what the body gives over the document.
fn lay(document: &mut Value, write: &Write, given: &Value) {
    if write.mode == Mode::Whole {
        set(document, write.at, given.clone());
        return;
    }
    let all: Vec<&str> = match (write.take, given) {
        ([], Value::Object(members)) => members.keys().map(String::as_str).collect(),
        (take, _) => take.to_vec(),
    };
    for name in all {
        let place = format!("{}/{name}", write.at);
        match given.get(name) {
            Some(Value::Null) => take_out(document, &place),
            Some(value) => set(document, &place, value.clone()),
            None if write.mode == Mode::Replace => take_out(document, &place),
            None => {}
        }
    }
}

/// Stamps, the family's own function, and the document in its place.
fn store(
    shelf: &Shelf,
    write: &Write,
    call: &mut Call<'_>,
    Found { key, mut document }: Found,
) -> Result<Value, Refusal> {
    for (place, value) in write.stamps {
        let value = plain(call, *value);
        set(&mut document, place, value);
    }
    if let Some(check) = write.check {
        check(call, &mut document)?;
    }
    call.of_mut(shelf.kind).put(&key, document.clone());
    if let Some(flag) = write.only_one
        && look(&document, flag) == Some(&Value::Bool(true))
    {
        let own = find::id_of(shelf, &document);
        let member = shelf.by.first().copied().unwrap_or("id");
        for other in call.of_mut(shelf.kind).values_mut() {
            if text_at(other, member) != own && look(other, flag).is_some() {
                set(other, flag, json!(false));
            }
        }
    }
    Ok(document)
}
