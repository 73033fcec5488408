//! What a write changes, how the state before it is read and how it is undone.

use serde_json::Value;

use super::super::enums::{Credential, Effect};
use super::super::model::{self, Revert as Stated, Tool};
use super::super::plan::{self, Before, Revert, Source, Target};
use super::call;
use super::keyed;
use super::places;
use super::scope::Scope;
use super::source::{Known, source};
use super::steps;
use super::traces;
use crate::schema::{Reach, reach};
use crate::spec::{Document, Operation};

/// Resolves the parts of a tool that have to do with change.
pub(super) fn bind(
    scope: &mut Scope<'_>,
    resolved: &mut plan::Tool,
    own: Option<(&Document, Operation<'_>)>,
) {
    let tool = scope.tool;
    if !scope.is_write() {
        read_only(scope, tool, own);
        return;
    }
    if let Some(why) = &tool.why {
        scope.sink.tell(
            why.line,
            format!("{} changes something and has `why`", scope.what),
            "`why` says only why a POST is a read",
            "take it out",
        );
    }
    resolved.target = target(scope, own);
    resolved.before = before(scope, resolved.credential);
    resolved.after = tool
        .after
        .as_ref()
        .and_then(|read| call::read(scope, read, Known::Made, "`after`"));
    resolved.draft = draft(scope);
    resolved.traces = traces::bind(scope);
    resolved.shape = shape(scope, own);
    resolved.becomes = becomes(scope);
    resolved.revert = revert(scope, resolved);
    resolved.steps = steps(scope, own.is_some());
    if own.is_some() {
        fate(scope, resolved);
    }
}

/// A write whose answer is lost is judged by what its target reads like, or the manifest says why
/// that cannot be. What is created is looked for in another way.
fn fate(scope: &Scope<'_>, resolved: &plan::Tool) {
    // By what is stated: what is stated wrongly is told where it stands.
    let tool = scope.tool;
    let is_read = matches!(tool.before, Some(model::Before::Read(_))) || tool.after.is_some();
    let is_told = match &tool.revert {
        Some(Stated::Difference { added, removed, .. }) => match (added, removed) {
            // What takes out as the undo of an addition would.
            (Some(added), Some(_)) => {
                let own = tool.operation.as_ref();
                own.is_some_and(|own| own.value == added.operation.value)
            }
            (added, removed) => added.is_some() || removed.is_some(),
        },
        _ => {
            matches!(tool.effect, Effect::Delete | Effect::Replace)
                || !tool.becomes.is_empty()
                || (tool.shape.is_some() && resolved.body != plan::BodyPlan::None)
        }
    };
    match &tool.fate {
        None if tool.effect != Effect::Create
            && tool.before.is_some()
            && !(is_read && is_told) => scope.sink.tell(
            tool.line,
            format!("nobody could see whether {} was carried out", scope.what),
            "when the answer is lost its fate stays open, and the dry run cannot tell what changes",
            "add a `shape` or `becomes` to a read in `before`, or `fate = \"unseen: why\"`",
        ),
        Some(fate) if is_read && is_told => scope.sink.tell(
            fate.line,
            format!("{} has a `fate` and can be seen", scope.what),
            "what it changes is told by its `before` with `shape` or `becomes`",
            "take `fate` out",
        ),
        _ => {}
    }
}

/// The requests around the tool's own operation.
fn steps(scope: &Scope<'_>, has_operation: bool) -> Vec<plan::Step> {
    let tool = scope.tool;
    let Some(stated) = &tool.steps else {
        return Vec::new();
    };
    let line = stated.first().map_or(tool.line, |step| step.line);
    if !has_operation {
        scope.sink.tell(
            line,
            format!("{} has `steps` and no `operation`", scope.what),
            "they stand around the operation of the tool",
            "name the operation, or take `steps` out",
        );
    }
    let own_is_last = stated
        .last()
        .is_some_and(|step| matches!(step.call, model::StepCall::Own));
    if tool.task.is_some() && !own_is_last {
        scope.sink.tell(
            line,
            format!("{} begins a task before its last step", scope.what),
            "the steps after it would be sent while the task is still running",
            "put its own step last",
        );
    }
    steps::bind(scope, stated, [Known::Write, Known::Made], "`steps`")
}

fn read_only(scope: &Scope<'_>, tool: &Tool, own: Option<(&Document, Operation<'_>)>) {
    let given = [
        ("target", tool.target.as_ref().map(|target| target.line)),
        ("before", tool.before.as_ref().map(|_| tool.line)),
        ("after", tool.after.as_ref().map(|read| read.call.line)),
        ("traces", tool.traces.as_ref().map(|_| tool.line)),
        ("shape", tool.shape.as_ref().map(|shape| shape.line)),
        ("revert", tool.revert.as_ref().map(|_| tool.line)),
        ("becomes", tool.becomes.first().map(|(at, _)| at.line)),
        ("draft", tool.draft.as_ref().map(|read| read.call.line)),
        ("fate", tool.fate.as_ref().map(|why| why.line)),
        ("steps", tool.steps.as_ref().map(|_| tool.line)),
        (
            "irreversible",
            tool.irreversible.as_ref().map(|why| why.line),
        ),
    ];
    for (key, line) in given {
        if let Some(line) = line {
            scope.sink.tell(
                line,
                format!("{} is a read and has `{key}`", scope.what),
                "a read changes nothing",
                format!("take `{key}` out, or state the effect it has"),
            );
        }
    }
    let mutating = own.filter(|(_, operation)| !matches!(operation.method, "GET" | "HEAD"));
    if let (Some((_, operation)), None) = (mutating, &tool.why) {
        scope.sink.tell(
            tool.line,
            format!(
                "{} is a read on {} {}",
                scope.what, operation.method, operation.path
            ),
            "such a method changes something unless there is a reason to think otherwise",
            "say in `why` what makes it a read, or state another effect",
        );
    }
}

