//! How each style of paging is asked for and read out of an answer.

use serde_json::{Map, Value, json};

use super::cursor::{Cursor, Position, call_digest};
use super::link;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Operation, Paging, Place};
use crate::projection::pointer;
use crate::upstream::message::Request;

/// Keys that mark paging and tell nothing of the subject.
const MARKS: [&str; 21] = [
    "_expandable",
    "_links",
    "cursor",
    "expand",
    "isLast",
    "isLastPage",
    "itemsPerPage",
    "last",
    "limit",
    "links",
    "maxResults",
    "meta",
    "next",
    "nextPage",
    "self",
    "size",
    "start",
    "startAt",
    "startIndex",
    "total",
    "totalResults",
];

/// Where an answer says what page size it really used.
const ECHOES: [&str; 3] = ["maxResults", "limit", "itemsPerPage"];

/// A list's style of paging.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style(Paging);

/// What was read out of an answer.
#[derive(Debug)]
pub(super) struct Read {
    /// All items of the product's page.
    pub(super) items: Vec<Value>,
    /// What stands beside them.
    pub(super) rest: Map<String, Value>,
    /// The true total.
    pub(super) total: Option<u64>,
    /// Where the product's next page starts.
    pub(super) following: Option<Position>,
    /// The list has no pages: these are all items.
    pub(super) unpaged: bool,
}

impl Style {
    /// The style of a list; `None` for what is no list.
    pub(super) const fn of(paging: Paging) -> Option<Self> {
        match paging {
            Paging::None { items: None } => None,
            _ => Some(Self(paging)),
        }
    }

    /// The start of a list, read in pages of the wanted size or the largest the product gives.
    pub(super) fn first(self, request: &Request, wanted: u32) -> Cursor {
        let position = match self.0 {
            Paging::Offset { .. } => Position::Offset(0),
            Paging::None { .. } | Paging::Cursor { .. } => Position::Within(None, 0),
        };
        let size = self.size(request.operation, wanted);
        Cursor::new(position, size, call_digest(request))
    }

    fn size(self, operation: &Operation, wanted: u32) -> u32 {
        match self.0 {
            Paging::None { .. } => wanted.max(1),
            Paging::Offset { largest, size, .. } | Paging::Cursor { largest, size, .. } => {
                enough(operation, size, wanted.clamp(1, largest.max(1)))
            }
        }
    }

    /// Puts the position and the size into a request.
    pub(super) fn place(self, request: &mut Request, start: &Cursor) -> Result<(), Fault> {
        match self.0 {
            Paging::None { .. } => Ok(()),
            Paging::Offset { offset, size, .. } => {
                put(request, offset, json!(offset_of(start)))?;
                put(request, size, json!(start.size))
            }
            Paging::Cursor { cursor, size, .. } => {
                if let Position::Within(Some(at), _) = &start.position {
                    put(request, cursor, json!(at))?;
                }
                put(request, size, json!(start.size))
            }
        }
    }

    /// Takes the items out of an answer.
    pub(super) fn take(self, mut body: Value, start: &Cursor) -> Result<Read, Fault> {
        let at = match self.0 {
            Paging::None { items } => items.unwrap_or(""),
            Paging::Offset { items, .. } | Paging::Cursor { items, .. } => items,
        };
        let items = match pointer::find(&body, at) {
            Some(Value::Array(items)) => items.clone(),
            None | Some(Value::Null) => Vec::new(),
            Some(_) => {
                tracing::warn!(at, "no list in an answer");
                return Err(Fault::new(
                    Code::UpstreamUnexpected,
                    "Atlassian's answer holds no list where one was expected",
                ));
            }
        };
        let following = self.following(&body, items.len(), start)?;
        let total = match self.0 {
            Paging::Offset { total, .. } if !total.is_empty() => {
                pointer::find(&body, total).and_then(Value::as_u64)
            }
            _ => None,
        };
        Ok(Read {
            items,
            rest: rest(&mut body, at),
            total,
            following,
            unpaged: matches!(self.0, Paging::None { .. }),
        })
    }

