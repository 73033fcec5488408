//! Ending a job before its time: an ordinary write, through the gates of the tool that began the job
//! as well as its own.

use serde_json::{Map, Value, json};

use super::carry::carry_out;
use super::done::Done;
use super::follow_up::unread;
use super::held;
use super::jobs::{Job, Work};
use super::predict::Prediction;
use super::revert::check_site;
use super::tasks::{self, Stand};
use super::turn::Turn;
use super::write::Change;
use crate::base::fault::{Code, Fault};
use crate::base::ids::JobId;
use crate::consent::{Decision, Hold, Preview, Shown};
use crate::journal::Object;

impl Turn {
    /// Previews or asks for the end of a job of the caller.
    ///
    /// # Errors
    /// When it is not there or has ended, when nothing can end it, or when the caller may not make
    /// (any more) the change that it works at.
    pub async fn cancel_job(self, id: &JobId) -> Result<Done, Fault> {
        let account = self.principal().account.clone();
        let dispatcher = self.dispatcher.clone();
        let (job, tool) = dispatcher.job_of(&account, id).await?;
        let policy = &dispatcher.parts().policy;
        let (Work::Task { style, task }, Some(operation)) = (&job.work, &job.operation_id) else {
            policy.permit(self.principal(), tool, Map::new())?;
            return match job.ended {
                Some(_) => Err(over()),
                None => self.stop_own(id, &job).await,
            };
        };
        let entry = dispatcher.entry(&account, operation).await?;
        policy.permit(self.principal(), tool, entry.arguments.clone())?;
        if job.ended.is_some() {
            return Err(over());
        }
        let style = tasks::named(style)?;
        let cancel = style.cancel.map_err(|why| {
            Fault::new(Code::Unavailable, why)
                .with_mend("Wait for its end; job_get tells how far it is.")
        })?;
        let access = self.access_of(tool, entry.tenant.as_ref()).await?;
        check_site(&entry, &access)?;
        let target = Object {
            kind: "job".to_owned(),
            id: Some(id.as_str().to_owned()),
        };
        let names = held::names(Some(&target), []);
        let hold = self.hold(&access, &names).await?;
        let looked = dispatcher.look(style, task, &access, self.deadline()).await;
        let stand = match looked {
            Ok(stand) => stand,
            Err(fault) => {
                hold.release().await;
                return Err(fault);
            }
        };
        let Stand::Running(seen) = stand else {
            hold.release().await;
            return Err(over());
        };
        // Only what matters: how far the task is by now is no reason to ask anew.
        let state =
            |word: &str| json!({"job_id": id, "task": task, "tool": job.tool, "state": word});
        let before = if tasks::is_stopping(style, &seen) {
            state("stopping")
        } else {
            state("running")
        };
        let change = Change {
            target: Some(target),
            requests: vec![tasks::request(style, cancel, task)],
            steps: Vec::new(),
            draft: None,
            prediction: Prediction {
                from: before.clone(),
                to: Some(state("stopping")),
                in_write_shape: false,
            },
            before,
            warnings: vec![
                "what the task has done by the time it stops stays done; job_get tells how it ended"
                    .to_owned(),
            ],
            revertible: false,
            undo: "cannot be undone; the change can be made again".to_owned(),
            reverts: None,
            overwrite: false,
            names,
            hold,
        };
        let permitted = self.permitted.clone();
        carry_out(&self, permitted, change, access).await
    }

    /// Asks our own work to stop before its next step. Nothing is written at Atlassian, so there is
    /// no journal entry; its consent is that of a write.
    async fn stop_own(self, id: &JobId, job: &Job) -> Result<Done, Fault> {
        let parts = self.dispatcher.parts();
        let stopping = job.cancelled_at.is_some();
        let preview = Preview {
            arguments: self.arguments().clone(),
            reverts: None,
            overwrite: false,
            change_set: None,
            tenant: None,
            state: json!({"stopping": stopping}),
            names: Vec::new(),
        };
        let shown = Shown {
            target: json!({"kind": "job", "id": id}),
            requests: json!([]),
            warnings: vec!["the step under way is ended, and no further one is begun".to_owned()],
            undo: "the steps that are done can be undone, and those that are left planned anew"
                .to_owned(),
            ..Shown::default()
        };
        let decision = parts
            .consent
            .settle(
                self.permitted.clone(),
                preview,
                std::future::ready(shown),
                &self.asked(),
                &Hold::nothing(),
            )
            .await
            .map_err(|error| {
                tracing::error!(%error, "consent");
                let why = "the plan could not be kept or looked up";
                Fault::new(Code::UnexpectedError, why)
            })?;
        match decision {
            Decision::Preview { plan, .. } => Ok(Done::of(json!({
                "dry_run": true,
                "tool": plan.tool,
                "target": plan.shown.target,
                "warnings": plan.shown.warnings,
                "changes_nothing": stopping,
                "revertible": false,
                "undo": plan.shown.undo,
                "plan_id": plan.id,
                "expires_at": plan.expires_at.to_string(),
                "next": "To carry it out, call again with commit: true and this plan_id.",
            }))),
            Decision::Consented(_) => {
                let (account, now) = (&self.principal().account, parts.clock.now());
                let noted = parts.jobs.cancel(account, id, now).await;
                noted.map_err(|error| unread(&error))?;
                self.stop_run(job).await?;
                let stopped: Value = json!({"job_id": id, "stopping": true});
                Ok(Done::of(stopped))
            }
        }
    }
}

fn over() -> Fault {
    Fault::new(Code::Conflict, "nothing was changed: the job has ended")
        .with_mend("job_get tells how it ended.")
}