fn target(scope: &Scope<'_>, own: Option<(&Document, Operation<'_>)>) -> Option<Target> {
    let Some(target) = &scope.tool.target else {
        if own.is_some() {
            scope.sink.tell(
                scope.tool.line,
                format!("{} changes something and has no `target`", scope.what),
                "the journal, the fence and the preview name what is changed",
                "add `target = { kind = \"...\", id = \"<argument>\" }`",
            );
        }
        return None;
    };
    let id = match (&target.id, &target.result) {
        (Some(id), _) if id.value.starts_with('$') => source(
            scope,
            &Value::from(id.value.as_str()),
            Known::Early,
            id.line,
            "`target`",
        )?,
        (Some(id), _) => source(
            scope,
            &Value::from(format!("${}", id.value)),
            Known::Early,
            id.line,
            "`target`",
        )?,
        (None, Some(result)) => {
            if let Some((document, operation)) = own {
                places::in_answer(
                    scope,
                    document,
                    operation,
                    &result.value,
                    result.line,
                    "`target`",
                );
            }
            Source::Result(result.value.clone())
        }
        (None, None) if target.only => Source::Constant(Value::from(target.kind.value.as_str())),
        (None, None) => return None,
    };
    Some(Target {
        kind: target.kind.value.clone(),
        id,
    })
}

fn before(scope: &Scope<'_>, credential: Credential) -> Before {
    match &scope.tool.before {
        Some(model::Before::None(why)) => Before::None(why.value.clone()),
        Some(model::Before::Read(read)) => call::read(scope, read, Known::Early, "`before`")
            .map(Box::new)
            .map_or(Before::NotNeeded, Before::Read),
        None => {
            if credential != Credential::Local {
                scope.sink.tell(
                    scope.tool.line,
                    format!("{} changes something and has no `before`", scope.what),
                    "a change that cannot be previewed is a change that nobody saw",
                    "add a read, or `before = \"none: why\"`",
                );
            }
            Before::NotNeeded
        }
    }
}

