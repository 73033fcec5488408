//! Going through the steps of a run: each through all gates and recorded on its own. How far a run
//! is follows from the journal alone, so that any call, on any replica, can go on.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::fault::{no_plan, refused, unresolved};
use super::report::{Far, Halt, Report};
use super::step::{Before, InSet, Step};
use super::undo::done_under;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::base::ids::OperationId;
use crate::catalog::resolve;
use crate::change_sets::{Run, SetState, resolve as resolve_references};
use crate::consent::{Begun, UNDO};
use crate::dispatch::done::Done;
use crate::dispatch::progress::{Part, Progress};
use crate::dispatch::turn::Turn;
use crate::dispatch::{revert, write};
use crate::journal::{Entry, State};

/// A step has the time of a call of its own.
const STEP: Duration = Duration::from_secs(45);

/// Goes through the steps: those that the journal has are done, the others are due.
pub(super) async fn carry_on(turn: Turn, begun: Arc<Begun>) -> Result<Done, Fault> {
    let run = begun.run();
    let told = turn.frame.noted.told();
    let mut before = Before::default();
    let mut far = Vec::new();
    let mut halt = None;
    for (at, step) in run.steps.iter().enumerate() {
        let mut entry = recorded(&turn, &step.operation).await?;
        let (mut job, mut refused) = (None, None);
        if entry.is_none() {
            if let Err(why) = may_go_on(&turn, run).await {
                halt = Some(why);
                break;
            }
            let part = part(&turn, run, at, told);
            match carry(&turn, &begun, at, before.clone(), part).await {
                Ok(done) => {
                    let id = done.beside.get("job_id").and_then(Value::as_str);
                    job = id.map(str::to_owned);
                }
                Err(fault) => refused = Some(fault),
            }
            entry = recorded(&turn, &step.operation).await?;
        }
        let Some(entry) = entry else {
            halt = Some(held_up(refused.unwrap_or_else(not_recorded)));
            break;
        };
        let entry = turn.looked_at(entry).await;
        far.push(Far::Recorded(Box::new(entry.clone())));
        if !is_done(&entry) {
            halt = Some(match entry.state {
                State::Pending => Halt::UnderWay { job },
                _ => Halt::Stopped {
                    fault: refused.unwrap_or_else(|| of_entry(&entry)),
                },
            });
            break;
        }
        before.add(&step.planned.name, entry);
    }
    far.resize(run.steps.len(), Far::Waiting);
    let report = Report {
        run,
        far,
        halt,
        remaining: remaining(&turn, run).await?,
    };
    let answer = report.answer();
    let state = report.state();
    let dispatcher = &turn.dispatcher;
    if state == SetState::Running {
        dispatcher.note_run(run, Some(&answer)).await;
    } else {
        dispatcher.end_set(run, state, report.how(), &answer).await;
    }
    Ok(Done::of(answer))
}

/// How far a run is, by the journal; nothing is sent.
pub(super) async fn standing(turn: &Turn, run: &Run, halt: Option<Halt>) -> Result<Value, Fault> {
    let mut far = Vec::new();
    for step in &run.steps {
        let entry = recorded(turn, &step.operation).await?;
        far.push(entry.map_or(Far::Waiting, |entry| Far::Recorded(Box::new(entry))));
    }
    let report = Report {
        run,
        far,
        halt,
        remaining: remaining(turn, run).await?,
    };
    Ok(report.answer())
}

/// What the set did and is not undone, for a run that undoes.
async fn remaining(turn: &Turn, run: &Run) -> Result<Vec<Entry>, Fault> {
    if !run.undoes {
        return Ok(Vec::new());
    }
    let sets = &turn.dispatcher.parts().change_sets;
    let set = sets.get(&run.account, &run.set).await;
    done_under(turn, &set.map_err(|error| refused(&error))?).await
}

/// Whether the next step may be begun: the server stays, nobody has asked for the end, and the
/// caller's sign-in stands. What the tools ask of the caller is asked at each step by its gates.
async fn may_go_on(turn: &Turn, run: &Run) -> Result<(), Halt> {
    let parts = turn.dispatcher.parts();
    if turn.dispatcher.writes().is_closed() {
        return Err(Halt::Paused { fault: None });
    }
    let unknown = |error: &dyn std::error::Error| {
        tracing::error!(%error, "whether a change set may go on");
        let why = "whether it may go on could not be looked up; nothing more was sent";
        Halt::Paused {
            fault: Some(Fault::new(Code::UnexpectedError, why)),
        }
    };
    if let Some(id) = &run.job {
        let job = parts.jobs.get(&run.account, id).await;
        let job = job.map_err(|error| unknown(&error))?;
        if job.is_some_and(|job| job.cancelled_at.is_some()) {
            return Err(Halt::Cancelled);
        }
    }
    let stands = parts.auth.is_signed_in(turn.principal()).await;
    let granted = parts.grants.status(&run.account).await;
    let granted = granted.map_err(|error| unknown(&error))?.is_some();
    if stands.map_err(|error| unknown(&error))? && granted {
        Ok(())
    } else {
        let fault = Fault::new(
            Code::AuthRequired,
            "the sign-in with which the change set was carried out has ended",
        )
        .with_mend("Sign in again, and plan what is left anew.");
        Err(Halt::Stopped { fault })
    }
}

