//! Asking after a job: the task at Atlassian is looked at, and once it has ended the journal entry
//! is closed.

use serde_json::{Value, json};

use super::dispatcher::Dispatcher;
use super::done::Done;
use super::predict::present_read;
use super::revert::check_site;
use super::tasks::Progress;
use super::turn::Turn;
use super::undo;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::ids::JobId;
use crate::catalog;
use crate::grants::Access;
use crate::journal::{Entry, Failure, SettledBy, State};

impl Turn {
    /// How far a job of the caller is. The caller must still be let near what it works on.
    ///
    /// # Errors
    /// When it is not there, or not for the caller any more, or Atlassian does not answer.
    pub async fn job(&self, id: &JobId) -> Result<Done, Fault> {
        let (dispatcher, principal, deadline) =
            (&self.dispatcher, self.principal(), self.deadline());
        let parts = dispatcher.parts();
        let job = parts
            .jobs
            .get(&principal.account, id)
            .await
            .map_err(|error| {
                tracing::error!(%error, "cannot read a job");
                Fault::new(Code::UnexpectedError, "the job could not be read")
            })?
            .ok_or_else(|| Fault::new(Code::NotFound, format!("{id} is not among your jobs")))?;
        let tool = catalog::tool(&job.tool).ok_or_else(|| {
            Fault::new(
                Code::Unavailable,
                format!("the tool {} is no longer there", job.tool),
            )
        })?;
        parts.policy.may_follow(principal, tool)?;
        let mut entry = dispatcher
            .entry(&principal.account, &job.operation_id)
            .await?;
        let access = self.access_of(tool, entry.tenant.as_ref()).await?;
        check_site(&entry, &access)?;
        let progress = dispatcher
            .look(job.style, &job.task, &access, deadline)
            .await?;
        let (state, task) = match progress {
            Progress::Running(task) => ("running", task),
            Progress::Succeeded(task) => {
                if entry.state == State::Pending {
                    entry.after = dispatcher.after_task(&entry, &access, deadline).await;
                    entry.state = State::Applied;
                }
                ("succeeded", task)
            }
            Progress::Failed(fault) => {
                if entry.state == State::Pending {
                    entry.state = State::Failed;
                    entry.failure = Some(Failure {
                        code: fault.code,
                        message: fault.message,
                    });
                }
                ("failed", fault.details.unwrap_or_default())
            }
        };
        if state != "running" && entry.closed_at.is_none() {
            entry.closed_at = Some(parts.clock.now());
            entry.result = Some(task.clone());
            entry.settled_by = Some(SettledBy::Job);
            parts.journal.settle(entry).await;
        }
        let result = json!({"job_id": id, "state": state, "task": task});
        Ok(Done::of(result).with("operation_id", job.operation_id.as_str()))
    }
}

impl Dispatcher {
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
