//! The manifest as written: typed, with lines, not yet compared with any document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::enums::{Credential, Effect, Evidence, Retry};
use super::impact::{Impact, Projects};

/// A value and its line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Spanned<T> {
    pub(super) line: usize,
    pub(super) value: T,
}

impl<T> Spanned<T> {
    pub(super) fn new(line: usize, value: T) -> Self {
        Self { line, value }
    }
}

type Text = Spanned<String>;
/// Free keys with JSON values.
pub(super) type Values = Vec<(Text, Value)>;

/// The whole manifest.
#[derive(Debug, Default)]
pub struct Manifest {
    pub(super) groups: Vec<Group>,
    /// Schemas that several tools share, by name.
    pub(super) schemas: Values,
    /// Words of a question and the words of the catalogue that they stand for.
    pub(super) synonyms: Vec<(Text, Vec<Text>)>,
    /// How work that goes on at Atlassian is followed.
    pub(super) tasks: Vec<TaskStyle>,
    /// How projects that a change reaches are named.
    pub(super) projects: Option<Projects>,
    /// Whether it says so at all, however badly.
    pub(super) has_projects: bool,
    /// What a change of shared configuration reaches, by kind of target.
    pub(super) impacts: Vec<Impact>,
    pub(super) tools: Vec<Tool>,
    pub(super) unavailable: Vec<Unavailable>,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: Text,
    pub(super) title: Text,
    pub(super) credential: Credential,
}

#[derive(Debug)]
pub(super) struct Unavailable {
    pub(super) aliases: Vec<Text>,
    pub(super) why: Text,
    pub(super) instead: Text,
    pub(super) tool: Option<Text>,
}

/// A style of tasks; the keys are those of the manifest.
#[derive(Debug)]
pub(super) struct TaskStyle {
    pub(super) line: usize,
    pub(super) name: Text,
    pub(super) look: Text,
    pub(super) param: Text,
    pub(super) begun: Vec<Text>,
    pub(super) done: Values,
    pub(super) failed: Values,
    pub(super) cancelled: Values,
    pub(super) stopping: Values,
    pub(super) progress: Option<Text>,
    pub(super) message: Option<Text>,
    pub(super) cancel: Cancel,
}

/// How a task is ended before its time.
#[derive(Debug)]
pub(super) enum Cancel {
    None(Text),
    Operation(Text),
}

/// A tool; the keys are those of the manifest.
#[derive(Debug, Default)]
pub(super) struct Tool {
    pub(super) line: usize,
    pub(super) name: Text,
    pub(super) title: Option<Text>,
    pub(super) alias: Vec<Text>,
    pub(super) group: Text,
    pub(super) operation: Option<Text>,
    pub(super) handler: Option<Text>,
    pub(super) handler_why: Option<Text>,
    pub(super) uses: Vec<Text>,
    pub(super) about: Text,
    /// What an administrator may call it, besides.
    pub(super) words: Option<Text>,
    pub(super) effect: Effect,
    pub(super) why: Option<Text>,
    pub(super) credential: Option<Credential>,
    pub(super) params: Vec<(Text, Param)>,
    pub(super) inputs: Vec<(Text, Input)>,
    pub(super) body: Option<Body>,
    pub(super) target: Option<Target>,
    pub(super) before: Option<Before>,
    pub(super) after: Option<Read>,
    pub(super) draft: Option<Read>,
    pub(super) traces: Option<Traces>,
    pub(super) shape: Option<Projection>,
    pub(super) becomes: Values,
    pub(super) steps: Option<Vec<Step>>,
    pub(super) revert: Option<Revert>,
    pub(super) irreversible: Option<Text>,
    pub(super) retry: Option<Retry>,
    pub(super) paging: Option<Paging>,
    pub(super) task: Option<Text>,
    pub(super) headers: Vec<(Text, String)>,
    pub(super) scopes: Option<Vec<Text>>,
    pub(super) plan: Option<Text>,
    pub(super) evidence: Option<Evidence>,
    pub(super) warning: Option<Text>,
    /// Why a preview does not say what is reached, though the target is shared.
    pub(super) impact: Option<Text>,
    pub(super) fate: Option<Text>,
    pub(super) secret: Vec<Text>,
    pub(super) core: bool,
    pub(super) deprecated: Option<Text>,
}

