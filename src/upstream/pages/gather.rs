//! All pages of a list, as one array.

use serde_json::Value;

use super::body::{Read, Style};
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::catalog::model::{Operation, Paging, Place};
use crate::grants::Access;
use crate::projection::pointer;
use crate::upstream::{Request, Upstream};

/// Most items that are gathered.
const MOST: usize = 10_000;

/// Page size that is asked for when a product gives as much.
const SIZE: u32 = 1000;

/// Reads every page of a list and joins the items found at `at`. A state that is not whole is no
/// state: more than ten thousand items are a fault, not a cut. `more` hears of each page that
/// another one follows.
///
/// # Errors
/// As [`Upstream::read`]; `UPSTREAM_UNEXPECTED` when there is no end.
pub async fn read_all(
    upstream: &Upstream,
    access: &Access,
    request: &Request,
    at: &'static str,
    deadline: Deadline,
    more: &(dyn Fn() + Sync),
) -> Result<Value, Fault> {
    let paging = paging_of(request.operation, at);
    let Some(style) = Style::of(paging) else {
        let answer = upstream.read(access, request, deadline).await?;
        let found = pointer::find(&answer.body, at).cloned();
        return Ok(found.unwrap_or(Value::Null));
    };
    let mut start = style.first(request, SIZE);
    let mut all = Vec::new();
    loop {
        let mut sent = request.clone();
        style.place(&mut sent, &start)?;
        let answer = upstream.read(access, &sent, deadline).await?;
        let Read {
            items, following, ..
        } = style.take(answer.body, &start)?;
        all.extend(items);
        match following {
            None => return Ok(Value::Array(all)),
            Some(_) if all.len() >= MOST => {
                return Err(Fault::new(
                    Code::UpstreamUnexpected,
                    format!("the list has more than {MOST} items and cannot be read whole"),
                ));
            }
            Some(position) => {
                more();
                start = start.at(position);
            }
        }
    }
}

/// Whether the list at `at` comes in pages, as far as is known of the operation.
pub fn is_paged(operation: &Operation, at: &'static str) -> bool {
    !matches!(paging_of(operation, at), Paging::None { .. })
}

/// How an operation pages: as a tool of the catalogue says, else by the names of its parameters.
fn paging_of(operation: &Operation, at: &'static str) -> Paging {
    catalog::tools()
        .iter()
        .filter(|tool| {
            tool.operation
                .is_some_and(|known| known.key == operation.key)
        })
        .map(|tool| tool.paging)
        .find(|paging| !matches!(paging, Paging::None { .. }))
        .unwrap_or_else(|| by_names(operation, at))
}

fn by_names(operation: &Operation, at: &'static str) -> Paging {
    let has = |name: &str| {
        operation
            .params
            .iter()
            .any(|param| param.name == name && param.place == Place::Query)
    };
    let offset = |offset, size, total, last| Paging::Offset {
        offset,
        size,
        largest: 50,
        items: at,
        total,
        last,
    };
    if has("startAt") && has("maxResults") {
        offset("startAt", "maxResults", "/total", "/isLast")
    } else if has("start") && has("limit") {
        offset("start", "limit", "", "/isLastPage")
    } else if has("startIndex") && has("count") {
        offset("startIndex", "count", "/totalResults", "")
    } else {
        Paging::None { items: Some(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_that_is_read_whole_for_a_write_has_a_style() {
        for tool in catalog::tools() {
            let before = match &tool.before {
                crate::catalog::model::Before::Read(read) => Some(read),
                _ => None,
            };
            for read in before.into_iter().chain(tool.after.as_ref()) {
                if read.all_pages {
                    let paging = paging_of(read.call.operation, read.at);
                    assert!(!matches!(paging, Paging::None { .. }), "{}", tool.name);
                }
            }
        }
    }
}
