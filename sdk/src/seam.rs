//! The one seam through which every generated call passes.

use std::fmt;

use futures::future::BoxFuture;

/// Sends a request that a generated method has built.
///
/// This is where credentials, retries, deadlines and rate limits belong; the generated code has none.
pub trait Seam: Send + Sync + 'static {
    /// Sends `request` over `http` on behalf of `operation` and gives back whatever the site answers,
    /// whichever its status.
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        operation: &'a OperationId,
        request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, SeamError>>;
}

/// An operation of a pinned document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId {
    /// The document, such as `jira-platform`.
    pub api: &'static str,
    /// The operation's id in it, such as `getProject`.
    pub id: &'static str,
}

impl OperationId {
    /// Reads `api:id`; a key without a colon is an id of no document.
    pub(crate) fn of(key: &'static str) -> Self {
        let (api, id) = key.split_once(':').unwrap_or(("", key));
        Self { api, id }
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.api, self.id)
    }
}

/// Why a seam gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SeamError {
    /// The request was sent or tried, and no answer came.
    #[error("no answer from the site")]
    Transport(#[from] reqwest::Error),
    /// The seam did not let the request through, or gave up on it.
    #[error("the request was not let through")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}
