//! From the shape in which a thing is read to the one in which it is written, resolved.

use serde_json::Value;

use super::Source;

/// From one shape to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// What it reads.
    pub from: Source,
    /// Start from the whole.
    pub whole: bool,
    /// Keys copied.
    pub pick: Vec<String>,
    /// (to, from).
    pub map: Vec<(String, String)>,
    /// Set when absent.
    pub absent: Vec<(String, Value)>,
    /// Set always.
    pub set: Vec<(String, Value)>,
    /// Removed at the end.
    pub drop: Vec<String>,
    /// Items left out: (pointer with `*` for the item, its value).
    pub skip: Vec<(String, Value)>,
    /// The list that is merged by a member of its items.
    pub keyed: Option<Box<Keyed>>,
}

/// A list of a body in which an operation changes only the items it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The field of the body.
    pub list: String,
    /// The member that tells its items apart.
    pub key: String,
    /// The member that holds the values of an item, a list.
    pub value: String,
}
