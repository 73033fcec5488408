//! How what a create has made is found again when its answer was lost.

use super::super::enums::Effect;
use super::super::model;
use super::super::plan::Traces;
use super::call;
use super::places;
use super::scope::Scope;
use super::source::{Known, source};

/// Resolves the traces of a tool. What gets its id from the answer needs them, or a reason.
pub(super) fn bind(scope: &Scope<'_>) -> Option<Traces> {
    let tool = scope.tool;
    let nameless = tool.effect == Effect::Create
        && tool.operation.is_some()
        && tool
            .target
            .as_ref()
            .is_some_and(|target| target.result.is_some());
    let (line, read, id, same) = match &tool.traces {
        None if nameless => {
            scope.sink.tell(
                tool.line,
                format!("{} creates and has no `traces`", scope.what),
                "when the answer is lost, nothing else tells what was made",
                "add `traces = { read = { ... }, id = \"/id\", same = { \"/name\" = \"$name\" } }`, or \
                 `traces = \"none: why\"`",
            );
            return None;
        }
        None => return None,
        Some(model::Traces::None(why)) => (why.line, None, None, None),
        Some(model::Traces::Read {
            line,
            read,
            id,
            same,
        }) => (*line, Some(read), Some(id), Some(same)),
    };
    if !nameless {
        scope.sink.tell(
            line,
            format!("{} has `traces` and knows its target", scope.what),
            "what has an id before it is sent is looked at by that id",
            "take `traces` out",
        );
    }
    let (read, id, same) = (read?, id?, same?);
    if let Some((document, operation)) = call::operation(scope, &read.call) {
        let of_item = |pointer: &str, line: usize| {
            let whole = format!("{}/*{pointer}", read.at.value);
            places::in_answer(scope, document, operation, &whole, line, "`traces`");
        };
        of_item(&id.value, id.line);
        for (at, _) in same {
            of_item(&at.value, at.line);
        }
    }
    Some(Traces {
        read: call::read(scope, read, Known::Early, "`traces`")?,
        id: id.value.clone(),
        same: same
            .iter()
            .filter_map(|(at, value)| {
                let from = source(scope, value, Known::Early, at.line, "`traces`")?;
                Some((at.value.clone(), from))
            })
            .collect(),
    })
}
