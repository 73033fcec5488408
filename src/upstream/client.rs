//! Reads and writes over the SDK.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::address::Bases;
use super::attempts::{self, Attempt, Ended, Manners, Sending};
use super::call::Call;
use super::message::{Answer, Outcome, Request};
use super::outcome::{fault, outcome};
use super::refusal;
use crate::base::clock::SharedClock;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::random::SharedRandom;
use crate::base::tenant::Tenant;
use crate::catalog;
use crate::catalog::model::{Operation, Retry, TaskStyle, Tool};
use crate::grants::{Access, AccessKind};
use crate::journal::Recorded;
use crate::limits::Limits;
use crate::store::vault::Vault;

/// What a write leaves of its call's time, so that its target can be read again when the answer
/// does not come.
const TIME_TO_READ_AGAIN: Duration = Duration::from_secs(6);
/// The tool that ends tasks, by its handler.
const CANCELS: &str = "jobs::cancel";
/// What a write has at least; less is not worth a request whose fate nobody would see.
const LEAST_TIME: Duration = Duration::from_secs(1);

/// Renews a credential that Atlassian refused before its time.
#[async_trait]
pub trait Renew: Send + Sync {
    /// A newer access for the same account on the same site; `None` when the credential is not of a
    /// kind that is renewed.
    ///
    /// # Errors
    /// `AUTH_EXPIRED` or `AUTH_REQUIRED` when the person must sign in again.
    async fn renew(&self, refused: &Access) -> Result<Option<Access>, Fault>;
}

/// What an [`Upstream`] is made of.
pub struct Parts {
    /// Where Atlassian is.
    pub bases: Bases,
    /// The HTTP client of `base::net`.
    pub http: reqwest::Client,
    /// Who renews credentials.
    pub renew: Arc<dyn Renew>,
    /// The budgets, which learn when Atlassian's own limit is near.
    pub limits: Limits,
    /// Where discovered facts are kept.
    pub vault: Vault,
    /// The time.
    pub clock: SharedClock,
    /// For the spread of waits.
    pub random: SharedRandom,
    /// How patient it is.
    pub manners: Manners,
}

/// The way to Atlassian.
pub struct Upstream {
    parts: Parts,
}

impl Upstream {
    /// A way to Atlassian over these parts.
    pub const fn new(parts: Parts) -> Self {
        Self { parts }
    }

    pub(super) const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Calls an operation that changes nothing.
    ///
    /// # Errors
    /// The fault that Atlassian's answer means; `UNEXPECTED_ERROR` for an operation that is not a
    /// read.
    pub async fn read(
        &self,
        access: &Access,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Answer, Fault> {
        if request.operation.retry != Retry::Safe {
            let key = request.operation.key;
            return Err(Fault::new(
                Code::UnexpectedError,
                format!("{key} is not a read"),
            ));
        }
        let deadline_of_attempt = self.parts.manners.attempt;
        let mut sending = self
            .sending(access, request, deadline, deadline_of_attempt)
            .await?;
        let ended = self
            .run(&mut sending, request.operation.retry, deadline)
            .await;
        let access = &sending.access;
        match ended.last {
            Attempt::Answered(answer) if refusal::is_success(&answer) => Ok(answer),
            last => Err(fault(last, ended.retry_after, request.operation, access)),
        }
    }

    /// Sends a write that stands in the journal, to the site that was previewed.
    pub async fn write(
        &self,
        recorded: &Recorded,
        access: &Access,
        request: &Request,
        deadline: Deadline,
    ) -> Outcome {
        let operation = request.operation;
        if recorded.tenant() != access.tenant().map(Tenant::cloud_id) {
            return Outcome::Failed(Fault::new(
                Code::UnexpectedError,
                "the write was recorded for another site",
            ));
        }
        if !may_send(recorded.tool(), operation) {
            return Outcome::Failed(Fault::new(
                Code::UnexpectedError,
                format!(
                    "{} is no operation of {}",
                    operation.key,
                    recorded.tool().name
                ),
            ));
        }
        if deadline.passed() {
            return Outcome::Failed(Fault::new(
                Code::UpstreamUnavailable,
                "there was no time left, and nothing was sent",
            ));
        }
        let left = deadline.left();
        let deadline = deadline.at_most(left.saturating_sub(TIME_TO_READ_AGAIN).max(LEAST_TIME));
        let mut sending = match self
            .sending(access, request, deadline, deadline.left())
            .await
        {
            Ok(sending) => sending,
            Err(fault) => return Outcome::Failed(fault),
        };
        let ended = self.run(&mut sending, operation.retry, deadline).await;
        let outcome = outcome(ended, operation, &sending.access);
        tracing::info!(
            operation_id = %recorded.operation_id(),
            operation = operation.key,
            applied = matches!(outcome, Outcome::Applied(_)),
            unknown = matches!(outcome, Outcome::Unknown(_)),
            "write sent"
        );
        outcome
    }

    async fn sending<'a>(
        &'a self,
        access: &Access,
        request: &'a Request,
        deadline: Deadline,
        timeout: Duration,
    ) -> Result<Call<'a>, Fault> {
        let workspace = if request.operation.api == "assets" {
            self.workspace(access, deadline).await?
        } else {
            None
        };
        Ok(Call {
            upstream: self,
            access: access.clone(),
            request,
            workspace,
            deadline,
            timeout,
            told: false,
        })
    }

    pub(super) async fn run(
        &self,
        sending: &mut dyn Sending,
        retry: Retry,
        deadline: Deadline,
    ) -> Ended {
        let Parts {
            manners, random, ..
        } = &self.parts;
        attempts::run(sending, retry, manners, deadline, random.as_ref()).await
    }

    /// Puts a newer access in the place of one that was refused; false when there is none. Another
    /// account, site or kind of credential is never taken.
    pub(super) async fn renew(&self, refused: &mut Access) -> Result<bool, Fault> {
        if !matches!(refused.kind(), AccessKind::Bearer(_)) {
            return Ok(false);
        }
        let Some(access) = self.parts.renew.renew(refused).await? else {
            return Ok(false);
        };
        let same = access.account() == refused.account()
            && access.tenant() == refused.tenant()
            && matches!(access.kind(), AccessKind::Bearer(_));
        if same {
            *refused = access;
        }
        Ok(same)
    }
}

/// Whether the operation is one that the tool, or the undoing of it, sends; or that ends a task, for
/// the tool that does. (It is an operation of the tools that begin tasks, so that its scope is asked
/// for with theirs.)
fn may_send(tool: &'static Tool, operation: &Operation) -> bool {
    let ends = |style: &TaskStyle| style.cancel.is_ok_and(|cancel| cancel.key == operation.key);
    tool.operations().any(|known| known.key == operation.key)
        || (tool.handler == Some(CANCELS) && catalog::task_styles().iter().any(ends))
}

#[cfg(test)]
mod tests;