    fn following(
        self,
        body: &Value,
        count: usize,
        start: &Cursor,
    ) -> Result<Option<Position>, Fault> {
        match self.0 {
            Paging::None { .. } => Ok(None),
            Paging::Offset { total, last, .. } => {
                let next = offset_of(start).saturating_add(u64::try_from(count).unwrap_or(0));
                let ended = count == 0 || is_end(body, total, last, next, count, start.size);
                Ok((!ended).then_some(Position::Offset(next)))
            }
            Paging::Cursor { cursor, next, .. } => {
                let name = cursor.rsplit('/').next().unwrap_or(cursor);
                let found = link::cursor(pointer::find(body, next), name).map_err(|link| {
                    tracing::warn!(link, name, "no cursor in a link to the next page");
                    Fault::new(
                        Code::UpstreamUnexpected,
                        "Atlassian's link to the next page cannot be followed",
                    )
                })?;
                // A product that gives the same cursor again would never end.
                let same = matches!(&start.position, Position::Within(at, _) if *at == found);
                Ok(found
                    .filter(|_| !same)
                    .map(|cursor| Position::Within(Some(cursor), 0)))
            }
        }
    }
}

/// The offset that a cursor stands for.
/// The page size to ask for: where the document names the sizes that there are, the smallest that is
/// enough, else the largest.
fn enough(operation: &Operation, name: &str, wanted: u32) -> u32 {
    let mut params = operation.params.iter();
    let Some(param) = params.find(|param| param.name == name && param.schema.contains("enum"))
    else {
        return wanted;
    };
    let schema: Value = serde_json::from_str(param.schema).unwrap_or_default();
    let sizes = schema["enum"].as_array().into_iter().flatten();
    let sizes: Vec<u32> = sizes
        .filter_map(|size| u32::try_from(size.as_u64()?).ok())
        .collect();
    let fit = sizes.iter().filter(|size| **size >= wanted).min();
    fit.or(sizes.iter().max()).copied().unwrap_or(wanted)
}

fn offset_of(start: &Cursor) -> u64 {
    match &start.position {
        Position::Offset(offset) => *offset,
        Position::Within(..) => 0,
    }
}

/// Whether a page by offset is the last one: by its own mark, else by the total, else because it is
/// shorter than the size that was really used.
fn is_end(body: &Value, total: &str, last: &str, next: u64, count: usize, size: u32) -> bool {
    let at = |at: &str| {
        Some(at)
            .filter(|at| !at.is_empty())
            .and_then(|at| pointer::find(body, at))
    };
    if let Some(last) = at(last).and_then(Value::as_bool) {
        return last;
    }
    if let Some(total) = at(total).and_then(Value::as_u64) {
        return next >= total;
    }
    let used = ECHOES
        .iter()
        .find_map(|echo| body.get(echo).and_then(Value::as_u64))
        .map_or(u64::from(size), |echo| echo.min(u64::from(size)));
    u64::try_from(count).unwrap_or(u64::MAX) < used
}

/// What stands beside the items and is no mark of paging.
fn rest(body: &mut Value, at: &str) -> Map<String, Value> {
    let Value::Object(fields) = body else {
        return Map::new();
    };
    let mut rest = std::mem::take(fields);
    if let Some(first) = pointer::field(at) {
        rest.remove(&first);
    }
    rest.retain(|name, _| !MARKS.contains(&name.as_str()));
    rest
}

/// Sets a parameter by its published name, or a field of the body (`body:/pointer`, or the bare
/// name of what is no parameter).
fn put(request: &mut Request, name: &str, value: Value) -> Result<(), Fault> {
    if name.is_empty() {
        return Ok(());
    }
    let in_body = name.strip_prefix("body:").map(str::to_owned).or_else(|| {
        let is_param = request
            .operation
            .params
            .iter()
            .any(|param| param.name == name && param.place == Place::Query);
        (!is_param && request.operation.body.is_some()).then(|| format!("/{name}"))
    });
    let Some(at) = in_body else {
        request.params.insert(name.to_owned(), value);
        return Ok(());
    };
    let body = request.body.get_or_insert_with(|| json!({}));
    pointer::put(body, &at, value).map_err(|error| {
        Fault::new(
            Code::UnexpectedError,
            format!("the page cannot be asked for: {error}"),
        )
    })
}
