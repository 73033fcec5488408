//! A write that Atlassian took: done, or followed while it runs on there.

use serde_json::Value;

use super::done::Done;
use super::jobs::Job;
use super::send::Sending;
use super::tasks::{self, Progress, Style};
use crate::base::fault::{Code, Fault};
use crate::journal::{Closing, State};
use crate::upstream::Answer;

impl Sending {
    pub(super) async fn applied(self, answer: Answer) -> Result<Done, Fault> {
        let style = tasks::style(self.change.requests.last());
        let Some((style, task)) = style.zip(tasks::begun(style, &answer)) else {
            return self.done(answer).await;
        };
        let followed = self
            .dispatcher
            .follow(style, &task, &self.access, self.deadline)
            .await;
        match followed {
            Ok(Progress::Succeeded(body)) => {
                let answer = Answer { body, ..answer };
                self.done(answer).await
            }
            Ok(Progress::Failed(fault)) => self.failed(fault).await,
            Ok(Progress::Running(body)) => self.runs_on(&answer, style, task, body).await,
            Err(fault) => {
                tracing::warn!(%fault, "cannot follow a task");
                self.runs_on(&answer, style, task, Value::Null).await
            }
        }
    }

    /// The work outlives the call: a job stands for it, and whoever asks for the job closes the
    /// entry once it has ended.
    pub(super) async fn runs_on(
        self,
        answer: &Answer,
        style: Style,
        task: String,
        body: Value,
    ) -> Result<Done, Fault> {
        self.close(Closing {
            state: State::Pending,
            target_id: None,
            after: None,
            result: Some(body.clone()),
            status: Some(answer.status),
            failure: None,
        })
        .await;
        let job = Job {
            operation_id: self.recorded.operation_id().clone(),
            tool: self.tool().name.to_owned(),
            style,
            task,
        };
        let account = &self.recorded.entry().account;
        let parts = self.dispatcher.parts();
        let id = parts.jobs.keep(account, &job).await.map_err(|error| {
            tracing::error!(%error, "cannot keep a job");
            let fault = Fault::new(
                Code::UnexpectedError,
                "the work was begun at Atlassian and goes on, but this server could not keep its handle",
            );
            self.marked(fault, State::Pending, None)
        })?;
        let next = "The work goes on at Atlassian; ask job_get for its outcome.";
        Ok(self
            .answer(body, None)
            .with("job_id", id.as_str())
            .with("next", next))
    }
}
