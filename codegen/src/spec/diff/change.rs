//! The vocabulary of a comparison.

use std::collections::BTreeMap;

/// What differs between two versions of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Operations that only the newer document has.
    pub added: Vec<Name>,
    /// Operations that only the older document has.
    pub removed: Vec<Name>,
    /// Operations that both have and that differ, by their older name.
    pub changed: BTreeMap<Name, Vec<Change>>,
}

/// An operation, as a reader of the report wants it named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The path template.
    pub path: String,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The operation's id.
    pub id: String,
}

/// One difference of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it concerns.
    pub place: Place,
    /// What is different, as a lowercase fragment.
    pub what: String,
    /// What it does to a caller that was right before.
    pub effect: Effect,
}

/// What a change does to a caller that was right before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing: the caller is right still.
    Harmless,
    /// A caller that uses the changed part may be wrong now.
    Breaks,
    /// Every caller must give what it did not have to give before.
    Demands,
}

/// The part of an operation that a change concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The operation as such: its id, scopes, media types.
    Operation,
    /// The operation was marked as deprecated.
    Deprecation,
    /// A parameter, by published name.
    Parameter(String),
    /// A field of the request body, e.g. `/fields/[]/name`; empty for the body itself.
    Body(String),
    /// A field of the answer.
    Answer(String),
}

impl Change {
    pub(super) fn new(effect: Effect, place: Place, what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            place,
            what,
            effect,
        }
    }

    /// A change after which a caller that was right before may be wrong.
    pub(super) fn breaking(place: Place, what: impl Into<String>) -> Self {
        Self::new(Effect::Breaks, place, what)
    }

    /// A change that leaves former callers right.
    pub(super) fn harmless(place: Place, what: impl Into<String>) -> Self {
        Self::new(Effect::Harmless, place, what)
    }

    /// A change after which every caller must give what it did not have to give before.
    pub(super) fn demanding(place: Place, what: impl Into<String>) -> Self {
        Self::new(Effect::Demands, place, what)
    }

    /// Whether a caller that was right before may be wrong now.
    pub fn breaks(&self) -> bool {
        self.effect != Effect::Harmless
    }
}

impl Place {
    /// How the report names the place; empty for the operation itself.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Operation | Self::Deprecation => String::new(),
            Self::Parameter(name) => format!("parameter `{name}` "),
            Self::Body(field) if field.is_empty() => "body ".to_owned(),
            Self::Body(field) => format!("body field `{field}` "),
            Self::Answer(field) => format!("answer field `{field}` "),
        }
    }
}
