//! The style of a list's pages: as stated, else from the names of the parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::enums::Effect;
use super::super::model::{Paging as Stated, Spanned};
use super::super::plan::Paging;
use super::places;
use super::scope::Scope;
use crate::schema::{Reach, properties, reach};
use crate::spec::{Document, Operation};

/// Names of parameters and body fields that paging fills, so that the caller is not asked for them.
pub(super) type Consumed = BTreeSet<String>;

const MARKS: [&str; 6] = [
    "startAt",
    "start",
    "startIndex",
    "maxResults",
    "limit",
    "cursor",
];

/// Mark of a name that stands in the body.
const IN_BODY: &str = "body:/";

/// Page size where the document states no bound: what Jira gives at most in its older lists.
const LARGEST: usize = 50;

pub(super) fn of(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    effect: Effect,
) -> (Paging, Consumed) {
    let declared: Vec<&str> = operation
        .parameters(document)
        .into_iter()
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .collect();
    let mut consumed: Consumed = MARKS
        .iter()
        .filter(|mark| declared.contains(*mark))
        .filter(|mark| {
            !scope
                .tool
                .params
                .iter()
                .any(|(name, _)| name.value == ***mark)
        })
        .map(|mark| (*mark).to_owned())
        .collect();
    if effect != Effect::Read {
        if let Some(paging) = &scope.tool.paging {
            scope.sink.tell(
                line_of(paging, scope.tool.line),
                format!("{} changes something and has `paging`", scope.what),
                "only lists have pages",
                "take `paging` out",
            );
        }
        return (Paging::None { items: None }, Consumed::new());
    }
    let paging = match &scope.tool.paging {
        Some(stated) => from_manifest(scope, document, operation, stated, &declared),
        None => from_names(document, operation, &declared),
    };
    match &paging {
        Paging::None { .. } => {}
        Paging::Offset { offset, size, .. } => consumed.extend([offset.clone(), size.clone()]),
        Paging::Cursor { cursor, size, .. } => consumed.extend([cursor.clone(), size.clone()]),
    }
    let consumed = consumed
        .iter()
        .map(|name| name.strip_prefix(IN_BODY).unwrap_or(name).to_owned())
        .collect();
    (paging, consumed)
}

fn line_of(paging: &Stated, otherwise: usize) -> usize {
    match paging {
        Stated::Offset { line, .. } | Stated::Cursor { line, .. } => *line,
        Stated::None { items } => items.as_ref().map_or(otherwise, |items| items.line),
    }
}

fn from_manifest(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    stated: &Stated,
    declared: &[&str],
) -> Paging {
    let check = |items: &Spanned<String>| {
        places::in_answer(
            scope,
            document,
            operation,
            &items.value,
            items.line,
            "`items` of `paging`",
        );
    };
    let named = |name: &str, line: usize| {
        if !name.is_empty() && !name.starts_with(IN_BODY) && !declared.contains(&name) {
            scope.sink.tell(
                line,
                format!(
                    "`paging` of {} names a parameter `{name}` that does not exist",
                    scope.what
                ),
                "pages could not be asked for",
                super::super::similar::hint(name, declared.iter().copied()),
            );
        }
    };
    match stated {
        Stated::None { items } => {
            items.iter().for_each(check);
            Paging::None {
                items: items.as_ref().map(|items| items.value.clone()),
            }
        }
        Stated::Offset {
            line,
            offset,
            size,
            largest,
            items,
            total,
            last,
        } => {
            check(items);
            named(&offset.value, *line);
            named(&size.value, *line);
            Paging::Offset {
                offset: offset.value.clone(),
                size: size.value.clone(),
                largest: *largest,
                items: items.value.clone(),
                total: total.clone(),
                last: last.clone(),
            }
        }
        Stated::Cursor {
            line,
            cursor,
            size,
            largest,
            items,
            next,
        } => {
            check(items);
            check(next);
            named(&cursor.value, *line);
            named(size, *line);
            Paging::Cursor {
                cursor: cursor.value.clone(),
                size: size.clone(),
                largest: *largest,
                items: items.value.clone(),
                next: next.value.clone(),
            }
        }
    }
}

