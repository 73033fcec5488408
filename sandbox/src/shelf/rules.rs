//! What refuses a creation or a change.

use serde_json::Value;

use super::find::within;
use super::place::{items, look, text, text_at};
use super::table::{Mode, No, Refer, Shelf, Unique, Write};
use crate::host::call::Call;
use crate::host::refusal::Refusal;

/// Holds what the body gives against the rules; `own` is the key of the document that is changed.
pub(super) fn check(
    shelf: &Shelf,
    write: &Write,
    call: &Call<'_>,
    (above, own): (Option<&Value>, Option<&str>),
    given: &Value,
) -> Result<(), Refusal> {
    let may_omit = own.is_some() && write.mode == Mode::Merge;
    for place in write.demand {
        let blank = match look(given, place) {
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Null) => true,
            Some(_) => false,
            None => !may_omit,
        };
        if blank {
            return Err(Refusal::field(place, "is required"));
        }
    }
    if let Some(unique) = write.unique {
        free(shelf, unique, call, (above, own), given)?;
    }
    for refer in write.refers {
        exists(refer, call, given)?;
    }
    match write.limit {
        Some((most, otherwise)) if own.is_none() => {
            let all = call.of(shelf.kind).values();
            if all.filter(|d| within(shelf, above, d)).count() >= most {
                return Err(no(otherwise));
            }
        }
        _ => {}
    }
    Ok(())
}

fn free(
    shelf: &Shelf,
    unique: Unique,
    call: &Call<'_>,
    (above, own): (Option<&Value>, Option<&str>),
    given: &Value,
) -> Result<(), Refusal> {
    let Some(wanted) = look(given, unique.member).map(text) else {
        return Ok(());
    };
    let same = |d: &Value| text_at(d, unique.member).eq_ignore_ascii_case(wanted.trim());
    let beside = |d: &Value| !unique.in_parent || within(shelf, above, d);
    let mut others = call
        .of(shelf.kind)
        .entries()
        .filter(|(k, _)| Some(*k) != own);
    if !others.any(|(_, d)| same(d) && beside(d)) {
        return Ok(());
    }
    Err(match unique.otherwise {
        (400, words) => Refusal::field(unique.member, words),
        otherwise => no(otherwise),
    })
}

fn exists(refer: &Refer, call: &Call<'_>, given: &Value) -> Result<(), Refusal> {
    let known = |id: &Value| call.tenant.get(refer.kind, &text(id)).is_some();
    if items(given, refer.at).iter().all(known) {
        Ok(())
    } else {
        Err(no(refer.otherwise))
    }
}

pub(super) fn no((status, words): No) -> Refusal {
    Refusal::new(status, words)
}
