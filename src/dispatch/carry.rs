//! A change on its way through consent and into the journal, and from there to be sent.

use super::done::Done;
use super::impact;
use super::preview;
use super::requests;
use super::send::Sending;
use super::stages;
use super::turn::Turn;
use super::write::Change;
use crate::base::fault::{Code, Fault};
use crate::consent::{Decision, Hold, Preview};
use crate::grants::Access;
use crate::journal::{Draft, JournalError};
use crate::policy::Permitted;

/// From a change to its preview, or through consent and journal to its outcome.
pub(super) async fn carry_out(
    turn: &Turn,
    permitted: Permitted,
    change: Change,
    access: Access,
) -> Result<Done, Fault> {
    // Boxed: it holds all that a write needs on its whole way.
    let carried = Box::new(Carried {
        turn: turn.clone(),
        permitted,
        change,
        access,
    });
    let carried = Box::pin(carried.run());
    if !turn.automatic.commit {
        return carried.await;
    }
    // In a task of its own: from the moment at which a plan is spent the outcome must reach the
    // journal, whether or not the client still waits for the answer.
    let writes = turn.dispatcher.writes();
    writes.spawn(carried).await.map_err(|error| {
        tracing::error!(%error, "a write ended abnormally");
        Fault::new(
            Code::UnexpectedError,
            "the write ended abnormally; operation_list tells what is known of it",
        )
    })?
}

/// A change that waits for consent.
#[derive(Debug)]
struct Carried {
    turn: Turn,
    permitted: Permitted,
    change: Change,
    access: Access,
}

impl Carried {
    async fn run(mut self: Box<Self>) -> Result<Done, Fault> {
        let hold = std::mem::replace(&mut self.change.hold, Hold::nothing());
        let (dispatcher, account) = (
            self.turn.dispatcher.clone(),
            self.turn.principal().account.clone(),
        );
        let sending = match self.recorded(&hold).await {
            Ok(Stage::Sending(sending)) => sending,
            Ok(Stage::Shown(done)) => {
                hold.release().await;
                return Ok(*done);
            }
            Err(fault) => {
                hold.release().await;
                return Err(fault);
            }
        };
        let id = sending.recorded.operation_id().clone();
        let done = Box::pin(sending.run()).await;
        let journal = &dispatcher.parts().journal;
        // What may still arrive keeps others away for a while; so does a journal that cannot tell.
        if done.is_err() && journal.is_unknown(&account, &id).await.unwrap_or(true) {
            hold.leave();
        } else {
            hold.release().await;
        }
        done
    }

    async fn recorded(self: Box<Self>, hold: &Hold) -> Result<Stage, Fault> {
        let Self {
            turn,
            permitted,
            change,
            access,
        } = *self;
        let withdrawn = || turn.automatic.commit && turn.frame.cancel.is_cancelled();
        if withdrawn() {
            return Err(unrecorded("the client withdrew the call"));
        }
        turn.may_join(&access).await?;
        let parts = turn.dispatcher.parts();
        let tool = permitted.tool();
        let preview = Preview {
            arguments: permitted.arguments().clone(),
            reverts: change.reverts.as_ref().map(|entry| entry.id.clone()),
            overwrite: change.overwrite,
            change_set: turn.automatic.change_set.clone(),
            tenant: access.tenant().map(|tenant| tenant.cloud_id().clone()),
            state: change.bound_to(tool),
            names: change.names.clone(),
        };
        let arguments = preview.arguments.clone();
        let consented = if let Some(step) = turn.step() {
            step.consent(parts, permitted, preview, hold).await?
        } else {
            let shown = Box::pin(impact::shown(&turn, tool, &arguments, &change, &access));
            let decision = parts
                .consent
                .settle(permitted, preview, shown, &turn.asked(), hold)
                .await
                .map_err(|error| {
                    tracing::error!(%error, "consent");
                    unrecorded("the plan could not be kept or looked up")
                })?;
            match decision {
                Decision::Preview { plan, unmet } => {
                    let done = preview::dry_run(&turn.dispatcher, &plan, unmet.as_ref());
                    return Ok(Stage::Shown(Box::new(done)));
                }
                Decision::Consented(consented) => consented,
            }
        };
        if withdrawn() {
            return Err(unrecorded("the client withdrew the call"));
        }
        let traces = turn.traces(&change, &access).await;
        let consented = turn.join(consented).await?;
        let draft = Draft {
            target: change.target.clone(),
            arguments,
            requests: change.requests.iter().map(requests::sent).collect(),
            stages: stages::of(&change),
            before: change.before.clone(),
            intent: Some(change.prediction.clone()),
            traces,
            lock: hold.locked(),
        };
        let recorded = parts
            .journal
            .open(consented, draft)
            .await
            .map_err(|error| not_opened(&error))?;
        if let Some(plan) = &turn.asked().plan_id {
            let account = &turn.principal().account;
            let operation = recorded.operation_id();
            parts.consent.became(account, plan, operation).await;
        }
        Ok(Stage::Sending(Box::new(Sending {
            dispatcher: turn.dispatcher.clone(),
            recorded,
            change,
            access,
            deadline: turn.deadline(),
            frame: turn.frame.clone(),
        })))
    }
}

/// How far a change has come.
#[derive(Debug)]
enum Stage {
    /// Shown, and no more.
    Shown(Box<Done>),
    /// Recorded, to be sent.
    Sending(Box<Sending>),
}

fn not_opened(error: &JournalError) -> Fault {
    match error {
        JournalError::NotRevertible { .. }
        | JournalError::Closed(_)
        | JournalError::Overtaken(_) => Fault::new(Code::Conflict, error.to_string()),
        JournalError::NoSuchEntry(_) => Fault::new(Code::NotFound, error.to_string()),
        JournalError::Store(_) | JournalError::Random(_) | JournalError::Taken(_) => {
            tracing::error!(%error, "cannot open a journal entry");
            unrecorded("the change could not be recorded, and what is not recorded is not sent")
        }
    }
}

fn unrecorded(why: &str) -> Fault {
    Fault::new(Code::UnexpectedError, format!("nothing was changed: {why}"))
}
