//! References in the manifest: `$name`, `$target.id`, `$before/ptr` and the like.

use serde_json::Value;

use super::super::plan::Source;
use super::super::similar;
use super::scope::Scope;

/// What may be referred to at a place, beside arguments and the organisation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) target: bool,
    pub(super) before: bool,
    pub(super) after: bool,
    pub(super) result: bool,
    /// Inside a difference.
    pub(super) keys: bool,
}

impl Known {
    /// In a read before the write.
    pub(super) const EARLY: Self = Self {
        target: false,
        before: false,
        after: false,
        result: false,
        keys: false,
    };
    /// In the write itself.
    pub(super) const WRITE: Self = Self {
        target: true,
        before: true,
        ..Self::EARLY
    };
    /// In a read of what was made.
    pub(super) const MADE: Self = Self {
        result: true,
        ..Self::WRITE
    };
    /// In an undo.
    pub(super) const UNDO: Self = Self {
        after: true,
        ..Self::MADE
    };
    /// In an undo by difference.
    pub(super) const DIFFERENCE: Self = Self {
        keys: true,
        ..Self::UNDO
    };
}

/// What a value of the manifest stands for; `None`, with a problem told, when it means nothing here.
pub(super) fn source(
    scope: &Scope<'_>,
    value: &Value,
    known: Known,
    line: usize,
    place: &str,
) -> Option<Source> {
    match value {
        Value::String(text) => reference(scope, text, known, line, place),
        Value::Array(items) if items.iter().any(is_reference) => items
            .iter()
            .map(|item| source(scope, item, known, line, place))
            .collect::<Option<Vec<_>>>()
            .map(Source::Array),
        _ => Some(Source::Constant(value.clone())),
    }
}

fn is_reference(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with('$') && !text.starts_with("$$"))
}

fn reference(
    scope: &Scope<'_>,
    text: &str,
    known: Known,
    line: usize,
    place: &str,
) -> Option<Source> {
    let Some(name) = text.strip_prefix('$') else {
        return Some(Source::Constant(Value::from(text)));
    };
    if name.starts_with('$') {
        return Some(Source::Constant(Value::from(name)));
    }
    let (name, pointer) = name
        .find('/')
        .map_or((name, ""), |at| (&name[..at], &name[at..]));
    let pointer = pointer.to_owned();
    match name {
        "org" => return Some(Source::OrgId),
        "target.id" if known.target => return Some(Source::Target),
        "before" if known.before => return Some(Source::Before(pointer)),
        "after" if known.after => return Some(Source::After(pointer)),
        "result" if known.result => return Some(Source::Result(pointer)),
        "keys" if known.keys => return Some(Source::Keys),
        "key" if known.keys => return Some(Source::Key),
        _ => {}
    }
    if let Some(argument) = scope.argument(name) {
        let argument = argument.to_owned();
        return Some(if pointer.is_empty() {
            Source::Argument(argument)
        } else {
            Source::ArgumentAt(argument, pointer)
        });
    }
    let names: Vec<&str> = scope
        .arguments
        .iter()
        .map(|argument| argument.name.as_str())
        .collect();
    scope.sink.tell(
        line,
        format!("`{text}` in {place} of {} cannot be bound", scope.what),
        "it is neither an argument of the tool nor anything known at this point of a call",
        similar::hint(name, names),
    );
    None
}
