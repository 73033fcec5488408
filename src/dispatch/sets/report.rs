//! How far the carrying out of a set is, in the answer.

use serde_json::{Value, json};

use super::undo::{Standing, standing};
use crate::audit::redact;
use crate::base::fault::Fault;
use crate::change_sets::{Run, RunStep, SetState};
use crate::consent::UNDO;
use crate::dispatch::jobs::How;
use crate::journal::{Entry, State};

/// How far one step is.
#[derive(Debug, Clone)]
pub(super) enum Far {
    /// Not begun.
    Waiting,
    /// It stands in the journal.
    Recorded(Box<Entry>),
}

/// Why a run is not at its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// It goes on beside this call.
    GoesOn,
    /// The server ends, or something stands in the way for now; it can go on.
    Paused {
        /// What stands in the way; `None` when it is only the end of the server.
        fault: Option<Fault>,
    },
    /// A step is still on its way.
    UnderWay {
        /// The job that stands for it, where there is one.
        job: Option<String>,
    },
    /// Its caller asked for its end.
    Cancelled,
    /// A step was refused or failed, or nobody knows what became of it.
    Stopped {
        /// What is known.
        fault: Fault,
    },
}

/// A run as it stands.
pub(super) struct Report<'a> {
    pub(super) run: &'a Run,
    pub(super) far: Vec<Far>,
    pub(super) halt: Option<Halt>,
    /// What the set did and is not undone, for a run that undoes.
    pub(super) remaining: Vec<Entry>,
}

impl Report<'_> {
    /// How the set stands with it.
    pub(super) fn state(&self) -> SetState {
        match &self.halt {
            Some(Halt::GoesOn | Halt::Paused { .. } | Halt::UnderWay { .. }) => SetState::Running,
            None if !self.run.undoes => SetState::Applied,
            None if self.left().is_empty() => SetState::Reverted,
            Some(Halt::Stopped { .. } | Halt::Cancelled) | None => SetState::Stopped,
        }
    }

    /// How its job ends with it.
    pub(super) const fn how(&self) -> How {
        match &self.halt {
            None => How::Succeeded,
            Some(Halt::Cancelled) => How::Cancelled,
            Some(_) => How::Failed,
        }
    }

    /// What is left of the set's changes, for a run that undoes.
    fn left(&self) -> Vec<Value> {
        let lasting = |entry: &Entry| {
            let why = match standing(entry) {
                Standing::Undone => return None,
                Standing::Due => "it is to be undone yet".to_owned(),
                Standing::Lasting(why) => why,
            };
            Some(json!({
                "operation_id": entry.id, "tool": entry.tool, "target": entry.target, "why": why,
            }))
        };
        self.remaining.iter().filter_map(lasting).collect()
    }

    /// The answer.
    pub(super) fn answer(&self) -> Value {
        let run = self.run;
        let lines = run.steps.iter().zip(&self.far);
        let mut shown = json!({
            "change_set": run.set,
            "state": self.state(),
            "steps": lines.map(|(step, far)| line(step, far)).collect::<Vec<_>>(),
        });
        if self.state() == SetState::Running {
            self.put_place(&mut shown);
        }
        if run.undoes {
            shown["undone"] = self.steps(true);
            shown["not_undone"] = json!(self.left());
        }
        match &self.halt {
            None => {}
            Some(Halt::GoesOn) => {
                shown["next"] = json!(
                    "It goes on in the background: ask job_get with this job_id; job_cancel stops it before the next step."
                );
            }
            Some(Halt::Cancelled) => {
                shown["cancelled"] = json!(true);
                self.put_offer(&mut shown);
                shown["next"] = json!(
                    "It was stopped before this step, as was asked. What is left can be planned anew with change_set_plan in the same change_set, or with change_set_revert."
                );
            }
            Some(Halt::Paused { fault }) => {
                if let Some(fault) = fault {
                    shown["held_up"] = self.failure(fault);
                }
                shown["next"] = json!(
                    "It goes on where it is: call change_set_apply again with the same plan_id, or change_set_revert to undo what is done."
                );
            }
            Some(Halt::UnderWay { job }) => {
                if let Some(job) = job {
                    shown["step_job_id"] = json!(job);
                }
                shown["next"] = json!(
                    "A step is still on its way. Ask job_get or operation_get for it, and when it has ended call change_set_apply again with the same plan_id."
                );
            }
            Some(Halt::Stopped { fault }) => {
                shown["failed"] = self.failure(fault);
                self.put_offer(&mut shown);
                shown["next"] = json!(
                    "Nothing after the failed step was sent. What is left can be planned anew with change_set_plan in the same change_set, or with change_set_revert."
                );
            }
        }
        shown
    }

    /// Where it is: the job to ask after, how many steps are done, and which is next.
    fn put_place(&self, shown: &mut Value) {
        let run = self.run;
        if let Some(job) = &run.job {
            shown["job_id"] = json!(job);
        }
        shown["done"] = json!(self.far.iter().filter(|far| is_applied(far)).count());
        shown["of"] = json!(run.steps.len());
        let at = self.far.iter().position(|far| !is_applied(far));
        if let Some(step) = at.and_then(|at| run.steps.get(at)) {
            shown["step"] = json!(step.planned.name);
        }
    }

    /// The undo of what was done, of a run that is no undo itself.
    fn put_offer(&self, shown: &mut Value) {
        let run = self.run;
        if self.far.iter().any(is_applied) && !run.undoes {
            shown["offer"] = json!({
                "tool": "change_set_revert",
                "arguments": {"change_set": run.set},
                "does": "undoes the steps that were carried out, last first",
            });
        }
    }

    /// The operations of the steps that are done, or are not; of an undo, what it undoes.
    fn steps(&self, done: bool) -> Value {
        let lines = self.run.steps.iter().zip(&self.far);
        let named = lines
            .filter(|(_, far)| is_applied(far) == done)
            .filter_map(|(step, _)| step.planned.arguments.get("operation_id").cloned());
        named.collect()
    }

    fn failure(&self, fault: &Fault) -> Value {
        let at = self.far.iter().position(|far| !is_applied(far));
        let step = at.and_then(|at| self.run.steps.get(at));
        let details = fault
            .details
            .clone()
            .map(|details| redact::value(details, &[]));
        let mut error = json!({
            "code": fault.code.as_str(),
            "message": redact::text(&fault.message),
        });
        for (name, value) in [
            ("details", details),
            ("mend", fault.mend.as_deref().map(Value::from)),
            ("retry_after_ms", fault.retry_after_ms.map(Value::from)),
        ] {
            if let Some(value) = value {
                error[name] = value;
            }
        }
        json!({"step": step.map(|step| &step.planned.name), "error": error})
    }
}

fn is_applied(far: &Far) -> bool {
    matches!(far, Far::Recorded(entry) if matches!(entry.state, State::Applied | State::Reverted))
}

fn line(step: &RunStep, far: &Far) -> Value {
    let planned = &step.planned;
    let mut line = json!({"step": planned.name, "operation": planned.tool});
    if planned.tool == UNDO {
        line["reverts"] = planned
            .arguments
            .get("operation_id")
            .cloned()
            .unwrap_or_default();
    }
    match far {
        Far::Waiting => line["state"] = json!("waiting"),
        Far::Recorded(entry) => {
            line["state"] = json!(entry.state);
            line["operation_id"] = json!(entry.id);
            line["target"] = json!(entry.target);
        }
    }
    line
}
