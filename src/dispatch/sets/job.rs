//! The job that stands for a run: kept when the run begins, asked after while it lasts, ended with it.

use serde_json::{Value, json};

use super::carry::standing;
use super::fault::refused;
use super::report::Halt;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{JobId, PlanId};
use crate::catalog;
use crate::change_sets::{ChangeSet, Run, SetState};
use crate::consent::APPLY;
use crate::dispatch::dispatcher::Dispatcher;
use crate::dispatch::done::Done;
use crate::dispatch::follow_up::{by_record, unread};
use crate::dispatch::jobs::{Ended, How, Job, Work};
use crate::dispatch::turn::Turn;
use crate::journal::State;
use crate::store::Step;

/// What a job shows of its run.
const SHOWN: [&str; 9] = [
    "steps",
    "done",
    "of",
    "step",
    "held_up",
    "step_job_id",
    "failed",
    "undone",
    "not_undone",
];

/// How often the end of a run is written when its job is changed in between.
const ATTEMPTS: u32 = 3;

impl Turn {
    /// A new job for a plan of a set, and the steps that keep it.
    pub(super) fn job_of_run(
        &self,
        set: &ChangeSet,
        plan: &PlanId,
    ) -> Result<(JobId, Vec<Step>), Fault> {
        let parts = self.dispatcher.parts();
        let work = Work::Set {
            change_set: set.id.clone(),
            plan: plan.clone(),
        };
        let job = Job::begun(None, APPLY.to_owned(), work, parts.clock.now());
        let unkept = |error: &dyn std::error::Error| {
            tracing::error!(%error, "no job for a change set");
            Fault::new(
                Code::UnexpectedError,
                "nothing was changed: the job of the change set could not be made",
            )
        };
        let id = parts.jobs.id().map_err(|error| unkept(&error))?;
        let steps = parts.jobs.keep_steps(&set.account, &id, &job);
        Ok((id, steps.map_err(|error| unkept(&error))?))
    }

    /// How far a job of our own is. The caller must still be let near what its steps work on.
    pub(in crate::dispatch) async fn own_job(&self, id: &JobId, job: &Job) -> Result<Done, Fault> {
        let parts = self.dispatcher.parts();
        let Some(run) = self.run_of(job).await? else {
            return Ok(Done::of(by_record(id, job)));
        };
        for step in &run.steps {
            if let Some(tool) = catalog::tool(step.planned.acts_by()) {
                parts.policy.may_follow(self.principal(), tool)?;
            }
        }
        // It ends with its set, also when that could not be written at the time. What was noted of
        // the end first holds, and stands in the record that is read again.
        let how = match job.ended {
            None => self.ended(&run, job).await?,
            Some(_) => None,
        };
        let again = match how {
            None => None,
            Some(how) => {
                self.dispatcher.end_run(&run, how, None).await;
                let again = parts.jobs.get(&run.account, id).await;
                again.map_err(|error| unread(&error))?
            }
        };
        let job = again.as_ref().unwrap_or(job);
        let mut shown = by_record(id, job);
        let mut done = match &job.answer {
            Some(answer) if job.ended.is_some() => answer.clone(),
            _ => standing(self, &run, Some(Halt::GoesOn)).await?,
        };
        for name in ["held_up", "step_job_id"] {
            if let Some(value) = job.answer.as_ref().and_then(|answer| answer.get(name)) {
                done[name] = value.clone();
            }
        }
        if let Some(how) = how.filter(|_| job.ended.is_none()) {
            shown["state"] = json!(how);
        } else if job.ended.is_none() {
            shown["cancellable"] = json!(job.cancelled_at.is_none());
            shown["next"] = json!(
                "Ask again. When it does not go on, as after a restart of the server, call change_set_apply with this plan_id."
            );
        }
        for name in SHOWN {
            if let Some(value) = done.get_mut(name) {
                shown[name] = value.take();
            }
        }
        let share = |name: &str| shown.get(name).and_then(Value::as_f64);
        if let (Some(done), Some(of)) = (share("done"), share("of")) {
            shown["progress"] = json!(done / of.max(1.0));
        }
        Ok(Done::of(shown))
    }

