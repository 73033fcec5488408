//! The shape of the catalogue: everything the build step knows of a tool, as constant data.
//!
//! The generated table (`OUT_DIR/catalog.rs`) is made of these types and nothing else; there is no
//! second list of tools. The types hold no behaviour that needs a store, a clock or a network.

mod change;
mod impact;
mod task;

pub use task::{States, TaskStyle};

pub use change::{
    Before, Bind, BodyPlan, Call, CallBody, Joined, Keyed, Projection, Read, Revert, Source, Step,
    StepCall, StepUndo, Target, Traces, Turned, When,
};
pub use impact::{Count, Each, Hop, Impact, Projects};

/// A family of tools that an operator enables as one.
#[derive(Debug)]
pub struct Group {
    /// Name as in `GOJIRA_ENABLED_GROUPS`.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Credential of its tools, unless a tool says otherwise.
    pub credential: Credential,
}

/// What a call reaches Atlassian with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Credential {
    /// The caller's OAuth 2.0 (3LO) access token.
    Oauth,
    /// The caller's own API token, bound on the web page.
    ApiToken,
    /// The organisation's API key, behind the organisation gate.
    OrgAdmin,
    /// None: the tool does not leave the server.
    Local,
}

impl Credential {
    /// The word of the manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oauth => "oauth",
            Self::ApiToken => "api_token",
            Self::OrgAdmin => "org_admin",
            Self::Local => "local",
        }
    }
}

/// What a tool does to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Makes something that was not there.
    Create,
    /// Changes what the body names and leaves the rest.
    Update,
    /// Resets what the body omits; the body is merged from the state before.
    Replace,
    /// Removes something.
    Delete,
    /// Changes state in another way.
    Action,
}

impl Effect {
    /// The word of the manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Action => "action",
        }
    }

    /// Whether something that is there may be lost (MCP: `destructiveHint`).
    pub const fn is_destructive(self) -> bool {
        !matches!(self, Self::Read | Self::Create)
    }

    /// Whether a second call with the same arguments changes nothing more (MCP: `idempotentHint`).
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Self::Create | Self::Action)
    }
}

/// Where a parameter of an operation stands in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// One path segment.
    Path,
    /// The query string.
    Query,
    /// A request header.
    Header,
}

/// A parameter as the pinned document declares it.
#[derive(Debug)]
pub struct Param {
    /// Published name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Whether the document requires it.
    pub required: bool,
    /// JSON Schema of its value, as JSON text.
    pub schema: &'static str,
}

/// The request body as the pinned document declares it.
#[derive(Debug)]
pub struct Body {
    /// Whether the document requires it.
    pub required: bool,
    /// Media type sent.
    pub media: &'static str,
    /// Self-contained JSON Schema (local `$defs`), as JSON text.
    pub schema: &'static str,
}

/// An operation of a pinned document.
#[derive(Debug)]
pub struct Operation {
    /// `api:id`, for instance `jira-platform:getProject`.
    pub key: &'static str,
    /// Name of the pinned document.
    pub api: &'static str,
    /// HTTP method, upper case.
    pub method: &'static str,
    /// Path template as published.
    pub path: &'static str,
    /// Parameters, in the order of the document.
    pub params: &'static [Param],
    /// Request body, where there is one.
    pub body: Option<Body>,
    /// OAuth (or organisation key) scopes the document asks for.
    pub scopes: &'static [&'static str],
    /// The credentials of a person that it takes.
    pub takes: Takes,
    /// Headers sent with every request, e.g. `X-ExperimentalApi: opt-in`.
    pub headers: &'static [(&'static str, &'static str)],
    /// How a failed attempt may be repeated.
    pub retry: Retry,
    /// Whether the document marks it experimental.
    pub experimental: bool,
    /// Whether the document marks it deprecated.
    pub deprecated: bool,
}

/// Which of a person's two credentials an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// The OAuth token, where that has the scopes of the operation.
    pub oauth: bool,
    /// An API token of the person's own.
    pub token: bool,
}

