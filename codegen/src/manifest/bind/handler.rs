//! Arguments that stand in the manifest itself, and what holds of tools with a hand-written handler.

use super::super::enums::{Credential, Effect};
use super::super::model::Paging as Stated;
use super::super::plan::{self, Paging};
use super::body::input_schema;
use super::scope::Scope;
use crate::schema::Argument;

/// Arguments of a tool with a handler.
pub(super) fn inputs(scope: &mut Scope<'_>, resolved: &mut plan::Tool) {
    let tool = scope.tool;
    extra_inputs(scope);
    if let Some(Stated::None { items }) = &tool.paging {
        resolved.paging = Paging::None {
            items: items.as_ref().map(|items| items.value.clone()),
        };
    }
    let Some(handler) = &tool.handler else { return };
    let words: Vec<&str> = handler.value.split("::").collect();
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if words.len() != 2 || !words.iter().all(is_word) {
        scope.sink.tell(
            handler.line,
            format!("`{}` is no name of a handler", handler.value),
            "a handler is a function in a module of src/tools",
            "write `module::function`",
        );
    }
    if tool
        .handler_why
        .as_ref()
        .is_none_or(|why| why.value.trim().is_empty())
    {
        scope.sink.tell(
            handler.line,
            format!("{} has a handler without `handler_why`", scope.what),
            "what data can say is not written by hand",
            "say in `handler_why` why one operation does not do, or name the operation",
        );
    }
    if tool.uses.is_empty() && resolved.credential != Credential::Local {
        scope.sink.tell(
            handler.line,
            format!(
                "{} has a handler that calls operations, but no `uses`",
                scope.what
            ),
            "scopes and clients are made from the operations that are named",
            "add `uses = [\"api:operation\"]`",
        );
    }
    for (key, there) in [
        ("params", tool.params.first().map(|(name, _)| name.line)),
        ("body", tool.body.as_ref().map(|body| body.line)),
    ] {
        if let Some(line) = there {
            scope.sink.tell(
                line,
                format!("{} has a handler and `{key}`", scope.what),
                "a handler has no operation whose parameters could be shown",
                "describe its arguments with `input.<name>`",
            );
        }
    }
    if tool.effect == Effect::Read && tool.target.is_some() {
        resolved.target = None;
    }
}

/// Arguments that the manifest adds to those of the operation.
pub(super) fn extra_inputs(scope: &mut Scope<'_>) {
    let tool = scope.tool;
    for (name, input) in &tool.inputs {
        let argument = Argument {
            name: name.value.clone(),
            schema: input_schema(&input.schema),
            about: input.about.clone(),
            required: input.required,
            default: input.default.clone(),
        };
        scope.argue(name.line, argument);
    }
}
