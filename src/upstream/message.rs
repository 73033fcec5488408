//! What is sent upstream and what comes back.

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::base::fault::Fault;
use crate::catalog::model::Operation;

/// One request, in the words of the pinned document.
#[derive(Debug, Clone)]
pub struct Request {
    /// The operation.
    pub operation: &'static Operation,
    /// Path, query and header parameters by published name. A parameter of the operation that is
    /// named in two places goes by `path.name` and `query.name`.
    pub params: Map<String, Value>,
    /// The body.
    pub body: Option<Value>,
}

impl Request {
    /// A request without a body.
    pub const fn new(operation: &'static Operation, params: Map<String, Value>) -> Self {
        Self {
            operation,
            params,
            body: None,
        }
    }

    /// Adds a body.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

/// A successful answer (2xx, or a 303 that points at a task).
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, `Location` among them.
    pub headers: HeaderMap,
    /// The body as JSON; null when empty.
    pub body: Value,
}

/// What became of a write.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Atlassian says it is done (or, for a task, begun).
    Applied(Answer),
    /// Atlassian says it is not done.
    Failed(Fault),
    /// It may or may not be done: the answer was lost. The target must be read again.
    Unknown(Fault),
}
