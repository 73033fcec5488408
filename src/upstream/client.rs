//! Reads and writes over the SDK.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use atlassian_admin::Session;
use atlassian_admin::call::{self, Arguments, CallError};
use serde_json::json;

use super::address::Bases;
use super::attempts::{self, Attempt, Ended, Manners, Sending, is_open};
use super::headers;
use super::message::{Answer, Outcome, Request};
use super::refusal;
use super::seam::Signed;
use crate::base::clock::SharedClock;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::random::SharedRandom;
use crate::catalog::model::{Operation, Retry, Revert, Tool};
use crate::grants::{Access, AccessKind};
use crate::journal::Recorded;
use crate::limits::Limits;
use crate::store::vault::Vault;

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

    pub(super) const fn vault(&self) -> &Vault {
        &self.parts.vault
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
        let ended = self.run(&mut sending, deadline).await;
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
        if recorded.tenant() != access.tenant().map(crate::base::tenant::Tenant::cloud_id) {
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
        let mut sending = match self
            .sending(access, request, deadline, deadline.left())
            .await
        {
            Ok(sending) => sending,
            Err(fault) => return Outcome::Failed(fault),
        };
        let ended = self.run(&mut sending, deadline).await;
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

    async fn run(&self, sending: &mut Call<'_>, deadline: Deadline) -> Ended {
        let retry = sending.request.operation.retry;
        let parts = &self.parts;
        attempts::run(
            sending,
            retry,
            &parts.manners,
            deadline,
            parts.random.as_ref(),
        )
        .await
    }
}

/// One request on its way.
struct Call<'a> {
    upstream: &'a Upstream,
    access: Access,
    request: &'a Request,
    workspace: Option<String>,
    deadline: Deadline,
    timeout: Duration,
    /// The budgets were told that the limit is near.
    told: bool,
}

#[async_trait]
impl Sending for Call<'_> {
    async fn attempt(&mut self) -> Attempt {
        let parts = &self.upstream.parts;
        let operation = self.request.operation;
        let base = match parts
            .bases
            .of(operation.api, &self.access, self.workspace.as_deref())
        {
            Ok(base) => base,
            Err(error) => return Attempt::Refused(error.into()),
        };
        let timeout = self.timeout.min(self.deadline.left());
        let seam = match Signed::new(&self.access, operation.headers, timeout) {
            Ok(seam) => seam,
            Err(fault) => return Attempt::Refused(fault),
        };
        let session = Session::new(base, parts.http.clone(), Arc::new(seam));
        let arguments = Arguments {
            params: self.request.params.clone(),
            body: self.request.body.clone(),
        };
        let called = call::call(&session, operation.key, &arguments);
        let answer = match tokio::time::timeout_at(self.deadline.moment(), called).await {
            Ok(Ok(answer)) => Answer {
                status: answer.status,
                headers: answer.headers,
                body: answer.body,
            },
            Ok(Err(error)) => return failed(error),
            Err(_) => return Attempt::Lost,
        };
        if let Some(near) = headers::near_limit(&answer.headers, parts.clock.now())
            && !self.told
        {
            self.told = true;
            parts.limits.near(self.access.account(), near).await;
        }
        Attempt::Answered(answer)
    }

    fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        headers::retry_after(&answer.headers, self.upstream.parts.clock.now())
    }

    async fn renew(&mut self) -> Result<bool, Fault> {
        if !matches!(self.access.kind(), AccessKind::Bearer(_)) {
            return Ok(false);
        }
        let Some(access) = self.upstream.parts.renew.renew(&self.access).await? else {
            return Ok(false);
        };
        let same = access.account() == self.access.account()
            && access.tenant() == self.access.tenant()
            && matches!(access.kind(), AccessKind::Bearer(_));
        if same {
            self.access = access;
        }
        Ok(same)
    }
}

/// What a call without an answer came to.
fn failed(error: CallError) -> Attempt {
    match error {
        CallError::Transport(error) if error.is_connect() => {
            tracing::warn!(error = %error.without_url(), "no connection to Atlassian");
            Attempt::Unsent
        }
        CallError::Transport(error) => {
            tracing::warn!(error = %error.without_url(), "the answer of Atlassian was lost");
            Attempt::Lost
        }
        CallError::TooLarge { limit } => Attempt::Oversize(limit),
        CallError::Argument { name, reason } => Attempt::Refused(wrong_argument(&name, &reason)),
        CallError::Path { name, reason } => Attempt::Refused(wrong_argument(&name, reason)),
        CallError::UnknownOperation(_) | CallError::Request(_) | CallError::Seam(_) => {
            tracing::error!(%error, "the request could not be made");
            Attempt::Refused(Fault::new(
                Code::UnexpectedError,
                "the request could not be made",
            ))
        }
    }
}

fn wrong_argument(name: &str, reason: &str) -> Fault {
    Fault::new(Code::ValidationError, format!("{name}: {reason}"))
        .with_details(json!({ "path": format!("/{name}") }))
}

/// The fault of an attempt that is no success.
fn fault(
    last: Attempt,
    retry_after: Option<Duration>,
    operation: &Operation,
    access: &Access,
) -> Fault {
    match last {
        Attempt::Answered(answer) => refusal::fault(&answer, operation, access.kind(), retry_after),
        Attempt::Unsent => Fault::new(Code::UpstreamUnavailable, "Atlassian cannot be reached"),
        Attempt::Lost => Fault::new(
            Code::UpstreamUnavailable,
            "Atlassian did not answer in time",
        ),
        Attempt::Oversize(limit) => Fault::new(
            Code::UpstreamUnexpected,
            format!("Atlassian's answer is larger than {limit} bytes"),
        )
        .with_mend("Ask for less: a smaller limit, or a narrower filter."),
        Attempt::Refused(fault) => fault,
    }
}

/// What became of a write. It is unknown as soon as any attempt may have been carried out.
fn outcome(ended: Ended, operation: &Operation, access: &Access) -> Outcome {
    let Ended {
        last,
        lost_before,
        retry_after,
    } = ended;
    let unseen = matches!(last, Attempt::Oversize(_))
        || matches!(&last, Attempt::Answered(answer) if (200..300).contains(&answer.status));
    match last {
        Attempt::Answered(answer) if refusal::is_success(&answer) => Outcome::Applied(answer),
        // The first DELETE was carried out, and its answer was lost.
        Attempt::Answered(answer)
            if lost_before
                && operation.method == "DELETE"
                && matches!(answer.status, 404 | 410) =>
        {
            Outcome::Applied(answer)
        }
        last => {
            let open = lost_before || unseen || is_open(&last);
            let fault = fault(last, retry_after, operation, access);
            if open {
                Outcome::Unknown(fault)
            } else {
                Outcome::Failed(fault)
            }
        }
    }
}

/// Whether the operation is one that the tool, or the undoing of it, sends.
fn may_send(tool: &Tool, operation: &'static Operation) -> bool {
    let undoing: [Option<&Operation>; 2] = match &tool.revert {
        Revert::No(_) | Revert::Restore { .. } => [None, None],
        Revert::Recipe { call, .. } => [Some(call.operation), None],
        Revert::Difference { added, removed, .. } => [
            added.as_ref().map(|call| call.operation),
            removed.as_ref().map(|call| call.operation),
        ],
    };
    tool.operation
        .into_iter()
        .chain(tool.uses.iter().copied())
        .chain(undoing.into_iter().flatten())
        .any(|known| known.key == operation.key)
}

#[cfg(test)]
mod tests;
