//! Carries out one operation of a shelf.

use super::place::look;
use super::show::show;
use super::table::{Act, Shelf};
use super::{delete, find, link, list, order, write};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;

/// Does what the table says of the operation.
pub(crate) fn run(shelf: &Shelf, act: &Act, call: &mut Call<'_>) -> Outcome {
    match *act {
        Act::List(list) => list::list(shelf, list, call),
        Act::Get => {
            let found = find::find(shelf, call)?;
            Ok(Answer::ok(show(&shelf.show, call, &found.document)))
        }
        Act::GetAt(place) => {
            let found = find::find(shelf, call)?;
            let value = look(&found.document, place);
            Ok(Answer::ok(value.cloned().unwrap_or_default()))
        }
        Act::Create(write) => write::create(shelf, write, call, write.reply),
        Act::Update(write) => write::update(shelf, write, call),
        Act::Put(write, made) => write::put(shelf, write, call, made),
        Act::Delete(delete) => delete::delete(shelf, delete, call),
        Act::Clear(place, reply) => delete::clear(shelf, place, call, reply),
        Act::Attach(link) => link::attach(shelf, link, call),
        Act::Detach(link) => link::detach(shelf, link, call),
        Act::Reorder(order) => order::reorder(shelf, order, call),
        Act::Hand(handler) => handler(call),
    }
}
