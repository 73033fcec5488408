//! What a change of shared configuration reaches, resolved.

use serde_json::Value;

use super::{Assignments, Call, Paging};

/// What a change of a target of one kind reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// Kind of target.
    pub kind: String,
    /// What people call it.
    pub what: String,
    /// From the target to the projects that use it; empty where no read leads there.
    pub walk: Vec<Hop>,
    /// What else is counted.
    pub counts: Vec<(String, Count)>,
    /// What cannot be told, and why.
    pub untold: Option<String>,
}

/// A step from what is known to what uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// The call.
    pub call: Call,
    /// Style of paging.
    pub paging: Paging,
    /// Pointer of the items in the answer.
    pub at: String,
    /// Pointer of the key in an item; without it the key asked with goes on.
    pub id: Option<String>,
    /// An item counts only if one of these holds.
    pub keep: Assignments,
    /// An item with this value means every project.
    pub everywhere: Option<(String, Value)>,
    /// How often it is called.
    pub each: Each,
}

/// How often a step is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Once.
    Once,
    /// Once for each key that was found before.
    Key,
    /// Once for as many keys as go into one request.
    Keys,
}

/// A read that gives a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The call.
    pub call: Call,
    /// Pointer of the number.
    pub at: String,
}

/// How projects that were found are called, and how their issues are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Projects {
    /// Reads the projects of some ids.
    pub named: Hop,
    /// Pointer of the key in an item.
    pub key: String,
    /// Pointer of the name in an item.
    pub name: String,
    /// Counts their issues.
    pub issues: Count,
}
