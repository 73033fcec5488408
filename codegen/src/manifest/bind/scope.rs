//! What is known while a tool is being resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::enums::Effect;
use super::super::fields::Sink;
use super::super::model::{Tool, Values};
use super::super::plan::{
    self, Assignments, Before, BodyPlan, CallBody, Revert, Source, StepCall, StepUndo,
};
use super::super::similar;
use crate::schema::Argument;
use crate::spec::Specs;

/// What is known of everything around a tool.
#[derive(Clone, Copy)]
pub(in super::super) struct World<'a> {
    pub(in super::super) specs: &'a Specs,
    /// Operations that only read, whatever their method.
    pub(in super::super) reads: &'a BTreeSet<String>,
    /// Schemas that several tools share.
    pub(in super::super) schemas: &'a Values,
    pub(in super::super) sink: &'a Sink,
}

pub(super) struct Scope<'a> {
    pub(super) tool: &'a Tool,
    pub(super) specs: &'a Specs,
    pub(super) reads: &'a BTreeSet<String>,
    schemas: &'a Values,
    pub(super) sink: &'a Sink,
    /// "tool `x`", for messages.
    pub(super) what: String,
    pub(super) arguments: Vec<Argument>,
    /// Published names of parameters that the caller knows under another name.
    pub(super) renamed: BTreeMap<String, String>,
    pub(super) definitions: Map<String, Value>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(tool: &'a Tool, world: World<'a>) -> Self {
        Self {
            tool,
            specs: world.specs,
            reads: world.reads,
            schemas: world.schemas,
            sink: world.sink,
            what: format!("tool `{}`", tool.name.value),
            arguments: Vec::new(),
            renamed: BTreeMap::new(),
            definitions: Map::new(),
        }
    }

    pub(super) fn is_write(&self) -> bool {
        self.tool.effect != Effect::Read
    }

    /// A schema of the manifest: as it stands, or the shared one that `$name` names.
    pub(super) fn stated_schema(&self, stated: &Value, line: usize) -> Value {
        let Some(name) = stated.as_str() else {
            return stated.clone();
        };
        let name = name.strip_prefix('$').unwrap_or(name);
        let found = self.schemas.iter().find(|(known, _)| known.value == name);
        if found.is_none() {
            self.sink.tell(
                line,
                format!(
                    "{} names a shared schema `{name}` that does not exist",
                    self.what
                ),
                "nothing would say what the argument looks like",
                similar::hint(
                    name,
                    self.schemas.iter().map(|(known, _)| known.value.as_str()),
                ),
            );
        }
        found.map_or(Value::Null, |(_, schema)| schema.clone())
    }

    /// Adds an argument; tells when two have one name or a name breaks the rule of clients.
    pub(super) fn argue(&mut self, line: usize, argument: Argument) {
        let name = &argument.name;
        if !is_argument_name(name) {
            self.sink.tell(
                line,
                format!("{} has an argument named `{name}`", self.what),
                "clients take names of letters, digits, `_`, `.` and `-`, at most 64, and refuse the \
                 whole list otherwise",
                "rename it with `as`",
            );
        }
        if self.arguments.iter().any(|other| other.name == *name) {
            self.sink.tell(
                line,
                format!("{} has two arguments named `{name}`", self.what),
                "a caller could give only one of them",
                "rename one: `params.<name> = { as = \"...\" }` or `body.rename`",
            );
            return;
        }
        self.arguments.push(argument);
    }

    /// The argument that a name in the manifest means: as shown, or as published.
    pub(super) fn argument(&self, name: &str) -> Option<&str> {
        let shown = |name: &str| {
            self.arguments
                .iter()
                .find(|argument| argument.name == name)
                .map(|argument| argument.name.as_str())
        };
        shown(name).or_else(|| shown(self.renamed.get(name)?))
    }

    /// Tells of inputs that fill nothing.
    pub(super) fn unused_inputs(&self, resolved: &plan::Tool) {
        if resolved.handler.is_some() {
            return;
        }
        for (name, _) in &self.tool.inputs {
            if !uses_argument(resolved, &name.value) {
                self.sink.tell(
                    name.line,
                    format!("input `{}` of {} fills nothing", name.value, self.what),
                    "a caller would give it in vain",
                    format!("use it as `\"${}\"`, or take it out", name.value),
                );
            }
        }
    }
}

fn is_argument_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

fn uses_argument(tool: &plan::Tool, name: &str) -> bool {
    let in_assignments = |set: &Assignments| set.iter().any(|(_, from)| names(from, name));
    let in_call = |call: &plan::Call| sources(call).iter().any(|source| names(source, name));
    let in_body = match &tool.body {
        BodyPlan::None => false,
        BodyPlan::Fields(set) => in_assignments(set),
        BodyPlan::Whole(argument, set) => argument == name || in_assignments(set),
    };
    let in_step = |step: &plan::Step| {
        matches!(&step.call, StepCall::Other(call) if in_call(call))
            || matches!(&step.undo, StepUndo::Call(call) if in_call(call))
            || step.when.iter().any(|when| names(&when.at, name))
    };
    let in_revert = match &tool.revert {
        Revert::Recipe { call, steps, .. } => in_call(call) || steps.iter().any(in_step),
        Revert::Difference { added, removed, .. } => added.iter().chain(removed).any(in_call),
        Revert::No(_) | Revert::Restore { .. } => false,
    };
    let in_before = matches!(&tool.before, Before::Read(read) if in_call(&read.call));
    in_body
        || in_revert
        || in_before
        || tool.params.iter().any(|bind| names(&bind.from, name))
        || tool.after.iter().any(|read| in_call(&read.call))
        || tool.target.iter().any(|target| names(&target.id, name))
        || in_assignments(&tool.becomes)
        || tool.steps.iter().any(in_step)
}

/// Everything that fills a call.
pub(super) fn sources(call: &plan::Call) -> Vec<&Source> {
    let params = call.params.iter().map(|bind| &bind.from);
    let fields: &[_] = match &call.body {
        CallBody::Fields(set) => set,
        CallBody::None | CallBody::Projected(_) => &[],
    };
    params.chain(fields.iter().map(|(_, from)| from)).collect()
}

/// Whether a source is another, or is made of it.
pub(super) fn holds(source: &Source, wanted: &Source) -> bool {
    match source {
        Source::Array(items) => items.iter().any(|item| holds(item, wanted)),
        Source::Object(members) => members
            .iter()
            .any(|(name, value)| holds(name, wanted) || holds(value, wanted)),
        Source::Joined(joined) => holds(&joined.of, wanted),
        Source::Turned(turned) => holds(&turned.of, wanted),
        other => other == wanted,
    }
}

/// Whether a source is made of an argument.
pub(super) fn names(source: &Source, name: &str) -> bool {
    match source {
        Source::Joined(joined) => names(&joined.of, name),
        Source::Turned(turned) => names(&turned.of, name),
        Source::Argument(argument)
        | Source::ArgumentAt(argument, _)
        | Source::Negated(argument) => argument == name,
        Source::Array(items) => items.iter().any(|item| names(item, name)),
        Source::Object(members) => members
            .iter()
            .any(|(key, value)| names(key, name) || names(value, name)),
        _ => false,
    }
}
