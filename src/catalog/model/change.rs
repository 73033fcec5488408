//! What a tool changes: its target, the state before, the body, and how it is undone.

use super::{Operation, Place};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// An argument of the call.
    Argument(&'static str),
    /// A part of an argument: its name and a JSON pointer into it.
    ArgumentAt(&'static str, &'static str),
    /// An array of the values of these sources; absent ones are left out.
    Array(&'static [Source]),
    /// An object: what its members are called, and their values; absent ones are left out.
    Object(&'static [(Source, Source)]),
    /// A boolean argument, turned around.
    Negated(&'static str),
    /// A constant, as JSON text.
    Constant(&'static str),
    /// A text made of values.
    Joined(&'static Joined),
    /// A value in the words of where it is written.
    Turned(&'static Turned),
    /// The id of the target.
    Target,
    /// A JSON pointer into the state before.
    Before(&'static str),
    /// A JSON pointer into the state after.
    After(&'static str),
    /// A JSON pointer into what the write puts into force.
    Draft(&'static str),
    /// A JSON pointer into the answer of the write.
    Result(&'static str),
    /// A JSON pointer into the state as it is when an undo is prepared.
    Present(&'static str),
    /// The organisation id of the settings.
    OrgId,
    /// The keys that a difference-based revert acts on (an array).
    Keys,
    /// The single key that a difference-based revert acts on; the call is made once a key.
    Key,
    /// A JSON pointer into the item that has the single key; the call is made once a key.
    Item(&'static str),
}

/// A text made of one value or several and what stands before, between and after them. Only values
/// that are plain ids are joined, so that none of them can be read as part of a query.
#[derive(Debug, PartialEq, Eq)]
pub struct Joined {
    /// The value, or an array of them.
    pub of: Source,
    /// What stands before the first.
    pub before: &'static str,
    /// What stands between two.
    pub between: &'static str,
    /// What stands after the last.
    pub after: &'static str,
}

/// A value that is read in other words than it is written in, such as `ENABLED` for true.
#[derive(Debug, PartialEq, Eq)]
pub struct Turned {
    /// The value; it stays as it is where it is none of the words.
    pub of: Source,
    /// Words that are read, and what is written for each, as JSON text.
    pub into: &'static [(&'static str, &'static str)],
}

/// One parameter of an operation and what fills it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bind {
    /// Published parameter name.
    pub param: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What fills it.
    pub from: Source,
}

/// How a request body is filled.
#[derive(Debug)]
pub enum BodyPlan {
    /// No body.
    None,
    /// Fields by JSON pointer; a field whose source is absent is left out.
    Fields(&'static [(&'static str, Source)]),
    /// One argument is the whole body; constants may be laid over it by pointer.
    Whole(&'static str, &'static [(&'static str, Source)]),
}

/// A call of another operation on behalf of a tool.
#[derive(Debug)]
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// Its parameters.
    pub params: &'static [Bind],
    /// Its body.
    pub body: CallBody,
}

/// The body of a [`Call`].
#[derive(Debug)]
pub enum CallBody {
    /// No body.
    None,
    /// Fields by JSON pointer.
    Fields(&'static [(&'static str, Source)]),
    /// A projection.
    Projected(Projection),
}

/// One request of a write, or of an undo, that sends several. They leave in their order; when one
/// fails, those before it are taken back, the last first.
#[derive(Debug)]
pub struct Step {
    /// Its name in the journal and in answers.
    pub name: &'static str,
    /// What it calls.
    pub call: StepCall,
    /// It is sent only then.
    pub when: Option<When>,
    /// What takes it back.
    pub undo: StepUndo,
}

/// What a step calls.
#[derive(Debug)]
pub enum StepCall {
    /// The operation of the tool, or the call of the undo, that the steps stand around.
    Own,
    /// Another one.
    Other(Call),
}

/// Whether a step is sent: a value compared with a constant.
#[derive(Debug)]
pub struct When {
    /// The value; null when there is none.
    pub at: Source,
    /// The constant, as JSON text.
    pub is: &'static str,
    /// Whether they must differ.
    pub negated: bool,
}

/// What takes a step back when a later one fails.
#[derive(Debug)]
pub enum StepUndo {
    /// Nothing, and why.
    No(&'static str),
    /// A call.
    Call(Call),
}

/// A read made on behalf of a tool.
#[derive(Debug)]
pub struct Read {
    /// The call.
    pub call: Call,
    /// JSON pointer of the state in the answer; empty for the whole answer.
    pub at: &'static str,
    /// Read every page and join the items found at `at`.
    pub all_pages: bool,
    /// Where a list is read and the state is one item of it: JSON pointers in an item, and what they
    /// hold in that one. Empty where the state is all that stands at `at`. No such item is as good as
    /// a 404.
    pub item: &'static [(&'static str, Source)],
    /// JSON pointers (with `*` for array items) that change by themselves and are not compared.
    pub ignore: &'static [&'static str],
    /// A 404 means "not there" and is no error; the state is then null.
    pub absent_ok: bool,
    /// Where in the item the list stands that is the state; empty where the item is the state.
    pub list: &'static str,
}

/// How what a create has made is found again when its answer was lost: the list of what is there,
/// compared with how it was before.
#[derive(Debug)]
pub struct Traces {
    /// The list.
    pub read: Read,
    /// JSON pointer of the id in an item.
    pub id: &'static str,
    /// JSON pointers in an item, and what they hold in the one that was made.
    pub same: &'static [(&'static str, Source)],
}

/// What a write changes.
#[derive(Debug)]
pub struct Target {
    /// Kind of object, e.g. `custom_field`.
    pub kind: &'static str,
    /// Where its id comes from: an argument, or the answer for a create.
    pub id: Source,
}

/// The state before a write.
#[expect(
    clippy::large_enum_variant,
    reason = "it stands in the table of the catalogue, once a tool, and is never moved"
)]
#[derive(Debug)]
pub enum Before {
    /// Not a write.
    NotNeeded,
    /// There is none, and why.
    None(&'static str),
    /// Read it so.
    Read(Read),
}

/// How a write is undone.
#[derive(Debug)]
pub enum Revert {
    /// It cannot be undone, and why.
    No(&'static str),
    /// The same operation again, with the touched fields of [`Tool::shape`] as they were.
    Restore {
        /// Body fields that must always be sent, taken from the present state.
        always: &'static [&'static str],
    },
    /// Another call.
    Recipe {
        /// The call that undoes.
        call: Call,
        /// Only when this argument had this value (JSON text), e.g. `("permanent", "false")`.
        when: Option<(&'static str, &'static str)>,
        /// The requests around it, where it takes several.
        steps: &'static [Step],
    },
    /// Undo only the observed difference between two lists.
    Difference {
        /// JSON pointer (relative to an item of the state) of the key; empty when items are the keys.
        key: &'static str,
        /// Undoes what was added; `None` when that cannot be undone.
        added: Option<Call>,
        /// Undoes what was removed; `None` when that cannot be undone.
        removed: Option<Call>,
    },
}

/// A projection from one JSON shape to another.
#[derive(Debug, Clone, Copy)]
pub struct Projection {
    /// The value it reads.
    pub from: Source,
    /// Start from the whole value instead of an empty object.
    pub whole: bool,
    /// Keys copied under their own name.
    pub pick: &'static [&'static str],
    /// `(to, from)` JSON pointers; a `*` on both sides stands for the same item of an array. Of
    /// several that lead to the same place, the last that has a value counts.
    pub map: &'static [(&'static str, &'static str)],
    /// Pointers set to a constant (JSON text) when nothing is there.
    pub absent: &'static [(&'static str, &'static str)],
    /// Pointers set to a constant (JSON text) always.
    pub set: &'static [(&'static str, &'static str)],
    /// JSON pointers (with `*` for array items) removed at the end.
    pub drop: &'static [&'static str],
    /// Items that are not read at all: a JSON pointer whose first `*` is the item, and the value (JSON
    /// text) that it leads to in those.
    pub skip: &'static [(&'static str, &'static str)],
    /// The list that is held by key, for an operation that changes only the items that it is sent.
    pub keyed: Option<&'static Keyed>,
}

/// A list of a body, told apart by a member of its items. A state holds it as an object from key to
/// values, so that a change of one item can be taken back and leave the others; an item without
/// values counts as not there, and is sent with an empty list to become so.
#[derive(Debug, Clone, Copy)]
pub struct Keyed {
    /// The field of the body that is the list.
    pub list: &'static str,
    /// The member of an item that is its key, a text.
    pub key: &'static str,
    /// The member of an item that is the list of its values.
    pub value: &'static str,
}
