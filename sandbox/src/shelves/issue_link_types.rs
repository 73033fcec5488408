//! Types of links between issues.

use crate::shelf::table::{Act, Delete, List, Op, Paging, Reply, Shape, Shelf, Unique, Write};
use crate::state::kind::Kind;

const ONE: &str = "/rest/api/3/issueLinkType/{issueLinkTypeId}";

/// The document gives 404 for a name in use as well.
const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (404, "An issue link type with this name already exists."),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind("IssueLinkType"),
    noun: "issue link type",
    id: &["issueLinkTypeId"],
    show: Shape {
        links: &[("self", "/rest/api/3/issueLinkType/{id}")],
        ..Shape::WHOLE
    },
    ops: &[
        Op(
            "GET",
            "/rest/api/3/issueLinkType",
            Act::List(&List {
                page: Paging::Wrap("issueLinkTypes"),
                ..List::PLAIN
            }),
        ),
        Op("GET", ONE, Act::Get),
        Op(
            "POST",
            "/rest/api/3/issueLinkType",
            Act::Create(&Write {
                take: &["name", "inward", "outward"],
                demand: &["name", "inward", "outward"],
                unique: Some(TAKEN),
                reply: Reply::Shown(201),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            ONE,
            Act::Update(&Write {
                take: &["name", "inward", "outward"],
                demand: &["name", "inward", "outward"],
                unique: Some(TAKEN),
                ..Write::PLAIN
            }),
        ),
        Op("DELETE", ONE, Act::Delete(&Delete::PLAIN)),
    ],
    ..Shelf::PLAIN
}];
