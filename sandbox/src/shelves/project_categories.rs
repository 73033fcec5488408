//! Categories of projects.

use crate::shelf::table::{Act, Delete, List, Mode, Op, Reply, Shape, Shelf, Unique, Write};
use crate::state::kind::Kind;

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (409, "A project category with this name already exists."),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind("ProjectCategory"),
    noun: "project category",
    show: Shape {
        links: &[("self", "/rest/api/3/projectCategory/{id}")],
        ..Shape::WHOLE
    },
    ops: &[
        Op(
            "GET",
            "/rest/api/3/projectCategory",
            Act::List(&List::PLAIN),
        ),
        Op("GET", "/rest/api/3/projectCategory/{id}", Act::Get),
        Op(
            "POST",
            "/rest/api/3/projectCategory",
            Act::Create(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                reply: Reply::Shown(201),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/projectCategory/{id}",
            Act::Update(&Write {
                take: &["name", "description"],
                mode: Mode::Merge,
                demand: &["name"],
                unique: Some(TAKEN),
                ..Write::PLAIN
            }),
        ),
        Op(
            "DELETE",
            "/rest/api/3/projectCategory/{id}",
            Act::Delete(&Delete::PLAIN),
        ),
    ],
    ..Shelf::PLAIN
}];
