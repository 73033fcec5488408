//! One request on its way through the SDK.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use atlassian_admin::Session;
use atlassian_admin::call::{self, Arguments, CallError};
use serde_json::json;

use super::attempts::{Attempt, Sending};
use super::client::Upstream;
use super::headers;
use super::message::{Answer, Request};
use super::seam::Signed;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::grants::Access;

/// One request on its way.
pub(super) struct Call<'a> {
    pub(super) upstream: &'a Upstream,
    pub(super) access: Access,
    pub(super) request: &'a Request,
    pub(super) workspace: Option<String>,
    pub(super) deadline: Deadline,
    pub(super) timeout: Duration,
    /// The budgets were told that the limit is near.
    pub(super) told: bool,
}

#[async_trait]
impl Sending for Call<'_> {
    async fn attempt(&mut self) -> Attempt {
        let parts = self.upstream.parts();
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
        headers::retry_after(&answer.headers, self.upstream.parts().clock.now())
    }

    async fn renew(&mut self) -> Result<bool, Fault> {
        self.upstream.renew(&mut self.access).await
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
