//! References in the manifest: `$name`, `$target.id`, `$before/ptr` and the like.

use serde_json::{Map, Value};

use super::super::plan::{Joined, Source, Turned};
use super::super::similar;
use super::scope::Scope;

/// How far a call has come: each stage knows what the ones before it know, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// A read before the write: arguments and the organisation.
    Early,
    /// The write: the target and the state before, too.
    Write,
    /// A read of what uses the target: the keys that were found, too.
    Reach,
    /// A read of what was made: the answer, too.
    Made,
    /// An undo: the state after, too.
    Undo,
    /// An undo by difference: its keys, too.
    Difference,
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
        Value::Object(fields) if fields.contains_key("join") => {
            joined(scope, fields, known, line, place)
        }
        Value::Object(fields) if fields.contains_key("turn") => {
            turned(scope, fields, known, line, place)
        }
        Value::Array(items) if refers(value) => items
            .iter()
            .map(|item| source(scope, item, known, line, place))
            .collect::<Option<Vec<_>>>()
            .map(Source::Array),
        Value::Object(fields) if refers(value) => fields
            .iter()
            .map(|(name, value)| {
                let name = reference(scope, name, known, line, place)?;
                Some((name, source(scope, value, known, line, place)?))
            })
            .collect::<Option<Vec<_>>>()
            .map(Source::Object),
        _ => Some(Source::Constant(value.clone())),
    }
}

/// `{ join = "$keys", before = "..", between = "..", after = ".." }`.
fn joined(
    scope: &Scope<'_>,
    fields: &Map<String, Value>,
    known: Known,
    line: usize,
    place: &str,
) -> Option<Source> {
    const PARTS: [&str; 3] = ["before", "between", "after"];
    for (name, value) in fields {
        if name != "join" && !(PARTS.contains(&name.as_str()) && value.is_string()) {
            scope.sink.tell(
                line,
                format!(
                    "`{name}` of a `join` in {place} of {} means nothing",
                    scope.what
                ),
                "values are joined by the texts before, between and after them",
                "give `before`, `between` and `after` as strings, and nothing else",
            );
            return None;
        }
    }
    let of = source(scope, fields.get("join")?, known, line, place)?;
    let text = |name: &str| {
        let text = fields.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Some(Source::Joined(Box::new(Joined {
        of,
        before: text("before"),
        between: text("between"),
        after: text("after"),
    })))
}

/// `{ turn = "$item/type", into = { word = value, .. } }`.
fn turned(
    scope: &Scope<'_>,
    fields: &Map<String, Value>,
    known: Known,
    line: usize,
    place: &str,
) -> Option<Source> {
    let into = fields.get("into").and_then(Value::as_object);
    let Some(into) = into.filter(|into| fields.len() == 2 && !into.is_empty()) else {
        scope.sink.tell(
            line,
            format!("a `turn` in {place} of {} has no words to turn", scope.what),
            "a word that is read becomes the value that `into` has under it",
            "give `into = { WORD = value }` beside `turn`, and nothing else",
        );
        return None;
    };
    let of = source(scope, fields.get("turn")?, known, line, place)?;
    let into = into.iter().map(|(word, to)| (word.clone(), to.clone()));
    Some(Source::Turned(Box::new(Turned {
        of,
        into: into.collect(),
    })))
}

fn has_keys(known: Known) -> bool {
    matches!(known, Known::Reach | Known::Difference)
}

/// Whether a value is a reference, or holds one at any depth, as a member's name too.
fn refers(value: &Value) -> bool {
    let is_reference = |text: &str| text.starts_with('$') && !text.starts_with("$$");
    match value {
        Value::String(text) => is_reference(text),
        Value::Array(items) => items.iter().any(refers),
        Value::Object(fields) => {
            let mut members = fields.iter();
            ["join", "turn"].iter().any(|key| fields.contains_key(*key))
                || members.any(|(name, value)| is_reference(name) || refers(value))
        }
        _ => false,
    }
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
        "target.id" if known >= Known::Write => return Some(Source::Target),
        "before" if known >= Known::Write => return Some(Source::Before(pointer)),
        "draft" if known >= Known::Write && scope.tool.draft.is_some() => {
            return Some(Source::Draft(pointer));
        }
        "after" if known >= Known::Undo => return Some(Source::After(pointer)),
        "result" if known >= Known::Made => return Some(Source::Result(pointer)),
        "keys" if has_keys(known) => return Some(Source::Keys),
        "key" if has_keys(known) => return Some(Source::Key),
        "item" if known == Known::Difference => return Some(Source::Item(pointer)),
        "present" if known == Known::Undo => return Some(Source::Present(pointer)),
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