fn shape(scope: &Scope<'_>, own: Option<(&Document, Operation<'_>)>) -> Option<plan::Projection> {
    let tool = scope.tool;
    let Some(shape) = &tool.shape else {
        if tool.effect == Effect::Replace {
            scope.sink.tell(
                tool.line,
                format!("{} replaces and has no `shape`", scope.what),
                "what the caller leaves out would be reset: the body must be merged from the state \
                 before",
                "add `shape = { pick = [...] }`",
            );
        }
        return None;
    };
    let Some(model::Before::Read(read)) = &tool.before else {
        scope.sink.tell(
            shape.line,
            format!("{} has a `shape` and no read in `before`", scope.what),
            "there is no state to shape",
            "add a read to `before`, or take `shape` out",
        );
        return None;
    };
    let projection = call::projection(scope, shape, Known::Write, "`shape`")?;
    let state = call::operation(scope, &read.call).filter(|(document, operation)| {
        // A wrong `at` is told once, where it stands.
        places::answer(document, *operation)
            .is_none_or(|answer| reach(document, answer, &read.state()) != Reach::No)
    });
    if let Some((document, operation)) = state {
        let from_state = |pointer: &str, line: usize| {
            let whole = format!("{}{pointer}", read.state());
            places::in_answer(scope, document, operation, &whole, line, "`shape`");
        };
        for key in &shape.pick {
            from_state(&format!("/{}", key.value), key.line);
        }
        for (to, from) in &shape.map {
            let (_, from) = call::origin(from);
            from_state(from, to.line);
        }
        for (at, _) in &shape.skip {
            from_state(&at.value, at.line);
        }
    }
    keyed::check(scope, shape);
    if let Some((document, operation)) = own {
        let tos = shape.map.iter().map(|(to, _)| to);
        let constants = shape.absent.iter().chain(&shape.set).map(|(to, _)| to);
        for to in tos.chain(constants) {
            let at = super::body::as_pointer(&to.value);
            places::in_request(scope, document, operation, &at, to.line, "`shape`");
        }
        for key in &shape.pick {
            let at = format!("/{}", key.value);
            places::in_request(scope, document, operation, &at, key.line, "`shape`");
        }
    }
    Some(projection)
}

/// What the write puts into force, read beside the state before.
fn draft(scope: &Scope<'_>) -> Option<plan::Read> {
    let tool = scope.tool;
    let stated = tool.draft.as_ref()?;
    let taken = |(_, value): &(_, Value)| {
        let text = value.as_str().unwrap_or_default();
        text == "$draft" || text.starts_with("$draft/")
    };
    if !tool.becomes.iter().any(taken) {
        scope.sink.tell(
            stated.call.line,
            format!("nothing is taken from the `draft` of {}", scope.what),
            "it is read to tell what the write will change",
            "add `becomes = { \"/field\" = \"$draft/field\" }`, or take `draft` out",
        );
    }
    call::read(scope, stated, Known::Early, "`draft`")
}

fn becomes(scope: &Scope<'_>) -> plan::Assignments {
    let tool = scope.tool;
    tool.becomes
        .iter()
        .filter_map(|(at, value)| {
            if let Some(model::Before::Read(read)) = &tool.before
                && let Some((document, operation)) = call::operation(scope, &read.call)
            {
                let whole = format!("{}{}", read.state(), at.value);
                places::in_answer(scope, document, operation, &whole, at.line, "`becomes`");
            }
            let from = source(scope, value, Known::Write, at.line, "`becomes`")?;
            Some((at.value.clone(), from))
        })
        .collect()
}