/// What the manifest says of a parameter of the operation.
#[derive(Debug, Default)]
pub(super) struct Param {
    pub(super) rename: Option<Text>,
    pub(super) about: Option<String>,
    pub(super) hide: bool,
    pub(super) value: Option<Value>,
    pub(super) from: Option<Text>,
    pub(super) negate: bool,
    pub(super) single: bool,
    pub(super) default: Option<Value>,
    pub(super) schema: Option<Value>,
    pub(super) required: Option<bool>,
}

/// An argument that is no parameter and no body field of the operation.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) schema: Value,
    pub(super) about: Option<String>,
    pub(super) required: bool,
    pub(super) default: Option<Value>,
}

/// What the manifest says of the request body.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) line: usize,
    pub(super) fields: Option<Vec<Text>>,
    pub(super) whole: Option<Text>,
    pub(super) under: Option<Text>,
    pub(super) rename: Vec<(Text, String)>,
    pub(super) set: Values,
    pub(super) about: Vec<(Text, String)>,
    pub(super) required: Option<Vec<Text>>,
    pub(super) schema: Values,
    pub(super) default: Values,
    pub(super) depth: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Target {
    pub(super) line: usize,
    pub(super) kind: Text,
    pub(super) id: Option<Text>,
    pub(super) result: Option<Text>,
    /// There is one on the site: its kind is its id.
    pub(super) only: bool,
}

#[derive(Debug)]
pub(super) enum Before {
    None(Text),
    Read(Box<Read>),
}

/// How what a create has made is found again when its answer was lost.
#[derive(Debug)]
pub(super) enum Traces {
    None(Text),
    Read {
        line: usize,
        read: Box<Read>,
        id: Text,
        same: Values,
    },
}

/// A read on behalf of a tool.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) call: Call,
    pub(super) at: Text,
    pub(super) all: bool,
    pub(super) item: Values,
    pub(super) ignore: Vec<Text>,
    pub(super) absent_ok: bool,
    pub(super) list: Option<Text>,
}

/// A call of another operation.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) line: usize,
    pub(super) operation: Text,
    pub(super) with: Values,
    pub(super) body: CallBody,
}

#[derive(Debug)]
pub(super) enum CallBody {
    None,
    Fields(Values),
    Projected(Box<Projection>),
}

/// One request of a tool, or of an undo, that sends several.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) name: Text,
    pub(super) call: StepCall,
    pub(super) when: Option<When>,
    pub(super) undo: Option<StepUndo>,
}

#[derive(Debug)]
pub(super) enum StepCall {
    /// The call that the steps stand around.
    Own,
    Other(Box<Call>),
}

/// A step is sent only when a value is, or is not, this one.
#[derive(Debug)]
pub(super) struct When {
    pub(super) at: Text,
    pub(super) is: Value,
    pub(super) negated: bool,
}

/// What takes a step back when a later one fails.
#[derive(Debug)]
pub(super) enum StepUndo {
    None(Text),
    Call(Box<Call>),
}

#[derive(Debug)]
pub(super) struct Projection {
    pub(super) line: usize,
    pub(super) from: Option<Text>,
    pub(super) whole: bool,
    pub(super) pick: Vec<Text>,
    pub(super) map: Vec<(Text, String)>,
    pub(super) absent: Values,
    pub(super) set: Values,
    pub(super) drop: Vec<Text>,
    pub(super) skip: Values,
    pub(super) keyed: Option<Keyed>,
}

/// The list of a body that is merged by a member of its items.
#[derive(Debug)]
pub(super) struct Keyed {
    pub(super) line: usize,
    pub(super) list: Text,
    pub(super) key: Text,
    pub(super) value: Text,
}

#[derive(Debug)]
pub(super) enum Revert {
    Restore {
        line: usize,
        always: Option<Vec<Text>>,
    },
    Recipe {
        call: Box<Call>,
        when: Option<(Text, Value)>,
        steps: Option<Vec<Step>>,
    },
    Difference {
        line: usize,
        key: Text,
        added: Option<Box<Call>>,
        removed: Option<Box<Call>>,
    },
}

