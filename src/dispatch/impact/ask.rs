//! The reads that are made to find what a change reaches, counted and timed.

use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Paging;
use crate::dispatch::turn::Turn;
use crate::grants::Access;
use crate::projection::pointer;
use crate::upstream::pages::{self, Content, Wanted};
use crate::upstream::{Request, Upstream};

/// Requests on their way at the same time.
const AT_ONCE: usize = 4;

/// Items that are asked for on a page, where the product gives as many.
const PAGE: u32 = 100;

/// Why something is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stop {
    /// Time ran out.
    #[error("there was no time left")]
    Time,
    /// The bound of requests was reached.
    #[error("it takes more reads than a preview may make")]
    Reads,
    /// Each of too many things would have to be asked for by itself.
    #[error("{0} things would have to be read one by one")]
    Many(usize),
    /// Atlassian did not answer a read, or refused it.
    #[error("Atlassian answered a read with {}", .0.as_str())]
    Refused(Code),
    /// The answer, or what is known, does not fit the catalogue.
    #[error("an answer was not as described")]
    Unfit,
}

/// One page of what a read found; what is no list is the only item.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) items: Vec<Value>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// Reads upstream.
#[async_trait]
pub(super) trait Ask: Send + Sync {
    async fn ask(
        &self,
        request: &Request,
        paging: Paging,
        page: Option<&str>,
    ) -> Result<Found, Fault>;
}

/// The line to Atlassian, as the caller.
pub(super) struct Line<'a> {
    pub(super) upstream: &'a Upstream,
    pub(super) access: &'a Access,
    pub(super) deadline: Deadline,
    /// Who is told of each page.
    pub(super) turn: &'a Turn,
}

#[async_trait]
impl Ask for Line<'_> {
    async fn ask(
        &self,
        request: &Request,
        paging: Paging,
        page: Option<&str>,
    ) -> Result<Found, Fault> {
        let wanted = Wanted {
            page,
            limit: Some(PAGE),
        };
        let read = pages::read_page(
            self.upstream,
            self.access,
            request.clone(),
            paging,
            wanted,
            self.deadline,
        );
        let read = read.await?;
        self.turn
            .tell_more("looking for what else the change reaches");
        Ok(match read {
            Content::Whole(body) => Found {
                items: vec![body],
                next: None,
            },
            Content::List(page) => Found {
                next: page.next_after(page.items.len()),
                items: page.items,
            },
        })
    }
}

/// A line with bounds: so many requests, so many at once, until then.
pub(super) struct Meter<'a> {
    line: &'a dyn Ask,
    slots: Semaphore,
    left: &'a AtomicU32,
    deadline: Deadline,
}

impl<'a> Meter<'a> {
    pub(super) fn new(line: &'a dyn Ask, deadline: Deadline, left: &'a AtomicU32) -> Self {
        Self {
            line,
            slots: Semaphore::new(AT_ONCE),
            left,
            deadline,
        }
    }

    /// Every item at `at`, page after page; with the reason where that is not all.
    pub(super) async fn items(
        &self,
        request: &Request,
        paging: Paging,
        at: &str,
    ) -> (Vec<Value>, Option<Stop>) {
        let is_whole = matches!(paging, Paging::None { .. });
        let mut items = Vec::new();
        let mut page: Option<String> = None;
        loop {
            match self.one(request, paging, page.as_deref()).await {
                Err(stop) => return (items, Some(stop)),
                Ok(found) if is_whole => {
                    items.extend(found.items.iter().flat_map(|body| within(body, at)));
                    return (items, None);
                }
                Ok(found) => {
                    items.extend(found.items);
                    match found.next {
                        None => return (items, None),
                        next => page = next,
                    }
                }
            }
        }
    }

    /// An answer whole.
    pub(super) async fn body(&self, request: &Request) -> Result<Value, Stop> {
        let found = self
            .one(request, Paging::None { items: None }, None)
            .await?;
        found.items.into_iter().next().ok_or(Stop::Unfit)
    }

    async fn one(
        &self,
        request: &Request,
        paging: Paging,
        page: Option<&str>,
    ) -> Result<Found, Stop> {
        let asked = async {
            // Nobody closes the semaphore.
            let _slot = self.slots.acquire().await.map_err(|_| Stop::Time)?;
            let one_less = |left: u32| left.checked_sub(1);
            self.left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .map_err(|_| Stop::Reads)?;
            let found = self.line.ask(request, paging, page).await;
            found.map_err(|fault| {
                tracing::debug!(
                    operation = request.operation.key,
                    code = fault.code.as_str(),
                    "a read for a preview"
                );
                if self.deadline.passed() {
                    Stop::Time
                } else {
                    Stop::Refused(fault.code)
                }
            })
        };
        timeout_at(self.deadline.moment(), asked)
            .await
            .unwrap_or(Err(Stop::Time))
    }
}

/// The items at a pointer: those of a list, or the one thing that is there.
fn within(body: &Value, at: &str) -> Vec<Value> {
    match pointer::find(body, at) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    }
}
