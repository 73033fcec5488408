//! Entity properties: values that apps and administrators keep under a key of a thing. Jira's products
//! share this shape; each family says what the properties are of, and where.

use crate::shelf::table::{Act, Mint, Mode, Reply, Shape, Shelf, Write};

/// All that such shelves have in common; a family adds kind, parent and operations.
pub(super) const SHELF: Shelf = Shelf {
    noun: "property",
    id: &["propertyKey"],
    by: &["key"],
    mint: Mint::Param("propertyKey"),
    show: Shape {
        pick: &["key", "value"],
        ..Shape::WHOLE
    },
    ..Shelf::PLAIN
};

/// Sets the value to the whole body: 201 where there was none, else 200.
pub(super) const SET: Act = Act::Put(
    &Write {
        at: "value",
        mode: Mode::Whole,
        reply: Reply::Empty(200),
        ..Write::PLAIN
    },
    Reply::Empty(201),
);
