//! One way of paging over the products' several: an opaque cursor in, items and the next out.
//!
//! A page may be cut after any item ([`Page::next_after`]): the next one starts at the first item
//! that was cut, so that nothing is lost and nothing comes twice.

mod body;
mod cursor;
mod gather;
mod link;

use serde_json::{Map, Value};

use self::body::{Read, Style};
use self::cursor::{Cursor, Position};
use super::client::Upstream;
use super::message::Request;
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::catalog::model::Paging;
use crate::grants::Access;

pub use self::gather::{is_paged, read_all};

/// Items on a page when the caller does not say.
const USUAL: u32 = 50;

/// The page that a caller wants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The cursor of an earlier page; the first page without.
    pub page: Option<&'a str>,
    /// Most items.
    pub limit: Option<u32>,
}

/// What a read gives.
#[derive(Debug, Clone)]
pub enum Content {
    /// The answer of an operation that is no list.
    Whole(Value),
    /// A page of a list.
    List(Page),
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    /// The items.
    pub items: Vec<Value>,
    /// What the answer holds besides the items and the marks of paging.
    pub rest: Map<String, Value>,
    /// How many items the whole list has, where that is known.
    pub total: Option<u64>,
    /// Where the first item stands.
    start: Cursor,
    /// Where the first item after this page stands; nothing after the last page.
    following: Option<Position>,
    /// The cursors of a list of the server's own, which stands in no product.
    own: Option<Own>,
}

/// The cursors of a list of the server's own.
#[derive(Debug, Clone)]
struct Own {
    /// What begins after each item.
    after: Vec<String>,
    /// What begins after the page; nothing after the last one.
    next: Option<String>,
}

impl Page {
    /// The cursor of the page that begins after the first `kept` items of this one; `None` when
    /// there is nothing more.
    pub fn next_after(&self, kept: usize) -> Option<String> {
        if let Some(own) = &self.own {
            return if kept >= self.items.len() {
                own.next.clone()
            } else {
                own.after.get(kept.saturating_sub(1)).cloned()
            };
        }
        let position = if kept >= self.items.len() {
            self.following.clone()?
        } else {
            self.start.position.plus(kept)
        };
        Some(self.start.at(position).encode())
    }

    /// A page of a list of the server's own: its items, the cursor of what follows each of them, and
    /// the cursor of the next page where there is one.
    pub fn local(items: Vec<Value>, after: Vec<String>, next: Option<String>) -> Self {
        Self {
            items,
            rest: Map::new(),
            total: None,
            start: Cursor::new(Position::Within(None, 0), USUAL, String::new()),
            following: None,
            own: Some(Own { after, next }),
        }
    }

    /// Drops all but the first `kept` items.
    fn cut(&mut self, kept: usize) {
        if kept < self.items.len() {
            self.following = Some(self.start.position.plus(kept));
            self.items.truncate(kept);
        }
    }
}

#[cfg(test)]
impl Page {
    /// A list without pages, from its start.
    pub(crate) fn unpaged(items: Vec<Value>, rest: Map<String, Value>) -> Self {
        Self {
            total: u64::try_from(items.len()).ok(),
            items,
            rest,
            start: Cursor::new(Position::Within(None, 0), USUAL, String::new()),
            following: None,
            own: None,
        }
    }

    /// The page of the same list that a cursor names.
    pub(crate) fn reread(&self, cursor: &str, all: &[Value]) -> Self {
        let start = self.start.decode(cursor).unwrap();
        Self {
            items: all[start.position.skip()..].to_vec(),
            start,
            ..self.clone()
        }
    }
}

/// Reads one page of a list, or the whole answer of what is none.
///
/// # Errors
/// As [`Upstream::read`]; `VALIDATION_ERROR` for a cursor that is not one of this call.
pub async fn read_page(
    upstream: &Upstream,
    access: &Access,
    request: Request,
    paging: Paging,
    wanted: Wanted<'_>,
    deadline: Deadline,
) -> Result<Content, Fault> {
    let Some(style) = Style::of(paging) else {
        let answer = upstream.read(access, &request, deadline).await?;
        return Ok(Content::Whole(answer.body));
    };
    let first = style.first(&request, wanted.limit.unwrap_or(USUAL));
    let start = match wanted.page {
        None => first,
        Some(text) => first.decode(text)?,
    };
    let mut sent = request;
    style.place(&mut sent, &start)?;
    let answer = upstream.read(access, &sent, deadline).await?;
    let read = style.take(answer.body, &start)?;
    let mut page = assemble(read, start);
    if let Some(limit) = wanted.limit {
        page.cut(usize::try_from(limit.max(1)).unwrap_or(usize::MAX));
    }
    Ok(Content::List(page))
}

/// A page of what was read, from the item on which its cursor names.
fn assemble(read: Read, start: Cursor) -> Page {
    let skip = start.position.skip();
    let whole = start.position.is_first() && read.following.is_none();
    let counted = u64::try_from(read.items.len())
        .ok()
        .filter(|_| whole || read.unpaged);
    Page {
        total: read.total.or(counted),
        items: read.items.into_iter().skip(skip).collect(),
        rest: read.rest,
        following: read.following,
        start,
        own: None,
    }
}

#[cfg(test)]
mod tests;
