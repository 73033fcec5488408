//! Properties of Confluence spaces.

use serde_json::{Value, json};

use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::shelf::table::{
    Act, Delete, Filter, List, Op, Paging, Parent, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;
use crate::state::time;

const ONE: &str = "/spaces/{space-id}/properties/{property-id}";
const ALL: &str = "/spaces/{space-id}/properties";

const SPACE: Parent = Parent {
    kind: Kind::Space,
    noun: "space",
    param: "space-id",
    by: &["id"],
    member: "spaceId",
    above: None,
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    api: "confluence-v2",
    kind: Kind::SpaceProperty,
    noun: "space property",
    id: &["property-id"],
    parent: Some(&SPACE),
    show: Shape {
        hide: &["spaceId"],
        ..Shape::WHOLE
    },
    ops: &[
        Op(
            "GET",
            ALL,
            Act::List(&List {
                page: Paging::Cursor,
                filters: &[Filter::Is("key", "key")],
                ..List::PLAIN
            }),
        ),
        Op("GET", ONE, Act::Get),
        Op(
            "POST",
            ALL,
            Act::Create(&Write {
                take: &["key", "value"],
                demand: &["key"],
                unique: Some(Unique {
                    member: "key",
                    in_parent: true,
                    otherwise: (400, "The space has a property with this key already."),
                }),
                defaults: &[("createdAt", Plain::NowIso), ("createdBy", Plain::Caller)],
                check: Some(first_version),
                reply: Reply::Shown(201),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            ONE,
            Act::Update(&Write {
                take: &["value"],
                check: Some(next_version),
                ..Write::PLAIN
            }),
        ),
        Op("DELETE", ONE, Act::Delete(&Delete::PLAIN)),
    ],
    ..Shelf::PLAIN
}];

fn first_version(call: &mut Call<'_>, property: &mut Value) -> Result<(), Refusal> {
    property["version"] = version(call, 1);
    Ok(())
}

/// A change says the number of the version to come.
fn next_version(call: &mut Call<'_>, property: &mut Value) -> Result<(), Refusal> {
    let next = property["version"]["number"].as_u64().unwrap_or(1) + 1;
    if call.body["version"]["number"] != next {
        return Err(Refusal::conflict(format!("The version to come is {next}.")));
    }
    property["version"] = version(call, next);
    Ok(())
}

fn version(call: &Call<'_>, number: u64) -> Value {
    json!({ "createdAt": time::iso(call.now()), "createdBy": call.account, "message": "", "number": number })
}