/// How a failed attempt may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Reads: repeat on anything transient.
    Safe,
    /// PUT and DELETE: repeat when the fate of the first is the same as of the second.
    Idempotent,
    /// Never sent twice, except after a 429 (which promises that nothing was done).
    Once,
}

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// Name, `^[a-z][a-z0-9_]{0,39}$`.
    pub name: &'static str,
    /// Title for people.
    pub title: &'static str,
    /// Names that are accepted at the call and never listed.
    pub aliases: &'static [&'static str],
    /// Name of its group.
    pub group: &'static str,
    /// What it is for, one or two sentences.
    pub about: &'static str,
    /// What it does to the tenant.
    pub effect: Effect,
    /// What it reaches Atlassian with.
    pub credential: Credential,
    /// The operation it calls; `None` for a hand-written handler.
    pub operation: Option<&'static Operation>,
    /// Name of a hand-written handler in `src/tools/`, e.g. `workflows::get`.
    pub handler: Option<&'static str>,
    /// Operations a handler may call.
    pub uses: &'static [&'static Operation],
    /// Input schema as listed to clients (JSON text, flat dialect of CLIENTS.md).
    pub listed_schema: &'static str,
    /// Input schema that arguments are checked against (JSON text, local `$defs` allowed).
    pub full_schema: &'static str,
    /// What an argument is when the caller leaves it out (name, JSON text); filled in before the
    /// arguments are checked, so that a destructive parameter is always sent.
    pub defaults: &'static [(&'static str, &'static str)],
    /// How parameters of the operation are filled.
    pub params: &'static [Bind],
    /// How the request body is filled.
    pub body: BodyPlan,
    /// What the call changes; `None` for reads and local tools.
    pub target: Option<Target>,
    /// The state before a write.
    pub before: Before,
    /// How the state after a create is read; other writes read `before` again.
    pub after: Option<Read>,
    /// What the write puts into force, read beside the state before, for `becomes`.
    pub draft: Option<Read>,
    /// How what a create has made is found again; `None` where it has its id before it is sent, or
    /// where nothing could tell it from others.
    pub traces: Option<Traces>,
    /// Projection from the read shape of `before` to the write shape of the body.
    pub shape: Option<Projection>,
    /// Values the read shape takes after the write, by JSON pointer, where the body does not say it.
    pub becomes: &'static [(&'static str, Source)],
    /// The requests around the operation, where the write takes several; empty for one.
    pub steps: &'static [Step],
    /// How the write is undone.
    pub revert: Revert,
    /// Style of paging of a list.
    pub paging: Paging,
    /// How the work is followed that goes on after the operation has answered; `None` when it is done
    /// by then.
    pub task: Option<&'static TaskStyle>,
    /// Licence or plan the product needs, where it does.
    pub plan: Option<&'static str>,
    /// How well the behaviour is known.
    pub evidence: Evidence,
    /// A hazard to tell in the dry run.
    pub warning: Option<&'static str>,
    /// What a change of its target reaches, where several projects may share that.
    pub impact: Option<&'static Impact>,
    /// Why no read shows whether the write was carried out, where that is so.
    pub unseen: Option<&'static str>,
    /// JSON pointers (with `*`) of arguments or results that are secret.
    pub secrets: &'static [&'static str],
    /// Whether it is among the tools listed in the `catalog` surface.
    pub core: bool,
    /// What an administrator may call it, besides; for the search alone.
    pub words: &'static str,
}

/// How well the behaviour of an operation is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Reported as called against a real site.
    Live,
    /// Stands in the published document.
    Spec,
    /// Taken from documentation.
    Documented,
}

/// Style of paging of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Not a list, or a list without pages; items at the pointer if given.
    None {
        /// Where the items are, if this is a list.
        items: Option<&'static str>,
    },
    /// Numbered offset and size.
    Offset {
        /// Query (or body) name of the offset.
        offset: &'static str,
        /// Query name of the page size.
        size: &'static str,
        /// Largest page size the API gives.
        largest: u32,
        /// Pointer of the items.
        items: &'static str,
        /// Pointer of the true total; empty where there is none.
        total: &'static str,
        /// Pointer of the "last page" mark; empty where there is none.
        last: &'static str,
    },
    /// A cursor, which the answer gives bare, in a link or in a query string.
    Cursor {
        /// Query name (or `body:/pointer`) of the cursor.
        cursor: &'static str,
        /// Query name (or `body:/pointer`) of the page size; empty where there is none.
        size: &'static str,
        /// Largest page size the API gives.
        largest: u32,
        /// Pointer of the items.
        items: &'static str,
        /// Pointer of the next cursor or link.
        next: &'static str,
    },
}

/// A name that Atlassian offers no operation for.
#[derive(Debug)]
pub struct Unavailable {
    /// Names that are accepted at the call.
    pub aliases: &'static [&'static str],
    /// Why.
    pub why: &'static str,
    /// What to do instead: a tool, or the place in the UI.
    pub instead: &'static str,
    /// The tool that now does the job, where there is one.
    pub tool: Option<&'static str>,
}

impl Tool {
    /// Every operation a call of the tool, its preview or its undo may make.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        let before = match &self.before {
            Before::Read(read) => Some(read.call.operation),
            Before::NotNeeded | Before::None(_) => None,
        };
        let (undo, other, around) = match &self.revert {
            Revert::Recipe { call, steps, .. } => (Some(call.operation), None, *steps),
            Revert::Difference { added, removed, .. } => (
                added.as_ref().map(|call| call.operation),
                removed.as_ref().map(|call| call.operation),
                &[][..],
            ),
            Revert::No(_) | Revert::Restore { .. } => (None, None, &[][..]),
        };
        let steps = self.steps.iter().chain(around).flat_map(Step::operations);
        self.operation
            .into_iter()
            .chain(self.uses.iter().copied())
            .chain(before)
            .chain(self.after.as_ref().map(|read| read.call.operation))
            .chain(self.draft.as_ref().map(|read| read.call.operation))
            .chain(self.traces.as_ref().map(|it| it.read.call.operation))
            .chain(steps)
            .chain(undo)
            .chain(other)
            .chain(self.task.map(|style| style.look))
            .chain(self.task.and_then(|style| style.cancel.ok()))
    }
}

impl Step {
    /// The operations that it and what takes it back call, besides the one that it stands around.
    fn operations(&self) -> impl Iterator<Item = &'static Operation> + use<> {
        let other = match &self.call {
            StepCall::Own => None,
            StepCall::Other(call) => Some(call.operation),
        };
        let undo = match &self.undo {
            StepUndo::No(_) => None,
            StepUndo::Call(call) => Some(call.operation),
        };
        other.into_iter().chain(undo)
    }
}
