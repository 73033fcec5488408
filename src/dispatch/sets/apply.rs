//! Carrying out a plan of steps: in their order, each through all gates and recorded on its own.
//! How far it is follows from the journal alone, so that any call, on any replica, can go on.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::fault::{not_begun, refused, unresolved};
use super::plan::{Draft, Settled};
use super::report::{Far, Halt, Report};
use super::step::{Before, InSet, Step};
use super::undo::done_under;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{ChangeSetId, OperationId, PlanId};
use crate::catalog::resolve;
use crate::change_sets::{ChangeSet, SetError, SetState, planned, resolve as resolve_references};
use crate::consent::{Asked, Begun, UNDO};
use crate::dispatch::done::Done;
use crate::dispatch::turn::Turn;
use crate::dispatch::{revert, write};
use crate::journal::{Entry, State};

/// A step is begun only when so much is left of the call's time: for reading, sending and reading
/// again, and for the answer.
const STEP_NEEDS: Duration = Duration::from_secs(15);

/// `change_set_apply`: carries a plan out, or goes on with one that was begun.
///
/// # Errors
/// What stands in the way before anything is sent; what happens to the steps is in the answer.
pub async fn apply(turn: Turn) -> Result<Done, Fault> {
    let plan = PlanId::new(turn.text("plan_id").unwrap_or_default());
    let parts = turn.dispatcher.parts();
    let resumed = parts
        .consent
        .resume(&parts.change_sets, &turn.principal().account, &plan)
        .await
        .map_err(|error| refused(&error))?;
    let begun = match resumed {
        Some(begun) => begun,
        None => match begin(&turn, plan).await? {
            Start::Begun(begun) => begun,
            Start::Shown(done) => return Ok(*done),
        },
    };
    let mut turn = turn;
    // What was begun goes on, whether or not the client still waits for the answer.
    turn.frame.cancel = CancellationToken::new();
    let writes = turn.dispatcher.writes().clone();
    let run = Box::pin(carry_on(turn, Arc::new(begun)));
    writes.spawn(run).await.map_err(|error| {
        tracing::error!(%error, "a change set ended abnormally");
        Fault::new(
            Code::UnexpectedError,
            "the change set ended abnormally; change_set_get tells what is known of it",
        )
    })?
}

enum Start {
    Begun(Begun),
    Shown(Box<Done>),
}

/// Looks at every step of a plan again, and begins it when all is as it was previewed.
async fn begin(turn: &Turn, id: PlanId) -> Result<Start, Fault> {
    let parts = turn.dispatcher.parts();
    let plan = parts.consent.plan(turn.principal(), &id).await;
    let plan = plan.map_err(|error| {
        tracing::error!(%error, "cannot read a plan");
        Fault::new(Code::UnexpectedError, "the plan could not be read")
    })?;
    let Some((plan, set)) = plan.and_then(|plan| plan.of_set().map(|set| (plan, set))) else {
        return Err(no_plan());
    };
    let arguments = &plan.preview.arguments;
    let undoes = arguments.get("undoes") == Some(&Value::Bool(true));
    let draft = Draft {
        set: free_set(turn, &set, undoes).await?,
        steps: planned(arguments).map_err(|error| not_begun(&error.into()))?,
        undoes,
        warnings: Vec::new(),
    };
    let mut looking = turn.clone();
    // The plan's site; a server that is pinned has but one.
    looking.automatic.site = None;
    let asked = Asked {
        commit: true,
        plan_id: Some(id.clone()),
    };
    let consented = match draft.settle(&looking, &asked).await? {
        Settled::Shown(done) => return Ok(Start::Shown(done)),
        Settled::Consented(consented) => consented,
    };
    let begun = parts.consent.begin(&parts.change_sets, consented, id);
    let begun = begun.await.map_err(|error| not_begun(&error))?;
    Ok(Start::Begun(begun))
}

/// The set of a plan, which nothing else is carrying out: what a crashed run left behind may be
/// undone, while none of its steps is on its way.
async fn free_set(turn: &Turn, id: &ChangeSetId, undoes: bool) -> Result<ChangeSet, Fault> {
    let sets = &turn.dispatcher.parts().change_sets;
    let set = sets.get(&turn.principal().account, id).await;
    let set = set.map_err(|error| refused(&error))?;
    let free = match set.state {
        SetState::Open | SetState::Applied | SetState::Stopped => true,
        SetState::Reverted => undoes,
        SetState::Running if undoes => {
            let entries = done_under(turn, &set).await?;
            entries.iter().all(|entry| entry.state != State::Pending)
        }
        SetState::Running => false,
    };
    if free {
        Ok(set)
    } else {
        let (id, state) = (set.id, set.state);
        Err(refused(&SetError::NotOpen { id, state }))
    }
}

/// Goes through the steps: those that the journal has are done, the others are due.
async fn carry_on(turn: Turn, begun: Arc<Begun>) -> Result<Done, Fault> {
    let run = begun.run();
    let mut before = Before::default();
    let mut far = Vec::new();
    let mut halt = None;
    for (at, step) in run.steps.iter().enumerate() {
        let mut entry = recorded(&turn, &step.operation).await?;
        let (mut job, mut refused) = (None, None);
        if entry.is_none() {
            if turn.deadline().left() < STEP_NEEDS {
                halt = Some(Halt::Paused { fault: None });
                break;
            }
            match carry(&turn, &begun, at, before.clone()).await {
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
    let sets = &turn.dispatcher.parts().change_sets;
    let remaining = if run.undoes {
        let set = sets.get(&run.account, &run.set).await;
        done_under(&turn, &set.map_err(|error| refused(&error))?).await?
    } else {
        Vec::new()
    };
    let report = Report {
        run,
        far,
        halt,
        remaining,
    };
    let state = report.state();
    if state != SetState::Running
        && let Err(error) = sets.end(run, state).await
    {
        tracing::warn!(%error, set = %run.set, "how the change set ended could not be written");
    }
    Ok(Done::of(report.answer()))
}

/// Carries one step out, through all gates and with a record of its own.
async fn carry(turn: &Turn, begun: &Arc<Begun>, at: usize, before: Before) -> Result<Done, Fault> {
    let run = begun.run();
    let planned = &run.steps.get(at).ok_or_else(no_plan)?.planned;
    let (dispatcher, frame) = (&turn.dispatcher, &turn.frame);
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
        let mut inner = dispatcher.gated(frame, tool, given.clone(), &[])?;
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
    let (done, _) = dispatcher.recorded(frame, tool.name, &given, work).await?;
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

fn no_plan() -> Fault {
    Fault::new(
        Code::ConsentRequired,
        "that plan of a change set is not there: never made by you, or older than 15 minutes",
    )
    .with_mend("Make a new one with change_set_plan or change_set_revert.")
}
