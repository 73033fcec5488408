//! From stored documents to answers.

use serde_json::{Map, Value};

use super::place::{constant, look, set, take_out, text_at};
use super::table::{Reply, Shape, Shelf};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;

/// A document in a shape.
pub(crate) fn show(shape: &Shape, call: &Call<'_>, document: &Value) -> Value {
    let mut shown = match shape.pick {
        [] => document.clone(),
        names => pick(document, names),
    };
    for place in shape.hide {
        take_out(&mut shown, place);
    }
    for (place, plain) in shape.lacking {
        if look(&shown, place).is_none() {
            set(&mut shown, place, constant(call, *plain));
        }
    }
    for (place, path) in shape.links {
        let link = call.link(&filled(path, document));
        set(&mut shown, place, Value::String(link));
    }
    if let Some(more) = shape.more {
        more(call, document, &mut shown);
    }
    shown
}

/// A path with its `{name}`s in place.
fn filled(path: &str, document: &Value) -> String {
    path.split_inclusive('}')
        .map(
            |part| match part.strip_suffix('}').and_then(|p| p.split_once('{')) {
                Some((before, name)) => format!("{before}{}", text_at(document, name)),
                None => part.to_owned(),
            },
        )
        .collect()
}

/// What an operation answers of the documents that it wrote.
pub(super) fn reply(reply: Reply, shelf: &Shelf, call: &Call<'_>, documents: &[Value]) -> Outcome {
    let first = || documents.first().cloned().unwrap_or_default();
    Ok(match reply {
        Reply::Empty(status) => Answer::empty(status),
        Reply::Shown(status) => Answer::json(status, show(&shelf.show, call, &first())),
        Reply::As(status, shape) => Answer::json(status, show(shape, call, &first())),
        Reply::Under(status, name) => {
            Answer::json(status, named(name, show(&shelf.show, call, &first())))
        }
        Reply::Each(status, name) => {
            let all = documents
                .iter()
                .map(|d| show(&shelf.show, call, d))
                .collect();
            Answer::json(status, named(name, Value::Array(all)))
        }
        Reply::Hand(hand) => hand(call, documents)?,
    })
}

/// `{name: value}`, or the value where the name is empty.
pub(super) fn named(name: &str, value: Value) -> Value {
    if name.is_empty() {
        return value;
    }
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
