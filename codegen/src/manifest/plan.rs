//! The manifest resolved against the documents: the catalogue before it is printed.
//!
//! The types mirror `src/catalog/model.rs` of the server, where their meaning is told.

mod impact;
mod projection;

use serde_json::Value;

pub use super::enums::{Credential, Effect, Evidence, Place, Retry};
pub use impact::{Count, Each, Hop, Impact, Projects};
pub use projection::{Keyed, Projection};

/// A family of tools.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Credential of its tools.
    pub credential: Credential,
}

/// An operation that the manifest uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// `api:id`.
    pub key: String,
    /// Document.
    pub api: String,
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Parameters.
    pub params: Vec<Param>,
    /// Body.
    pub body: Option<RequestBody>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// The credentials that it takes.
    pub takes: Takes,
    /// Headers sent always.
    pub headers: Vec<(String, String)>,
    /// Retry class.
    pub retry: Retry,
    /// Marked experimental.
    pub experimental: bool,
    /// Marked deprecated.
    pub deprecated: bool,
}

/// Which of a person's two credentials an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// A 3LO access token, with the scopes of the operation.
    pub oauth: bool,
    /// An API token of the person's own.
    pub token: bool,
}

/// A parameter as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Published name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it is required.
    pub required: bool,
    /// JSON Schema.
    pub schema: Value,
}

/// A body as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestBody {
    /// Whether it is required.
    pub required: bool,
    /// Media type.
    pub media: String,
    /// Self-contained JSON Schema.
    pub schema: Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// An argument.
    Argument(String),
    /// A part of an argument.
    ArgumentAt(String, String),
    /// An array of sources.
    Array(Vec<Source>),
    /// An object: what its members are called, and their values.
    Object(Vec<(Source, Source)>),
    /// A boolean argument, turned around.
    Negated(String),
    /// A constant.
    Constant(Value),
    /// A text around a value, or around and between several.
    Joined(Box<Joined>),
    /// A value in the words of where it is written.
    Turned(Box<Turned>),
    /// The target's id.
    Target,
    /// Pointer into the state before.
    Before(String),
    /// Pointer into the state after.
    After(String),
    /// Pointer into the draft.
    Draft(String),
    /// Pointer into the answer.
    Result(String),
    /// Pointer into the state as it is when an undo is prepared.
    Present(String),
    /// The organisation id.
    OrgId,
    /// The keys of a difference.
    Keys,
    /// One key of a difference.
    Key,
    /// Pointer into the item that has this one key.
    Item(String),
}

/// A text made of values and what stands before, between and after them.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// The values.
    pub of: Source,
    /// What stands before the first.
    pub before: String,
    /// What stands between two.
    pub between: String,
    /// What stands after the last.
    pub after: String,
}

/// A value that is read in other words than it is written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Turned {
    /// The value.
    pub of: Source,
    /// Words that are read, and what is written for each.
    pub into: Vec<(String, Value)>,
}

/// A parameter and what fills it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bind {
    /// Published name.
    pub param: String,
    /// Where it stands.
    pub place: Place,
    /// What fills it.
    pub from: Source,
}

/// Pointers and what fills them.
pub type Assignments = Vec<(String, Source)>;

/// How a body is filled.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyPlan {
    /// No body.
    None,
    /// By pointer.
    Fields(Assignments),
    /// One argument, with constants over it.
    Whole(String, Assignments),
}

/// A call of another operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Key of the operation.
    pub operation: String,
    /// Parameters.
    pub params: Vec<Bind>,
    /// Body.
    pub body: CallBody,
}

/// Body of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum CallBody {
    /// None.
    None,
    /// By pointer.
    Fields(Assignments),
    /// A projection.
    Projected(Box<Projection>),
}

/// One request of several.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Name.
    pub name: String,
    /// What it calls.
    pub call: StepCall,
    /// Only then.
    pub when: Option<When>,
    /// What takes it back.
    pub undo: StepUndo,
}

/// What a step calls.
#[derive(Debug, Clone, PartialEq)]
pub enum StepCall {
    /// The call that the steps stand around.
    Own,
    /// Another.
    Other(Box<Call>),
}

/// Whether a step is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// The value looked at.
    pub at: Source,
    /// What it is compared with.
    pub is: Value,
    /// Whether it must differ.
    pub negated: bool,
}

/// What takes a step back.
#[derive(Debug, Clone, PartialEq)]
pub enum StepUndo {
    /// Nothing, and why.
    No(String),
    /// A call.
    Call(Call),
}

/// A read on behalf of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The call.
    pub call: Call,
    /// Pointer of the state.
    pub at: String,
    /// Read every page.
    pub all_pages: bool,
    /// Pointers in an item of the list, and what they hold in the one that is the state.
    pub item: Assignments,
    /// Pointers not compared.
    pub ignore: Vec<String>,
    /// 404 means none.
    pub absent_ok: bool,
    /// Where in the item the list stands that is the state; empty where the item is.
    pub list: String,
}

