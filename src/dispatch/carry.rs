//! A change on its way through consent and into the journal, and from there to be sent.

use super::done::Done;
use super::predict;
use super::preview;
use super::requests;
use super::send::Sending;
use super::stages;
use super::turn::Turn;
use super::write::Change;
use crate::base::fault::{Code, Fault};
use crate::consent::{Decision, Preview};
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
    let parts = turn.dispatcher.parts();
    let tool = permitted.tool();
    let preview = Preview {
        arguments: permitted.arguments().clone(),
        reverts: change.reverts.as_ref().map(|entry| entry.id.clone()),
        overwrite: change.overwrite,
        change_set: turn.automatic.change_set.clone(),
        tenant: access.tenant().map(|tenant| tenant.cloud_id().clone()),
        state: predict::comparable(tool, &change.before),
    };
    let arguments = preview.arguments.clone();
    let decision = parts
        .consent
        .settle(permitted, preview, &turn.asked())
        .await
        .map_err(|error| {
            tracing::error!(%error, "consent");
            unrecorded("the plan could not be kept or looked up")
        })?;
    let consented = match decision {
        Decision::Preview { plan, unmet } => {
            let site = access.tenant().filter(|_| parts.pin.is_none());
            return Ok(preview::dry_run(&change, &plan, unmet, site));
        }
        Decision::Consented(consented) => consented,
    };
    if turn.frame.cancel.is_cancelled() {
        return Err(unrecorded("the client withdrew the call"));
    }
    let draft = Draft {
        target: change.target.clone(),
        arguments,
        requests: change.requests.iter().map(requests::sent).collect(),
        stages: stages::of(&change.requests),
        before: change.before.clone(),
        intent: Some(change.prediction.clone()),
    };
    let recorded = parts
        .journal
        .open(consented, draft)
        .await
        .map_err(|error| not_opened(&error))?;
    let sending = Sending {
        dispatcher: turn.dispatcher.clone(),
        recorded,
        change,
        access,
        deadline: turn.deadline(),
    };
    // In a task of its own: from here on the outcome must reach the journal, whether or not the
    // client still waits for the answer.
    let writes = turn.dispatcher.writes();
    writes.spawn(sending.run()).await.map_err(|error| {
        tracing::error!(%error, "a write ended abnormally");
        Fault::new(
            Code::UnexpectedError,
            "the write ended abnormally; operation_list tells what is known of it",
        )
    })?
}

fn not_opened(error: &JournalError) -> Fault {
    match error {
        JournalError::NotRevertible { .. } | JournalError::Closed(_) => {
            Fault::new(Code::Conflict, error.to_string())
        }
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
