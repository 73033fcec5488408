//! Looking at a job: the task at Atlassian is read, and once it has ended the journal entry is
//! closed, and then the job.

use std::time::Duration;

use serde_json::{Value, json};

use super::dispatcher::Dispatcher;
use super::done::Done;
use super::jobs::{Ended, How, Job, JobError, Work};
use super::predict::present_read;
use super::revert::check_site;
use super::running::after_failure;
use super::snapshot::Reading;
use super::tasks::{self, Stand};
use super::turn::Turn;
use super::undo;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, JobId, OperationId};
use crate::catalog;
use crate::catalog::model::Tool;
use crate::grants::Access;
use crate::journal::{Entry, Failure, SettledBy, State};
use crate::store::StoreError;

/// A task that is not found may not be there yet; one of this age is gone.
const GONE_AFTER: Duration = Duration::from_mins(10);

/// What a look at a job has shown.
#[derive(Debug)]
pub(super) struct Look {
    /// How it stands, in one word.
    pub(super) word: Value,
    /// The task as it was shown.
    pub(super) task: Value,
    /// How much is done, between 0 and 1, where it says so.
    pub(super) share: Option<f64>,
    /// Whether somebody has asked for its end already.
    pub(super) stopping: bool,
    /// Whether it has ended, and the end is kept.
    pub(super) ended: bool,
}

