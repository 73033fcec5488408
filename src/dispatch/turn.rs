//! A call that has passed the gates: what handlers and paths are given.

use futures::future::BoxFuture;
use serde_json::{Map, Value};

use super::call::Frame;
use super::dispatcher::Dispatcher;
use super::done::Done;
use super::sets::InSet;
use crate::auth::Principal;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::arguments::Automatic;
use crate::catalog::model::Tool;
use crate::consent::Asked;
use crate::grants::Access;
use crate::policy::Permitted;
use crate::upstream::Request;

/// A hand-written tool.
pub type Handler = fn(Turn) -> BoxFuture<'static, Result<Done, Fault>>;

/// One call on its way.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The way to everything else.
    pub dispatcher: Dispatcher,
    /// What may be done.
    pub permitted: Permitted,
    /// The arguments that every tool of its kind takes.
    pub automatic: Automatic,
    /// What a step of a change set knows besides.
    pub(super) in_set: Option<InSet>,
    pub(super) frame: Frame,
}

impl Turn {
    /// The tool.
    pub const fn tool(&self) -> &'static Tool {
        self.permitted.tool()
    }

    /// The caller.
    pub const fn principal(&self) -> &Principal {
        self.permitted.principal()
    }

    /// When the answer is due.
    pub const fn deadline(&self) -> Deadline {
        self.frame.deadline
    }

    /// The tool's own arguments.
    pub const fn arguments(&self) -> &Map<String, Value> {
        self.permitted.arguments()
    }

    /// A text argument.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.arguments().get(name).and_then(Value::as_str)
    }

    /// What the caller says about consent.
    pub fn asked(&self) -> Asked {
        Asked {
            commit: self.automatic.commit,
            plan_id: self.automatic.plan_id.clone(),
        }
    }

    /// Reads with one of the operations that the catalogue lets this tool use; gives the body.
    ///
    /// # Errors
    /// What Atlassian said, or that the tool may not use this operation.
    pub async fn read(
        &self,
        access: &Access,
        operation: &str,
        params: Map<String, Value>,
        body: Option<Value>,
    ) -> Result<Value, Fault> {
        let Some(operation) = self.tool().uses.iter().find(|used| used.key == operation) else {
            tracing::error!(
                tool = self.tool().name,
                operation,
                "not among its operations"
            );
            return Err(Fault::new(
                Code::UnexpectedError,
                "this tool is not complete",
            ));
        };
        let request = Request {
            operation,
            params,
            body,
        };
        let upstream = &self.dispatcher.parts().upstream;
        let answer = upstream.read(access, &request, self.deadline()).await?;
        Ok(answer.body)
    }
}
