//! One call, from its name to its answer. Each gate gives what the next one takes.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::answer::{self, Form};
use super::approval::{ApprovalAsked, Asking};
use super::dispatcher::Dispatcher;
use super::done::Done;
use super::progress::Progress;
use super::site::Noted;
use super::turn::Turn;
use super::{read, record, write};
use crate::auth::{Principal, Scopes};
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
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
    /// Where the client is told how far the call is, when it wants to be.
    pub progress: Option<Arc<dyn Progress>>,
    /// What the client brings back from a person it was to ask.
    pub asking: Option<Asking>,
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
    /// What a client that opens pages may show to a person, and then repeat the call.
    pub approval: Option<ApprovalAsked>,
}

/// What all gates of one call share.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Finds the call in the audit record.
    pub(super) reference_id: String,
    pub(super) principal: Principal,
    pub(super) deadline: Deadline,
    pub(super) cancel: CancellationToken,
    pub(super) progress: Option<Arc<dyn Progress>>,
    pub(super) noted: Arc<Noted>,
    pub(super) asking: Option<Asking>,
}

impl Dispatcher {
    /// Carries out a call, whatever it takes; what goes wrong is said in the answer.
    pub async fn call(&self, invocation: Invocation) -> Reply {
        let frame = Frame {
            reference_id: record::reference(self.parts().random.as_ref()),
            principal: invocation.principal,
            deadline: Deadline::within(DUE),
            cancel: invocation.cancel,
            progress: invocation.progress,
            noted: Arc::default(),
            asking: invocation.asking,
        };
        let (name, given) = (&invocation.name, invocation.arguments);
        let ended = self
            .recorded(
                &frame,
                name,
                &given,
                Box::pin(self.perform(&frame, name, &given)),
            )
            .await;
        let warnings = frame.noted.warnings();
        match ended {
            Ok((mut done, form)) => {
                let waits_for = done.waits_for.take();
                let approval = waits_for.and_then(|plan| self.ask(&frame, name, &given, &plan));
                if !warnings.is_empty() {
                    done = done.with("warnings", warnings);
                }
                let form = Form {
                    fields: form.fields.as_deref(),
                    max_bytes: form.max_bytes,
                };
                Reply {
                    text: answer::success(done.content, done.beside, form),
                    is_error: false,
                    needs_scopes: None,
                    approval,
                }
            }
            Err(fault) => Reply {
                text: answer::failure(&fault, &frame.reference_id),
                is_error: true,
                needs_scopes: needs_scopes(&fault),
                approval: None,
            },
        }
    }

    async fn perform(
        &self,
        frame: &Frame,
        name: &str,
        given: &Map<String, Value>,
    ) -> Result<(Done, arguments::Automatic), Fault> {
        let tool = resolve::resolve(name)?;
        let mut given = given.clone();
        if let Some(plan) = self.redeem(frame, tool, &given).await? {
            given.insert("plan_id".to_owned(), plan.as_str().into());
        }
        let turn = self.gated(frame, tool, given, &[])?;
        let parts = self.parts();
        let account = &frame.principal.account;
        parts.limits.spend(account, parts.pin.as_ref()).await?;
        let own = turn.automatic.clone();
        let done = run(turn).await?;
        let form = done.automatic.clone().unwrap_or(own);
        Ok((done, form))
    }

    /// Checks the arguments, those at `later` (JSON pointers) loosely, and asks the policy.
    pub(super) fn gated(
        &self,
        frame: &Frame,
        tool: &'static Tool,
        given: Map<String, Value>,
        later: &[&str],
    ) -> Result<Turn, Fault> {
        let checked = arguments::check_loosely(tool, given, later)?;
        let policy = &self.parts().policy;
        let permitted = policy.permit(&frame.principal, tool, checked.own)?;
        Ok(Turn {
            dispatcher: self.clone(),
            permitted,
            automatic: checked.automatic,
            in_set: None,
            frame: frame.clone(),
        })
    }

    /// Calls another tool within a call: the same gates, a record of its own, the same time, one
    /// place in the budget.
    ///
    /// # Errors
    /// As the tool itself.
    pub async fn inner(
        &self,
        turn: &Turn,
        tool: &'static Tool,
        given: Map<String, Value>,
    ) -> Result<Done, Fault> {
        let frame = &turn.frame;
        let work = async {
            let inner = self.gated(frame, tool, given.clone(), &[])?;
            let form = inner.automatic.clone();
            // Boxed: a tool that calls a tool is a future that holds itself.
            let done = Box::pin(run(inner)).await?;
            Ok((done, form))
        };
        let (mut done, form) = self.recorded(frame, tool.name, &given, work).await?;
        done.automatic = Some(form);
        Ok(done)
    }
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

/// The scopes that a refusal of the policy names.
fn needs_scopes(fault: &Fault) -> Option<Scopes> {
    let named = fault.details.as_ref()?.get("scopes")?.as_str()?;
    (fault.code == Code::InsufficientPermissions)
        .then(|| Scopes::parse(named).ok())
        .flatten()
}