/// How what a create has made is found again.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces {
    /// The list of what is there.
    pub read: Read,
    /// Pointer of the id in an item.
    pub id: String,
    /// Pointers in an item, and what they hold in the one that was made.
    pub same: Assignments,
}

/// What a write changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Kind.
    pub kind: String,
    /// Where the id comes from.
    pub id: Source,
}

/// The state before.
#[derive(Debug, Clone, PartialEq)]
pub enum Before {
    /// Not a write.
    NotNeeded,
    /// None, and why.
    None(String),
    /// Read so.
    Read(Box<Read>),
}

/// How a write is undone.
#[derive(Debug, Clone, PartialEq)]
pub enum Revert {
    /// Not, and why.
    No(String),
    /// Same operation with the fields as they were.
    Restore {
        /// Fields always sent.
        always: Vec<String>,
    },
    /// Another call.
    Recipe {
        /// The call.
        call: Call,
        /// Only when this argument had this value.
        when: Option<(String, Value)>,
        /// The requests around it, where it takes several.
        steps: Vec<Step>,
    },
    /// By observed difference.
    Difference {
        /// Pointer of the key.
        key: String,
        /// Undoes what was added.
        added: Option<Call>,
        /// Undoes what was removed.
        removed: Option<Call>,
    },
}

/// Style of paging.
#[derive(Debug, Clone, PartialEq)]
pub enum Paging {
    /// None; items at the pointer.
    None {
        /// Pointer of the items.
        items: Option<String>,
    },
    /// Offset and size.
    Offset {
        /// Name of the offset.
        offset: String,
        /// Name of the size.
        size: String,
        /// Largest page.
        largest: usize,
        /// Pointer of the items.
        items: String,
        /// Pointer of the total.
        total: String,
        /// Pointer of the mark of the last page.
        last: String,
    },
    /// Cursor.
    Cursor {
        /// Name of the cursor.
        cursor: String,
        /// Name of the size.
        size: String,
        /// Largest page.
        largest: usize,
        /// Pointer of the items.
        items: String,
        /// Pointer of the next cursor.
        next: String,
    },
}

/// What a task reads when it stands so: by pointer, one of these values; all must hold.
pub type States = Vec<(String, Vec<Value>)>;

/// A style of tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskStyle {
    /// Name.
    pub name: String,
    /// Key of the operation that shows a task.
    pub look: String,
    /// The parameter that takes the id.
    pub param: String,
    /// Where an answer names the task.
    pub begun: Vec<String>,
    /// When it is done.
    pub done: States,
    /// When it has failed.
    pub failed: States,
    /// When it was cancelled.
    pub cancelled: States,
    /// When somebody has asked for its end.
    pub stopping: States,
    /// Pointer of the percentage.
    pub progress: Option<String>,
    /// Pointer of its words.
    pub message: Option<String>,
    /// Key of the operation that cancels it, or why there is none.
    pub cancel: Result<String, String>,
}

/// A tool, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Aliases.
    pub aliases: Vec<String>,
    /// Group.
    pub group: String,
    /// What it is for.
    pub about: String,
    /// Effect.
    pub effect: Effect,
    /// Credential.
    pub credential: Credential,
    /// Key of its operation.
    pub operation: Option<String>,
    /// Handler.
    pub handler: Option<String>,
    /// Keys of operations the handler may call.
    pub uses: Vec<String>,
    /// Listed input schema.
    pub listed: Value,
    /// Full input schema.
    pub full: Value,
    /// Defaults of arguments.
    pub defaults: Vec<(String, Value)>,
    /// Parameters.
    pub params: Vec<Bind>,
    /// Body.
    pub body: BodyPlan,
    /// Target.
    pub target: Option<Target>,
    /// Before.
    pub before: Before,
    /// After.
    pub after: Option<Read>,
    /// What the write puts into force.
    pub draft: Option<Read>,
    /// Traces.
    pub traces: Option<Traces>,
    /// Shape.
    pub shape: Option<Projection>,
    /// Values after the write.
    pub becomes: Assignments,
    /// The requests around its operation, where it takes several.
    pub steps: Vec<Step>,
    /// Revert.
    pub revert: Revert,
    /// Paging.
    pub paging: Paging,
    /// Name of the style of its tasks.
    pub task: Option<String>,
    /// Plan the product needs.
    pub plan: Option<String>,
    /// Evidence.
    pub evidence: Evidence,
    /// Warning.
    pub warning: Option<String>,
    /// The kind whose impact a preview tells.
    pub impact: Option<String>,
    /// Why no read shows whether it was carried out.
    pub unseen: Option<String>,
    /// Secret pointers.
    pub secrets: Vec<String>,
    /// Listed in the catalogue surface.
    pub core: bool,
    /// What an administrator may call it, besides.
    pub words: String,
}

/// A name without an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Unavailable {
    /// Names.
    pub aliases: Vec<String>,
    /// Why.
    pub why: String,
    /// Instead.
    pub instead: String,
    /// Tool.
    pub tool: Option<String>,
}
