//! The task styles against the documents, and the tools against the task styles.

use super::super::bind::{answer, declared};
use super::super::enums::Place;
use super::super::fields::Sink;
use super::super::model::{Cancel, Manifest, Spanned, TaskStyle};
use super::super::{plan, similar};
use crate::schema::{Reach, keys_at, reach};
use crate::spec::{Document, Operation, Specs};

/// Where `begun` finds a task besides the body of the answer.
const LOCATION: &str = "location";

/// Tells of styles that no document bears out, and of tools that name a style which is not there.
pub(super) fn check(manifest: &Manifest, specs: &Specs, sink: &Sink) {
    for style in &manifest.tasks {
        one(style, specs, sink);
    }
    for named in manifest.tools.iter().filter_map(|tool| tool.task.as_ref()) {
        let names = manifest.tasks.iter().map(|style| style.name.value.as_str());
        if !names.clone().any(|name| name == named.value) {
            sink.tell(
                named.line,
                format!("unknown task style `{}`", named.value),
                "a task is followed by its style",
                similar::hint(&named.value, names),
            );
        }
    }
}

fn one(style: &TaskStyle, specs: &Specs, sink: &Sink) {
    let name = &style.name.value;
    let Some((document, look)) = operation(&style.look, name, specs, sink) else {
        return;
    };
    if look.method != "GET" {
        sink.tell(
            style.look.line,
            format!("task style `{name}` looks with a {}", look.method),
            "looking changes nothing",
            "name the operation that reads the task",
        );
    }
    takes(style, document, &look, sink);
    if let Cancel::Operation(cancel) = &style.cancel
        && let Some((document, cancel)) = operation(cancel, name, specs, sink)
    {
        takes(style, document, &cancel, sink);
    }
    let states = [
        &style.done,
        &style.failed,
        &style.cancelled,
        &style.stopping,
    ];
    let places = states.into_iter().flatten().map(|(at, _)| at);
    let places = places.chain(&style.progress).chain(&style.message);
    for at in places {
        if let Some(shown) = answer(document, look)
            && (!at.value.starts_with('/') || reach(document, shown, &at.value) == Reach::No)
        {
            let names = keys_at(document, shown, &at.value);
            sink.tell(
                at.line,
                format!("`{}` of task style `{name}` leads nowhere", at.value),
                format!("`{}` shows no such place", style.look.value),
                similar::hint(&at.value, names.iter().map(String::as_str)),
            );
        }
    }
    for begun in &style.begun {
        let place = begun.value.split(':').next().unwrap_or_default();
        if place != LOCATION && !place.starts_with('/') {
            sink.tell(
                begun.line,
                format!("`{}` of task style `{name}` is no place", begun.value),
                "a task is named by a pointer into the answer or by its Location",
                "write `/pointer`, `/pointer:text before the id` or `location:text before the id`",
            );
        }
    }
}

fn operation<'a>(
    key: &Spanned<String>,
    style: &str,
    specs: &'a Specs,
    sink: &Sink,
) -> Option<(&'a Document, Operation<'a>)> {
    let found = specs
        .operation(&key.value)
        .and_then(|operation| Some((specs.documents.get(operation.api)?, operation)));
    if found.is_none() {
        sink.tell(
            key.line,
            format!(
                "task style `{style}` uses an unknown operation `{}`",
                key.value
            ),
            "a task is looked at by an operation of a pinned document",
            "name one as `api:id`",
        );
    }
    found
}

/// The id of the task is the one thing that both operations need.
fn takes(style: &TaskStyle, document: &Document, operation: &Operation<'_>, sink: &Sink) {
    let declared = declared(document, operation);
    let is_param = |name: &str, place| name == style.param.value && place == Place::Path;
    let others = declared
        .iter()
        .any(|param| param.required && !is_param(param.name, param.place));
    let named = declared
        .iter()
        .any(|param| is_param(param.name, param.place));
    if others || !named {
        sink.tell(
            style.param.line,
            format!(
                "`{}` of task style `{}` is not what `{}` takes",
                style.param.value,
                style.name.value,
                operation.key()
            ),
            "a task is named by its id and nothing else",
            "name the one path parameter of the operation",
        );
    }
}

/// The styles as the catalogue holds them.
pub(super) fn resolve(manifest: &Manifest) -> Vec<plan::TaskStyle> {
    let text = |text: &Spanned<String>| text.value.clone();
    let states = |states: &super::super::model::Values| -> plan::States {
        states
            .iter()
            .map(|(at, values)| {
                let values = values.as_array().cloned().unwrap_or_default();
                (at.value.clone(), values)
            })
            .collect()
    };
    manifest
        .tasks
        .iter()
        .map(|style| plan::TaskStyle {
            name: text(&style.name),
            look: text(&style.look),
            param: text(&style.param),
            begun: style.begun.iter().map(text).collect(),
            done: states(&style.done),
            failed: states(&style.failed),
            cancelled: states(&style.cancelled),
            stopping: states(&style.stopping),
            progress: style.progress.as_ref().map(text),
            message: style.message.as_ref().map(text),
            cancel: match &style.cancel {
                Cancel::Operation(key) => Ok(key.value.clone()),
                Cancel::None(why) => Err(why.value.clone()),
            },
        })
        .collect()
}