fn revert(scope: &Scope<'_>, resolved: &plan::Tool) -> Revert {
    let tool = scope.tool;
    let stated = match (&tool.revert, &tool.irreversible) {
        (Some(stated), None) => stated,
        (None, Some(why)) => return Revert::No(why.value.clone()),
        (Some(_), Some(why)) => {
            scope.sink.tell(
                why.line,
                format!("{} has both `revert` and `irreversible`", scope.what),
                "only one of them can be true",
                "take one out",
            );
            return Revert::No(why.value.clone());
        }
        (None, None) => {
            if resolved.credential != Credential::Local {
                scope.sink.tell(
                    tool.line,
                    format!("{} has neither `revert` nor `irreversible`", scope.what),
                    "a person who changes something is told whether it can be undone",
                    "add a recipe, or `irreversible = \"why\"`",
                );
            }
            return Revert::No(String::new());
        }
    };
    match stated {
        Stated::Restore { line, always } => restore(scope, resolved, *line, always.as_deref()),
        Stated::Recipe { call, when, steps } => {
            recipe(scope, call, when.as_ref(), steps.as_deref())
        }
        Stated::Difference {
            line,
            key,
            added,
            removed,
        } => {
            if !matches!(resolved.before, Before::Read(_)) {
                scope.sink.tell(
                    *line,
                    format!(
                        "{} is undone by difference and has no read in `before`",
                        scope.what
                    ),
                    "without the list before there is no difference",
                    "add a read of the list to `before`",
                );
            }
            if let Some(model::Before::Read(read)) = &tool.before
                && let Some((document, operation)) = call::operation(scope, &read.call)
            {
                let whole = format!("{}/*{}", read.state(), key.value);
                places::in_answer(scope, document, operation, &whole, key.line, "`revert`");
            }
            let side = |call: Option<&model::Call>| {
                let call = call?;
                call::call(scope, call, Known::Difference, "`revert`")
            };
            Revert::Difference {
                key: key.value.clone(),
                added: side(added.as_deref()),
                removed: side(removed.as_deref()),
            }
        }
    }
}

fn restore(
    scope: &Scope<'_>,
    resolved: &plan::Tool,
    line: usize,
    always: Option<&[model::Spanned<String>]>,
) -> Revert {
    let Some(shape) = &resolved.shape else {
        if scope.tool.shape.is_none() {
            scope.sink.tell(
                line,
                format!("{} restores and has no `shape`", scope.what),
                "the state before must be turned into a body",
                "add `shape = { pick = [...] }`",
            );
        }
        return Revert::Restore { always: Vec::new() };
    };
    let written = call::written(shape);
    for key in always.into_iter().flatten() {
        if !shape.whole && !written.contains(&key.value) {
            scope.sink.tell(
                key.line,
                format!(
                    "`always` of {} names `{}`, which `shape` does not give",
                    scope.what, key.value
                ),
                "it is taken from the present state through `shape`",
                super::super::similar::hint(&key.value, written.iter().map(String::as_str)),
            );
        }
    }
    let always = match always {
        Some(keys) => keys.iter().map(|key| key.value.clone()).collect(),
        // A replacing operation would reset what is left out.
        None if scope.tool.effect == Effect::Replace => written,
        None => Vec::new(),
    };
    Revert::Restore { always }
}

fn recipe(
    scope: &Scope<'_>,
    stated: &model::Call,
    when: Option<&(model::Spanned<String>, Value)>,
    steps: Option<&[model::Step]>,
) -> Revert {
    let when = when.and_then(|(name, value)| {
        let argument = scope.argument(&name.value);
        if argument.is_none() {
            let names: Vec<&str> = scope
                .arguments
                .iter()
                .map(|argument| argument.name.as_str())
                .collect();
            scope.sink.tell(
                name.line,
                format!(
                    "`when` in `revert` of {} names no argument: `{}`",
                    scope.what, name.value
                ),
                "the condition could never be looked at",
                super::super::similar::hint(&name.value, names),
            );
        }
        Some((argument?.to_owned(), value.clone()))
    });
    let steps = steps.map_or_else(Vec::new, |steps| {
        steps::bind(scope, steps, [Known::Undo; 2], "`revert`")
    });
    match call::call(scope, stated, Known::Undo, "`revert`") {
        Some(call) => Revert::Recipe { call, when, steps },
        None => Revert::No(String::new()),
    }
}