/// How a list is paged, where the document does not say it well enough.
#[derive(Debug)]
pub(super) enum Paging {
    None {
        items: Option<Text>,
    },
    Offset {
        line: usize,
        offset: Text,
        size: Text,
        largest: usize,
        items: Text,
        total: String,
        last: String,
    },
    Cursor {
        line: usize,
        cursor: Text,
        size: String,
        largest: usize,
        items: Text,
        next: Text,
    },
}

impl Manifest {
    pub(super) fn operations(&self) -> BTreeSet<String> {
        let named = |tool: &Tool| -> Vec<String> {
            let own = tool.operation.iter().chain(&tool.uses);
            let own = own.map(|key| key.value.clone());
            own.chain(
                tool.calls()
                    .into_iter()
                    .map(|call| call.operation.value.clone()),
            )
            .collect()
        };
        let reached = self.reads_of_impact().into_iter();
        let of_tasks = self.tasks.iter().flat_map(TaskStyle::operations);
        self.tools
            .iter()
            .flat_map(named)
            .chain(reached.map(|(call, _)| call.operation.value.clone()))
            .chain(of_tasks.map(|key| key.value.clone()))
            .collect()
    }

    /// The operations that are a tool's own, or that follow its work.
    pub(super) fn covered(&self) -> BTreeSet<String> {
        let of_tools = self
            .tools
            .iter()
            .flat_map(|tool| tool.operation.iter().chain(&tool.uses));
        let of_tasks = self.tasks.iter().flat_map(TaskStyle::operations);
        of_tools
            .chain(of_tasks)
            .map(|key| key.value.clone())
            .collect()
    }

    /// The reads that find what a change reaches, with the reason why each is a read where its
    /// method does not say so.
    pub(super) fn reads_of_impact(&self) -> Vec<(&Call, Option<&Text>)> {
        self.projects
            .iter()
            .flat_map(Projects::calls)
            .chain(self.impacts.iter().flat_map(Impact::calls))
            .collect()
    }
}

impl TaskStyle {
    /// The operations that look at a task and cancel it.
    pub(super) fn operations(&self) -> impl Iterator<Item = &Text> {
        let cancel = match &self.cancel {
            Cancel::Operation(key) => Some(key),
            Cancel::None(_) => None,
        };
        [&self.look].into_iter().chain(cancel)
    }
}

impl Read {
    /// The pointer of the state in the answer: where a list is read for one of its items, of an item,
    /// or of the list within it.
    pub(super) fn state(&self) -> String {
        let of_item = if self.item.is_empty() { "" } else { "/*" };
        let list = self.list.as_ref().map_or("", |list| &list.value);
        format!("{}{of_item}{list}", self.at.value)
    }
}

impl Tool {
    /// The calls made on behalf of the tool.
    pub(super) fn calls(&self) -> Vec<&Call> {
        let mut calls = Vec::new();
        if let Some(Before::Read(read)) = &self.before {
            calls.push(&read.call);
        }
        calls.extend(self.after.iter().map(|read| &read.call));
        calls.extend(self.draft.iter().map(|read| &read.call));
        if let Some(Traces::Read { read, .. }) = &self.traces {
            calls.push(&read.call);
        }
        calls.extend(self.steps.iter().flatten().flat_map(Step::calls));
        match &self.revert {
            Some(Revert::Recipe { call, steps, .. }) => {
                calls.push(call);
                calls.extend(steps.iter().flatten().flat_map(Step::calls));
            }
            Some(Revert::Difference { added, removed, .. }) => {
                calls.extend(added.iter().chain(removed).map(Box::as_ref));
            }
            Some(Revert::Restore { .. }) | None => {}
        }
        calls
    }
}

impl Step {
    /// The calls that it makes besides the one that the steps stand around.
    fn calls(&self) -> impl Iterator<Item = &Call> {
        let other = match &self.call {
            StepCall::Own => None,
            StepCall::Other(call) => Some(call.as_ref()),
        };
        let undo = match &self.undo {
            Some(StepUndo::Call(call)) => Some(call.as_ref()),
            Some(StepUndo::None(_)) | None => None,
        };
        other.into_iter().chain(undo)
    }
}
