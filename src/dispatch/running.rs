//! A write that Atlassian took: done, or followed while it runs on there.

use serde_json::Value;

use super::done::Done;
use super::jobs::{How, Job, Work};
use super::predict::Verdict;
use super::send::Sending;
use super::tasks::{self, Stand};
use crate::base::fault::{Code, Fault};
use crate::base::ids::JobId;
use crate::catalog::model::{TaskStyle, Tool};
use crate::journal::{Closing, Entry, State, TaskRef};
use crate::upstream::Answer;

/// "Created" (a task), "taken on" and "see other": the work is not done when this answers.
const ASYNCHRONOUS: [u16; 3] = [201, 202, 303];

impl Sending {
    pub(super) async fn applied(mut self, answer: Answer) -> Result<Done, Fault> {
        let Some(style) = tasks::style(self.change.requests.last()) else {
            return self.done(answer).await;
        };
        let Some(task) = tasks::begun(style, &answer) else {
            if !ASYNCHRONOUS.contains(&answer.status) {
                return self.done(answer).await;
            }
            let why = format!(
                "Atlassian took the work on ({}) but named no task that could be followed",
                answer.status
            );
            return self.lost(Fault::new(Code::UpstreamUnexpected, why)).await;
        };
        // Before anything else: a server that goes away now leaves the task to the others.
        let job = self.keep_job(style, &task, answer.status).await;
        let followed = self
            .dispatcher
            .follow(
                style,
                &task,
                &self.access,
                self.deadline,
                self.frame.progress.as_deref(),
            )
            .await;
        match followed {
            Ok(Stand::Succeeded(body)) => {
                self.end_job(job.as_ref(), How::Succeeded).await;
                let answer = Answer { body, ..answer };
                self.done(answer).await
            }
            Ok(Stand::Failed(fault)) => {
                self.end_job(job.as_ref(), How::Failed).await;
                self.ended_otherwise(fault).await
            }
            Ok(Stand::Cancelled(fault)) => {
                self.end_job(job.as_ref(), How::Cancelled).await;
                self.ended_otherwise(fault).await
            }
            Ok(Stand::Running(body)) => self.runs_on(job, &task, body),
            Err(fault) => {
                tracing::warn!(%fault, "cannot follow a task");
                self.runs_on(job, &task, Value::Null)
            }
        }
    }

    /// Keeps the task in the entry and a job for it, in one move. Without a job the task is followed
    /// for as long as the call lasts, and its entry is settled by looking at the target.
    async fn keep_job(&mut self, style: &TaskStyle, task: &str, status: u16) -> Option<JobId> {
        let kept = self.kept_job(style, task, status).await;
        kept.inspect_err(|error| tracing::error!(%error, task, "cannot keep a job"))
            .ok()
    }

    async fn kept_job(
        &mut self,
        style: &TaskStyle,
        task: &str,
        status: u16,
    ) -> Result<JobId, Box<dyn std::error::Error + Send + Sync>> {
        let dispatcher = self.dispatcher.clone();
        let parts = dispatcher.parts();
        let account = self.recorded.entry().account.clone();
        let now = parts.clock.now();
        let job = Job::begun(
            Some(self.recorded.operation_id().clone()),
            self.tool().name.to_owned(),
            Work::Task {
                style: style.name.to_owned(),
                task: task.to_owned(),
            },
            now,
        );
        let id = parts
            .jobs
            .announce(&account, now.plus(tasks::LEFT_TO_ITS_CALL))
            .await?;
        let steps = parts.jobs.keep_steps(&account, &id, &job)?;
        let task = TaskRef {
            style: style.name.to_owned(),
            id: task.to_owned(),
            job: id.clone(),
        };
        let journal = &parts.journal;
        journal
            .run_on(&mut self.recorded, status, task, &steps)
            .await?;
        Ok(id)
    }

    async fn end_job(&self, job: Option<&JobId>, how: How) {
        if let Some(id) = job {
            let account = &self.recorded.entry().account;
            self.dispatcher.end_job(account, id, how).await;
        }
    }

    /// The task failed or was cancelled. It may have done a part: what is there now decides.
    async fn ended_otherwise(self, fault: Fault) -> Result<Done, Fault> {
        let now = self.read_after(None).await;
        let (state, found) = after_failure(self.tool(), self.recorded.entry(), now.as_ref());
        let mut closing = Closing::not_applied(state, &fault);
        closing.status = self.recorded.entry().status;
        closing.after = now;
        self.close(closing).await;
        Err(self.marked(fault, state, Some(found.to_owned())))
    }

    /// The work outlives the call: a job stands for it, and whoever looks at it after its end closes
    /// the entry.
    fn runs_on(self, job: Option<JobId>, task: &str, body: Value) -> Result<Done, Fault> {
        let Some(job) = job else {
            let fault = Fault::new(
                Code::UnexpectedError,
                format!(
                    "the work was begun at Atlassian and goes on as task {task}, but this server could not keep its handle"
                ),
            )
            .with_mend("Look at the target later; operation_get tells what was made out of it.");
            return Err(self.marked(fault, State::Pending, None));
        };
        let next = "The work goes on at Atlassian; ask job_get for its outcome.";
        Ok(self
            .answer(body, None)
            .with("job_id", job.as_str())
            .with("next", next))
    }
}

/// What became of a write whose task did not end well, judged by its target, and in words.
pub(super) fn after_failure(
    tool: &Tool,
    entry: &Entry,
    now: Option<&Value>,
) -> (State, &'static str) {
    let verdict = match (&entry.intent, now) {
        (Some(intent), Some(now)) => intent.verdict(tool, now),
        _ => Verdict::Undecided,
    };
    match verdict {
        Verdict::Unchanged => (State::Failed, "the target is as it was"),
        Verdict::Applied => (State::Applied, "the target reads as intended all the same"),
        Verdict::Undecided if now.is_some() => (
            State::Unknown,
            "the target reads neither as before nor as intended; a part may have been done",
        ),
        Verdict::Undecided => (
            State::Unknown,
            "the target could not be read again; a part may have been done",
        ),
    }
}
