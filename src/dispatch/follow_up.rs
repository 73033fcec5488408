//! Asking after a job: the task at Atlassian is looked at, and once it has ended the journal entry
//! is closed.

use serde_json::{Value, json};

use super::dispatcher::Dispatcher;
use super::done::Done;
use super::jobs::{Ended, How, Job, JobError, Work};
use super::predict::present_read;
use super::revert::check_site;
use super::running::after_failure;
use super::tasks::{self, Stand};
use super::turn::Turn;
use super::undo;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, JobId};
use crate::catalog;
use crate::catalog::model::Tool;
use crate::grants::Access;
use crate::journal::{Entry, Failure, SettledBy, State};

impl Turn {
    /// How far a job of the caller is. The caller must still be let near what it works on.
    ///
    /// # Errors
    /// When it is not there, or not for the caller any more, or Atlassian does not answer.
    pub async fn job(&self, id: &JobId) -> Result<Done, Fault> {
        let (dispatcher, principal) = (&self.dispatcher, self.principal());
        let parts = dispatcher.parts();
        let (job, tool) = dispatcher.job_of(&principal.account, id).await?;
        parts.policy.may_follow(principal, tool)?;
        let (Work::Task { style, task }, Some(operation)) = (&job.work, &job.operation_id) else {
            return Ok(Done::of(json!({"job_id": id, "state": word(&job)})));
        };
        let entry = dispatcher.entry(&principal.account, operation).await?;
        let (state, task) = if let Some(ended) = job.ended {
            (json!(ended.how), entry.result.clone().unwrap_or_default())
        } else {
            let access = self.access_of(tool, entry.tenant.as_ref()).await?;
            check_site(&entry, &access)?;
            let stand = dispatcher
                .look(tasks::named(style)?, task, &access, self.deadline())
                .await?;
            let seen = (json!(stand.word()), stand.task());
            if let Some(how) = stand.end() {
                dispatcher
                    .settle(entry, stand, &access, self.deadline())
                    .await;
                dispatcher.end_job(&principal.account, id, how).await;
            }
            seen
        };
        let result = json!({"job_id": id, "state": state, "task": task});
        Ok(Done::of(result).with("operation_id", operation.as_str()))
    }
}

impl Dispatcher {
    /// A job of an account, and the tool that began it.
    pub(super) async fn job_of(
        &self,
        account: &AccountId,
        id: &JobId,
    ) -> Result<(Job, &'static Tool), Fault> {
        let found = self.parts().jobs.get(account, id).await;
        let job = found
            .map_err(|error| unread(&error))?
            .ok_or_else(|| Fault::new(Code::NotFound, format!("{id} is not among your jobs")))?;
        let tool = catalog::tool(&job.tool).ok_or_else(|| {
            Fault::new(
                Code::Unavailable,
                format!("the tool {} is no longer there", job.tool),
            )
        })?;
        Ok((job, tool))
    }

    /// Closes the entry of a task that has ended.
    pub(super) async fn settle(
        &self,
        mut entry: Entry,
        stand: Stand,
        access: &Access,
        deadline: Deadline,
    ) {
        if entry.closed_at.is_some() {
            return;
        }
        let now = self.after_task(&entry, access, deadline).await;
        let (state, failure, task) = match stand {
            Stand::Running(_) => return,
            Stand::Succeeded(task) => (State::Applied, None, task),
            Stand::Failed(fault) | Stand::Cancelled(fault) => {
                let tool = catalog::tool(&entry.tool);
                let (state, found) = tool.map_or((State::Unknown, "its tool is gone"), |tool| {
                    after_failure(tool, &entry, now.as_ref())
                });
                let failure = Failure {
                    code: fault.code,
                    message: format!("{}; {found}", fault.message),
                };
                (state, Some(failure), fault.details.unwrap_or_default())
            }
        };
        entry.state = state;
        entry.failure = failure;
        entry.after = now;
        entry.closed_at = Some(self.parts().clock.now());
        entry.result = Some(task);
        entry.settled_by = Some(SettledBy::Job);
        self.parts().journal.settle(entry).await;
    }

    /// Notes the end of a job; one that cannot be noted now is looked at again.
    pub(super) async fn end_job(&self, account: &AccountId, id: &JobId, how: How) {
        let parts = self.parts();
        let at = parts.clock.now();
        if let Err(error) = parts.jobs.end(account, id, Ended { at, how }).await {
            tracing::warn!(%error, job = %id, "a job that has ended stays open");
        }
    }

    async fn after_task(
        &self,
        entry: &Entry,
        access: &Access,
        deadline: Deadline,
    ) -> Option<Value> {
        let tool = catalog::tool(&entry.tool)?;
        let read = present_read(tool)?;
        // What a revert is about was made by the write that it undoes.
        let undone = match &entry.reverts {
            Some(id) => Some(self.entry(&entry.account, id).await.ok()?),
            None => None,
        };
        let maker = undone.as_ref().unwrap_or(entry);
        let facts = undo::facts(maker, self.parts().org_id.as_deref());
        self.present(tool, read, &facts, access, deadline)
            .await
            .inspect_err(|fault| tracing::warn!(tool = tool.name, %fault, "no state after"))
            .ok()
    }
}

/// How a job stands by its record alone.
fn word(job: &Job) -> Value {
    job.ended.map_or(json!("running"), |ended| json!(ended.how))
}

pub(super) fn unread(error: &JobError) -> Fault {
    tracing::error!(%error, "cannot read a job");
    Fault::new(Code::UnexpectedError, "the job could not be read")
}
