//! A write: the state before, the change that is due, consent, and on to the journal.

use serde_json::Value;

use super::done::Done;
use super::predict::{self, Prediction};
use super::preview;
use super::requests;
use super::send::Sending;
use super::turn::Turn;
use super::undo;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Before, Effect, Tool};
use crate::consent::{Decision, Preview};
use crate::grants::Access;
use crate::journal::{Draft, Entry, JournalError, Object};
use crate::policy::Permitted;
use crate::projection::sources::Facts;
use crate::upstream::Request;

/// A change that is ready to be previewed or sent.
#[derive(Debug)]
pub(super) struct Change {
    /// What is changed.
    pub(super) target: Option<Object>,
    /// What is sent, in this order.
    pub(super) requests: Vec<Request>,
    /// The state before, as it was read; null when there is none.
    pub(super) before: Value,
    /// What is going to change.
    pub(super) prediction: Prediction,
    /// What the caller should know.
    pub(super) warnings: Vec<String>,
    /// Whether it can be undone later.
    pub(super) revertible: bool,
    /// How, or why not.
    pub(super) undo: String,
    /// The entry that it undoes.
    pub(super) reverts: Option<Entry>,
    /// Whether it may overwrite later changes.
    pub(super) overwrite: bool,
}

/// The write path of a tool with an operation of its own.
pub(super) async fn run(turn: Turn) -> Result<Done, Fault> {
    let access = turn.access().await?;
    let change = prepare(&turn, &access).await?;
    let permitted = turn.permitted.clone();
    carry_out(&turn, permitted, change, access).await
}

async fn prepare(turn: &Turn, access: &Access) -> Result<Change, Fault> {
    let tool = turn.tool();
    let parts = turn.dispatcher.parts();
    let mut facts = Facts {
        arguments: Some(turn.arguments()),
        org: parts.org_id.as_deref(),
        ..Facts::default()
    };
    let id = target_id(tool, &facts)?;
    facts.target = id.as_deref();
    let before = match &tool.before {
        Before::Read(read) => {
            turn.dispatcher
                .snapshot(tool, read, &facts, access, turn.deadline())
                .await?
        }
        Before::NotNeeded | Before::None(_) => Value::Null,
    };
    facts.before = Some(&before);
    let request = requests::own(tool, &facts)?;
    let prediction = predict::predict(tool, &before, &request, &facts)?;
    let (revertible, undo) = undo::promise(tool, turn.arguments());
    Ok(Change {
        warnings: warnings(tool, &before, &prediction),
        target: tool.target.as_ref().map(|target| Object {
            kind: target.kind.to_owned(),
            id: id.clone(),
        }),
        requests: vec![request],
        prediction,
        before,
        revertible,
        undo,
        reverts: None,
        overwrite: false,
    })
}

/// The id of the target, where it is known before the write.
fn target_id(tool: &Tool, facts: &Facts<'_>) -> Result<Option<String>, Fault> {
    let Some(target) = &tool.target else {
        return Ok(None);
    };
    let found = facts
        .resolve(target.id)
        .map_err(|error| requests::unfit(tool, &error))?;
    Ok(found.as_ref().and_then(requests::id_text))
}

fn warnings(tool: &Tool, before: &Value, prediction: &Prediction) -> Vec<String> {
    let mut warnings: Vec<String> = tool.warning.map(str::to_owned).into_iter().collect();
    if let Before::None(why) = tool.before
        && tool.effect != Effect::Create
    {
        warnings.push(format!("the state before is not known: {why}"));
    }
    if tool.effect == Effect::Create && !before.is_null() {
        warnings.push("something like it is there already".to_owned());
    }
    if prediction.is_idle() {
        warnings.push("nothing would change".to_owned());
    }
    if let Some(plan) = tool.plan {
        warnings.push(format!("needs {plan}"));
    }
    warnings
}

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
        before: change.before.clone(),
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
        JournalError::NotRevertible { .. } => Fault::new(Code::Conflict, error.to_string()),
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