/// The style of a list that is read for a tool: from the names of its parameters, or a cursor where
/// the pointer of the next one is stated.
pub(super) fn of_read(
    document: &Document,
    operation: Operation<'_>,
    at: &str,
    next: Option<&Spanned<String>>,
) -> Paging {
    let declared: Vec<&str> = operation
        .parameters(document)
        .into_iter()
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .collect();
    let first = |names: &[&'static str]| {
        let found = names.iter().find(|name| declared.contains(*name));
        found.map(|name| (*name).to_owned())
    };
    let cursor = first(&["nextPageToken", "pageToken", "cursor"]);
    if let (Some(next), Some(cursor)) = (next, cursor) {
        let size = first(&["maxResults", "limit"]).unwrap_or_default();
        return Paging::Cursor {
            cursor,
            largest: largest(document, operation, &size),
            size,
            items: at.to_owned(),
            next: next.value.clone(),
        };
    }
    match from_names(document, operation, &declared) {
        Paging::Offset {
            offset,
            size,
            largest,
            total,
            last,
            ..
        } => Paging::Offset {
            offset,
            size,
            largest,
            items: at.to_owned(),
            total,
            last,
        },
        Paging::None { .. } | Paging::Cursor { .. } => Paging::None { items: None },
    }
}

fn from_names(document: &Document, operation: Operation<'_>, declared: &[&str]) -> Paging {
    let has = |name: &str| declared.contains(&name);
    let answer = places::answer(document, operation);
    let largest = |size: &str| largest(document, operation, size);
    let mark = |pointer: &str| {
        let known = answer.is_some_and(|answer| reach(document, answer, pointer) == Reach::Yes);
        if known {
            pointer.to_owned()
        } else {
            String::new()
        }
    };
    let offset = |offset: &str, size: &str, last: &str| Paging::Offset {
        offset: offset.to_owned(),
        size: size.to_owned(),
        largest: largest(size),
        items: items(document, answer),
        total: mark("/total"),
        last: mark(last),
    };
    if has("startAt") && has("maxResults") {
        offset("startAt", "maxResults", "/isLast")
    } else if has("start") && has("limit") {
        offset("start", "limit", "/isLastPage")
    } else if has("cursor") {
        let size = if has("limit") { "limit" } else { "" };
        let linked = mark("/_links/next");
        Paging::Cursor {
            cursor: "cursor".to_owned(),
            size: size.to_owned(),
            largest: largest(size),
            items: items(document, answer),
            next: if linked.is_empty() {
                "/links/next".to_owned()
            } else {
                linked
            },
        }
    } else {
        Paging::None {
            items: answer
                .filter(|answer| is_list(document, answer))
                .map(|_| items(document, answer)),
        }
    }
}

/// The only array in the answer, or the answer where it is one.
fn items(document: &Document, answer: Option<&Value>) -> String {
    let Some(answer) = answer else {
        return "/values".to_owned();
    };
    if is_array(document, answer) {
        return String::new();
    }
    let lists: Vec<&str> = properties(document, answer)
        .into_iter()
        .filter(|(_, property)| is_array(document, property.schema))
        .map(|(name, _)| name)
        .collect();
    let usual = ["values", "results", "data", "items"]
        .into_iter()
        .find(|name| lists.contains(name));
    format!("/{}", usual.or(lists.first().copied()).unwrap_or("values"))
}

/// Whether an answer without pages is a list: an array, or an object around a single one.
fn is_list(document: &Document, answer: &Value) -> bool {
    let members = properties(document, answer);
    is_array(document, answer)
        || (members.len() == 1
            && members
                .values()
                .all(|member| is_array(document, member.schema)))
}

fn is_array(document: &Document, schema: &Value) -> bool {
    document.resolve(schema).get("type").and_then(Value::as_str) == Some("array")
}

fn largest(document: &Document, operation: Operation<'_>, size: &str) -> usize {
    operation
        .parameters(document)
        .into_iter()
        .find(|parameter| parameter.get("name").and_then(Value::as_str) == Some(size))
        .and_then(|parameter| {
            document
                .resolve(parameter.get("schema")?)
                .get("maximum")?
                .as_u64()
        })
        .and_then(|bound| usize::try_from(bound).ok())
        .unwrap_or(LARGEST)
}