    /// Stops a run before its next step: a step is recorded only while the run is under way, so none
    /// is begun after this, wherever the run is carried out.
    pub(in crate::dispatch) async fn stop_run(&self, job: &Job) -> Result<(), Fault> {
        let Some(run) = self.run_of(job).await? else {
            return Ok(());
        };
        let parts = self.dispatcher.parts();
        let ended = parts.change_sets.end(&run, SetState::Stopped, &[]).await;
        ended.map_err(|error| refused(&error))?;
        if !self.is_sending(&run).await? {
            self.dispatcher.end_run(&run, How::Cancelled, None).await;
        }
        Ok(())
    }

    /// Ends the job of the run that a set had before, which another has taken the place of.
    pub(super) async fn end_earlier(&self, set: &ChangeSet) {
        let sets = &self.dispatcher.parts().change_sets;
        let Some(plan) = &set.run else { return };
        match sets.run(&set.account, plan).await {
            Ok(Some(run)) => self.dispatcher.end_run(&run, How::Cancelled, None).await,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, set = %set.id, "the job of an earlier run"),
        }
    }

    async fn run_of(&self, job: &Job) -> Result<Option<Run>, Fault> {
        let Work::Set { plan, .. } = &job.work else {
            return Ok(None);
        };
        let sets = &self.dispatcher.parts().change_sets;
        let run = sets.run(&self.principal().account, plan).await;
        run.map_err(|error| refused(&error))
    }

    /// How a run ended whose job does not know it yet; `None` while it goes on.
    async fn ended(&self, run: &Run, job: &Job) -> Result<Option<How>, Fault> {
        let sets = &self.dispatcher.parts().change_sets;
        let set = sets.get(&run.account, &run.set).await;
        let set = set.map_err(|error| refused(&error))?;
        let own = set.run.as_ref() == Some(&run.plan);
        if (own && set.state == SetState::Running) || self.is_sending(run).await? {
            return Ok(None);
        }
        Ok(Some(match set.state {
            _ if job.cancelled_at.is_some() => How::Cancelled,
            SetState::Applied | SetState::Reverted if own => How::Succeeded,
            // Another plan of the set was begun while this one had stopped.
            _ if !own => How::Cancelled,
            _ => How::Failed,
        }))
    }

    /// Whether one of its steps is on its way.
    async fn is_sending(&self, run: &Run) -> Result<bool, Fault> {
        let dispatcher = &self.dispatcher;
        for step in &run.steps {
            let entry = dispatcher.entry_of(&run.account, &step.operation).await?;
            if entry.is_some_and(|entry| entry.state == State::Pending) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Dispatcher {
    /// Notes in the job of a run what holds it up, or that nothing does.
    pub(super) async fn note_run(&self, run: &Run, answer: Option<&Value>) {
        let Some(id) = &run.job else { return };
        let noted = self.parts().jobs.note(&run.account, id, answer).await;
        if let Err(error) = noted {
            tracing::warn!(%error, job = %id, "what holds a job up could not be noted");
        }
    }

    /// Ends a run and its job in one step. What cannot be written is found at the next look.
    pub(super) async fn end_set(&self, run: &Run, state: SetState, how: How, answer: &Value) {
        let parts = self.parts();
        for _ in 0..ATTEMPTS {
            let at = parts.clock.now();
            let beside = match &run.job {
                Some(id) => {
                    let (account, ended) = (&run.account, Ended { at, how });
                    let steps = parts.jobs.end_steps(account, id, ended, Some(answer));
                    steps.await.unwrap_or_default()
                }
                None => Vec::new(),
            };
            match parts.change_sets.end(run, state, &beside).await {
                Ok(true) => return,
                // Somebody has ended it before; its job may know nothing of that.
                Ok(false) => return self.end_run(run, how, Some(answer)).await,
                Err(error) => {
                    tracing::warn!(%error, set = %run.set, "the end of a change set is not written");
                }
            }
        }
    }

    /// Notes the end of a run in its job; what cannot be written is noted at the next look.
    pub(super) async fn end_run(&self, run: &Run, how: How, answer: Option<&Value>) {
        let Some(id) = &run.job else { return };
        let parts = self.parts();
        let at = parts.clock.now();
        let ended = Ended { at, how };
        let noted = parts.jobs.end_with(&run.account, id, ended, answer).await;
        if let Err(error) = noted {
            tracing::warn!(%error, job = %id, "a job that has ended stays open");
        }
    }
}