/// Where a step tells how far it is: as a part of the whole. The beginning of the step is told here.
fn part(turn: &Turn, run: &Run, at: usize, told: u32) -> Option<Arc<dyn Progress>> {
    let whole = turn.frame.progress.clone()?;
    let name = run.steps.get(at).map(|step| step.planned.name.clone());
    let of = run.steps.len();
    let part = Part::new(whole, (at, of), told, name.unwrap_or_default());
    part.tell(0.0, Some(1.0), "begun");
    Some(Arc::new(part))
}

/// Carries one step out, through all gates and with a record of its own.
async fn carry(
    turn: &Turn,
    begun: &Arc<Begun>,
    at: usize,
    before: Before,
    progress: Option<Arc<dyn Progress>>,
) -> Result<Done, Fault> {
    let run = begun.run();
    let planned = &run.steps.get(at).ok_or_else(no_plan)?.planned;
    let dispatcher = &turn.dispatcher;
    let mut frame = turn.frame.clone();
    // What was begun goes on, whether or not the client still waits for the answer.
    frame.cancel = CancellationToken::new();
    frame.deadline = Deadline::within(STEP);
    frame.progress = progress;
    let parts = dispatcher.parts();
    let tool = resolve::resolve(&planned.tool)?;
    parts.limits.spend(&run.account, parts.pin.as_ref()).await?;
    let schema = serde_json::from_str(tool.full_schema).unwrap_or_default();
    let given = resolve_references(&planned.arguments, &before.made, &schema)
        .map_err(|error| unresolved(&error))?;
    let step = Step {
        begun: begun.clone(),
        at,
        before,
    };
    let work = async {
        let mut inner = dispatcher.gated(&frame, tool, given.clone(), &[])?;
        inner.automatic.commit = true;
        inner.automatic.change_set = Some(run.set.as_str().to_owned());
        inner.in_set = Some(InSet {
            site: run.tenant.clone(),
            step: Some(Arc::new(step)),
        });
        let form = inner.automatic.clone();
        let done = if tool.name == UNDO {
            let id = OperationId::new(inner.text("operation_id").unwrap_or_default());
            let overwrite = inner.arguments().get("overwrite") == Some(&Value::Bool(true));
            Box::pin(revert::run(inner, id, overwrite)).await?
        } else {
            Box::pin(write::run(inner)).await?
        };
        Ok((done, form))
    };
    let (done, _) = dispatcher.recorded(&frame, tool.name, &given, work).await?;
    Ok(done)
}

async fn recorded(turn: &Turn, id: &OperationId) -> Result<Option<Entry>, Fault> {
    let journal = &turn.dispatcher.parts().journal;
    let found = journal.get(&turn.principal().account, id).await;
    found.map_err(|error| {
        tracing::error!(%error, "cannot read the journal");
        Fault::new(
            Code::UnexpectedError,
            "how far the change set is could not be read; nothing more was sent",
        )
        .with_mend("Call change_set_apply again with the same plan_id.")
    })
}

const fn is_done(entry: &Entry) -> bool {
    matches!(entry.state, State::Applied | State::Reverted)
}

/// A step of which nothing was sent: what passes by itself holds the run up, all else stops it.
fn held_up(fault: Fault) -> Halt {
    let passes = fault.retry_after_ms.is_some()
        || matches!(
            fault.code,
            Code::RateLimited
                | Code::UpstreamUnavailable
                | Code::UnexpectedError
                | Code::AuthRequired
                | Code::AuthExpired
        );
    if passes {
        Halt::Paused { fault: Some(fault) }
    } else {
        Halt::Stopped { fault }
    }
}

/// What the journal knows of a step that was not carried out.
fn of_entry(entry: &Entry) -> Fault {
    let (code, why) = entry.failure.as_ref().map_or_else(
        || {
            (
                Code::UnexpectedError,
                format!("the operation is {}", entry.state),
            )
        },
        |failure| (failure.code, failure.message.clone()),
    );
    Fault::new(code, why).with_details(json!({
        "operation_id": entry.id, "state": entry.state,
    }))
}

fn not_recorded() -> Fault {
    Fault::new(
        Code::UnexpectedError,
        "the step was carried out, and the journal does not have it",
    )
}
