//! Carrying out a plan of steps: beginning it, or going on with what was begun, and answering in time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::carry::{carry_on, standing};
use super::fault::{no_plan, not_begun, refused};
use super::plan::{Draft, Settled};
use super::report::Halt;
use super::undo::done_under;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{ChangeSetId, PlanId};
use crate::change_sets::{ChangeSet, SetError, SetState, planned};
use crate::consent::{Asked, Begun};
use crate::dispatch::done::Done;
use crate::dispatch::turn::Turn;
use crate::journal::State;

/// What is kept of the call's time for the answer.
const RESERVE: Duration = Duration::from_secs(10);

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
        Some(begun) => {
            turn.dispatcher.note_run(begun.run(), None).await;
            begun
        }
        None => match begin(&turn, plan).await? {
            Start::Begun(begun) => begun,
            Start::Shown(done) => return Ok(*done),
        },
    };
    let begun = Arc::new(begun);
    let Some(inside) = turn.dispatcher.runs().enter(&begun.run().plan) else {
        return goes_on(&turn, &begun).await;
    };
    let carried = Box::pin({
        let (turn, begun) = (turn.clone(), begun.clone());
        async move {
            let _inside = inside;
            carry_on(turn, begun).await
        }
    });
    // In a task of its own: it goes on, whether or not the client still waits for the answer.
    let carried = turn.dispatcher.writes().spawn(carried);
    let waits = if turn.arguments().get("background") == Some(&Value::Bool(true)) {
        Duration::ZERO
    } else {
        turn.deadline().left().saturating_sub(RESERVE)
    };
    match tokio::time::timeout(waits, carried).await {
        Err(_) => goes_on(&turn, &begun).await,
        Ok(ended) => ended.map_err(|error| {
            tracing::error!(%error, "a change set ended abnormally");
            Fault::new(
                Code::UnexpectedError,
                "the change set ended abnormally; change_set_get tells what is known of it",
            )
        })?,
    }
}

/// The answer of a call that does not wait for the end.
async fn goes_on(turn: &Turn, begun: &Begun) -> Result<Done, Fault> {
    let shown = standing(turn, begun.run(), Some(Halt::GoesOn)).await?;
    Ok(Done::of(shown))
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
    let held = free_set(turn, &set, undoes).await?;
    let draft = Draft {
        set: held.clone(),
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
    let job = turn.job_of_run(&held, &id)?;
    let begun = parts.consent.begin(&parts.change_sets, consented, id, job);
    let begun = begun.await.map_err(|error| not_begun(&error))?;
    turn.end_earlier(&held).await;
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
