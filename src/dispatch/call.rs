//! One call, from its name to its answer. Each gate gives what the next one takes.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::answer::{self, Form};
use super::dispatcher::Dispatcher;
use super::done::Done;
use super::turn::Turn;
use super::{read, write};
use crate::auth::{Principal, Scopes};
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::ids::OperationId;
use crate::catalog::model::{Effect, Tool};
use crate::catalog::{arguments, resolve};

/// An answer is given within this time; longer work gives a job.
const DUE: Duration = Duration::from_secs(45);

/// A call as it comes from the protocol.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// Who calls.
    pub principal: Principal,
    /// The name or alias of the tool.
    pub name: String,
    /// The arguments as they came.
    pub arguments: Map<String, Value>,
    /// Ends when the client gives up.
    pub cancel: CancellationToken,
}

/// The answer as it goes to the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Compact JSON.
    pub text: String,
    /// Whether it is a refusal or failure.
    pub is_error: bool,
    /// Every scope the call needs, when scopes are what is missing (403 `insufficient_scope`).
    pub needs_scopes: Option<Scopes>,
}

impl Dispatcher {
    /// Carries out a call, whatever it takes; what goes wrong is said in the answer.
    pub async fn call(&self, invocation: Invocation) -> Reply {
        let reference = match OperationId::random(self.parts().random.as_ref()) {
            Ok(id) => id,
            Err(error) => {
                tracing::error!(%error, "no reference for a call");
                OperationId::new("none")
            }
        };
        let (text, fault) = match self.perform(invocation).await {
            Ok(answer) => (answer, None),
            Err(fault) => (answer::failure(&fault, reference.as_str()), Some(fault)),
        };
        Reply {
            text,
            is_error: fault.is_some(),
            needs_scopes: fault.as_ref().and_then(needs_scopes),
        }
    }

    async fn perform(&self, invocation: Invocation) -> Result<String, Fault> {
        let tool = resolve::resolve(&invocation.name)?;
        let parts = self.parts();
        parts
            .limits
            .spend(&invocation.principal.account, parts.pin.as_ref())
            .await?;
        let turn = self.gated(
            &invocation.principal,
            tool,
            invocation.arguments,
            Deadline::within(DUE),
            invocation.cancel,
        )?;
        let automatic = turn.automatic.clone();
        let done = run(turn).await?;
        let automatic = done.automatic.unwrap_or(automatic);
        let form = Form {
            fields: automatic.fields.as_deref(),
            max_bytes: automatic.max_bytes,
        };
        Ok(answer::success(done.content, done.beside, form))
    }

    /// Checks the arguments and asks the policy.
    fn gated(
        &self,
        principal: &Principal,
        tool: &'static Tool,
        given: Map<String, Value>,
        deadline: Deadline,
        cancel: CancellationToken,
    ) -> Result<Turn, Fault> {
        let checked = arguments::check(tool, given)?;
        let permitted = self.parts().policy.permit(principal, tool, checked.own)?;
        Ok(Turn {
            dispatcher: self.clone(),
            permitted,
            automatic: checked.automatic,
            deadline,
            cancel,
        })
    }

    /// Calls another tool within a call: the same gates, the same time, one place in the budget.
    ///
    /// # Errors
    /// As the tool itself.
    pub fn inner<'a>(
        &'a self,
        turn: &'a Turn,
        tool: &'static Tool,
        given: Map<String, Value>,
    ) -> BoxFuture<'a, Result<Done, Fault>> {
        async move {
            let inner = self.gated(
                turn.principal(),
                tool,
                given,
                turn.deadline,
                turn.cancel.clone(),
            )?;
            let automatic = inner.automatic.clone();
            let mut done = run(inner).await?;
            done.automatic = Some(automatic);
            Ok(done)
        }
        .boxed()
    }
}

/// The scopes that a refusal of the policy names.
fn needs_scopes(fault: &Fault) -> Option<Scopes> {
    let named = fault.details.as_ref()?.get("scopes")?.as_str()?;
    (fault.code == Code::InsufficientPermissions)
        .then(|| Scopes::parse(named).ok())
        .flatten()
}

/// The path of a call that has passed the gates.
async fn run(turn: Turn) -> Result<Done, Fault> {
    let tool = turn.tool();
    match (tool.handler, tool.effect) {
        (Some(name), _) => {
            let handler = (turn.dispatcher.parts().handlers)(name).ok_or_else(|| {
                tracing::error!(tool = tool.name, name, "no such handler");
                Fault::new(Code::UnexpectedError, "this tool is not complete")
            })?;
            handler(turn).await
        }
        (None, Effect::Read) => read::run(turn).await,
        (None, _) => write::run(turn).await,
    }
}
