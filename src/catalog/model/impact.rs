//! What a change of shared configuration reaches: the reads that lead from it to the projects.

use super::{Call, Operation, Paging, Source};

/// What a change of a target of one kind reaches.
#[derive(Debug)]
pub struct Impact {
    /// Kind of target, e.g. `permission_scheme`.
    pub kind: &'static str,
    /// What people call it.
    pub what: &'static str,
    /// From the target to the ids of the projects that use it; empty where no read leads there.
    pub walk: &'static [Hop],
    /// What else is counted, by what it is.
    pub counts: &'static [(&'static str, Count)],
    /// What cannot be told, and why.
    pub untold: Option<&'static str>,
}

/// A step from what is known to what uses it: each item that it reads gives the keys with which
/// the next step asks.
#[derive(Debug)]
pub struct Hop {
    /// The call.
    pub call: Call,
    /// Style of paging; [`Paging::None`] reads the answer whole.
    pub paging: Paging,
    /// JSON pointer of the items in the answer: a list, or one thing.
    pub at: &'static str,
    /// JSON pointer (with `*`) of the keys in an item; without it the key asked with goes on.
    pub id: Option<&'static str>,
    /// An item counts only if one of these pointers leads to that value; any item if empty.
    pub keep: &'static [(&'static str, Source)],
    /// An item with this value (JSON text) means every project.
    pub everywhere: Option<(&'static str, &'static str)>,
    /// How often it is called.
    pub each: Each,
}

/// How often a [`Hop`] is called.
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
#[derive(Debug)]
pub struct Count {
    /// The call.
    pub call: Call,
    /// JSON pointer of the number in the answer.
    pub at: &'static str,
}

/// How projects that were found are called, and how their issues are counted.
#[derive(Debug)]
pub struct Projects {
    /// Reads the projects of some ids.
    pub named: Hop,
    /// JSON pointer of a project's key in an item.
    pub key: &'static str,
    /// JSON pointer of a project's name in an item.
    pub name: &'static str,
    /// Counts their issues.
    pub issues: Count,
}

impl Impact {
    /// Every operation that is called to tell the impact, but for those about the projects found.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        let hops = self.walk.iter().map(|hop| hop.call.operation);
        hops.chain(self.counts.iter().map(|(_, count)| count.call.operation))
    }
}

impl Projects {
    /// The operations about the projects found.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        [self.named.call.operation, self.issues.call.operation].into_iter()
    }
}