impl Turn {
    /// How far a job of the caller is. The caller must still be let near what it works on.
    ///
    /// # Errors
    /// When it is not there, or not for the caller any more, or Atlassian does not answer.
    pub async fn job(&self, id: &JobId) -> Result<Done, Fault> {
        let (dispatcher, principal) = (&self.dispatcher, self.principal());
        let (job, tool) = dispatcher.job_of(&principal.account, id).await?;
        dispatcher.parts().policy.may_follow(principal, tool)?;
        let (Work::Task { style, .. }, Some(operation)) = (&job.work, &job.operation_id) else {
            return self.own_job(id, &job).await;
        };
        let entry = dispatcher.entry(&principal.account, operation).await?;
        let look = if let Some(ended) = job.ended {
            Look {
                word: json!(ended.how),
                task: entry.result.unwrap_or_default(),
                share: None,
                stopping: false,
                ended: true,
            }
        } else {
            let access = self.access_of(tool, entry.tenant.as_ref()).await?;
            check_site(&entry, &access)?;
            dispatcher
                .look_at_job(id, &job, entry, &access, self.deadline())
                .await?
        };
        let can_end = tasks::named(style).is_ok_and(|style| style.cancel.is_ok());
        let mut shown = json!({
            "job_id": id,
            "state": look.word,
            "tool": job.tool,
            "task": look.task,
            "cancellable": can_end && !look.stopping && look.word == "running",
        });
        if let Some(share) = look.share {
            shown["progress"] = json!(share);
        }
        if look.stopping {
            shown["stopping"] = json!(true);
        }
        Ok(Done::of(shown).with("operation_id", operation.as_str()))
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

    /// The entry of a job; `None` when it has expired.
    pub(super) async fn entry_of(
        &self,
        account: &AccountId,
        operation: &OperationId,
    ) -> Result<Option<Entry>, Fault> {
        let found = self.parts().journal.get(account, operation).await;
        found.map_err(|error| {
            tracing::error!(%error, "cannot read the journal");
            Fault::new(Code::UnexpectedError, "the journal could not be read")
        })
    }

    /// Looks at the task of a job. When it has ended, its entry is closed first and the job after
    /// it: a server that goes away in between leaves a job that is looked at again.
    pub(super) async fn look_at_job(
        &self,
        id: &JobId,
        job: &Job,
        entry: Entry,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Look, Fault> {
        let Work::Task { style, task } = &job.work else {
            return Err(Fault::new(
                Code::UnexpectedError,
                "this is no job of Atlassian's",
            ));
        };
        let style = tasks::named(style)?;
        let account = entry.account.clone();
        let looked = self.look(style, task, access, deadline).await;
        let (word, task, how, stand) = match looked {
            Ok(stand) => {
                let (word, how) = (json!(stand.word()), stand.end());
                (word, stand.task(), how, Some(stand))
            }
            Err(fault) if fault.code == Code::NotFound && self.is_old(job) => {
                (json!(How::Untold), Value::Null, Some(How::Untold), None)
            }
            Err(fault) => return Err(fault),
        };
        let mut look = Look {
            word,
            share: tasks::share(style, &task),
            stopping: tasks::is_stopping(style, &task),
            task,
            ended: false,
        };
        if let Some(how) = how {
            match self.settle(entry, stand, access, deadline).await {
                Ok(()) => look.ended = self.end_job(&account, id, how).await,
                Err(error) => {
                    tracing::warn!(%error, job = %id, "the entry of a job that has ended stays open");
                }
            }
        }
        Ok(look)
    }

    fn is_old(&self, job: &Job) -> bool {
        job.made_at.until(self.parts().clock.now()) >= GONE_AFTER
    }

    /// Closes the entry of a task that has ended, or (without one) of which nobody knows how.
    async fn settle(
        &self,
        mut entry: Entry,
        stand: Option<Stand>,
        access: &Access,
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        if !matches!(entry.state, State::Pending | State::Unknown) {
            return Ok(());
        }
        let from = entry.state;
        let now = self.after_task(&entry, access, deadline).await;
        let judged = || {
            catalog::tool(&entry.tool).map_or((State::Unknown, "its tool is gone"), |tool| {
                after_failure(tool, &entry, now.as_ref())
            })
        };
        let (state, failure, task) = match stand {
            Some(Stand::Running(_)) => return Ok(()),
            Some(Stand::Succeeded(task)) => (State::Applied, None, task),
            Some(Stand::Failed(fault) | Stand::Cancelled(fault)) => {
                let (state, found) = judged();
                let failure = Failure {
                    code: fault.code,
                    message: format!("{}; {found}", fault.message),
                };
                let failure = (state != State::Applied).then_some(failure);
                (state, failure, fault.details.unwrap_or_default())
            }
            None => {
                let (state, found) = judged();
                let failure = Failure {
                    code: Code::NotFound,
                    message: format!("Atlassian's task is gone; {found}"),
                };
                let failure = (state != State::Applied).then_some(failure);
                (state, failure, Value::Null)
            }
        };
        entry.state = state;
        entry.failure = failure;
        entry.after = now;
        entry.closed_at = Some(self.parts().clock.now());
        entry.result = Some(task);
        entry.settled_by = Some(SettledBy::Job);
        let settled = self.parts().journal.conclude(entry).await?;
        if settled.state != from {
            self.note_reconciled(&settled, from);
        }
        Ok(())
    }

    /// Notes the end of a job; false when that could not be written, and it is looked at again.
    pub(super) async fn end_job(&self, account: &AccountId, id: &JobId, how: How) -> bool {
        let parts = self.parts();
        let at = parts.clock.now();
        let noted = parts.jobs.end(account, id, Ended { at, how }).await;
        noted
            .inspect_err(
                |error| tracing::warn!(%error, job = %id, "a job that has ended stays open"),
            )
            .is_ok()
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
        self.present(tool, read, &facts, Reading::unasked(access, deadline))
            .await
            .inspect_err(|fault| tracing::warn!(tool = tool.name, %fault, "no state after"))
            .ok()
    }
}

/// A job by its record alone.
pub(super) fn by_record(id: &JobId, job: &Job) -> Value {
    let mut shown = json!({
        "job_id": id,
        "tool": job.tool,
        "state": job.ended.map_or(json!("running"), |ended| json!(ended.how)),
        "begun_at": job.made_at.to_string(),
    });
    if let Some(operation) = &job.operation_id {
        shown["operation_id"] = json!(operation);
    }
    if let Work::Set { change_set, plan } = &job.work {
        shown["change_set"] = json!(change_set);
        shown["plan_id"] = json!(plan);
    }
    if job.ended.is_none() && job.cancelled_at.is_some() {
        shown["stopping"] = json!(true);
    }
    shown
}

pub(super) fn unread(error: &JobError) -> Fault {
    tracing::error!(%error, "cannot read a job");
    Fault::new(Code::UnexpectedError, "the job could not be read")
}
