//! Undoing a recorded write: an ordinary write, made from what the journal knows.

use serde_json::Value;

use super::carry::carry_out;
use super::dispatcher::Dispatcher;
use super::done::Done;
use super::held;
use super::predict::present_read;
use super::requests;
use super::turn::Turn;
use super::undo::{self, Undo};
use super::write::Change;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, OperationId};
use crate::base::tenant::Tenant;
use crate::catalog;
use crate::catalog::model::Tool;
use crate::consent::Locked;
use crate::grants::Access;
use crate::journal::{Entry, Stage, StageState, State};
use crate::policy::Permitted;
use crate::store::StoreError;

/// An undo that has passed the gates.
#[derive(Debug)]
pub(super) struct Undoing {
    pub(super) permitted: Permitted,
    pub(super) entry: Entry,
    /// What it, or an earlier undo of it, has left locked and its undo takes over.
    pub(super) left: Vec<Locked>,
    pub(super) access: Access,
}

/// Previews or carries out the undoing of `id`. The caller must be allowed to call the tool whose
/// write is undone, with the arguments that it had.
pub async fn run(turn: Turn, id: OperationId, overwrite: bool) -> Result<Done, Fault> {
    let Undoing {
        permitted,
        entry,
        left,
        access,
    } = gated(&turn, &id).await?;
    let change = prepare(&turn, permitted.tool(), entry, &left, &access, overwrite).await?;
    carry_out(&turn, permitted, change, access).await
}

/// The gates of an undo, before anything is read at Atlassian.
pub(super) async fn gated(turn: &Turn, id: &OperationId) -> Result<Undoing, Fault> {
    let parts = turn.dispatcher.parts();
    let entry = turn.dispatcher.entry(&turn.principal().account, id).await?;
    let tool = catalog::tool(&entry.tool).ok_or_else(|| {
        Fault::new(
            Code::Unavailable,
            format!(
                "the tool {} is no longer there, so its writes cannot be undone",
                entry.tool
            ),
        )
    })?;
    let permitted = parts
        .policy
        .permit(turn.principal(), tool, entry.arguments.clone())?;
    let lost_undo = lost_undo(turn, &entry).await?;
    check_state(&entry, lost_undo.is_some())?;
    let (possible, why) = match entry.reverts {
        None => undo::promise(tool, &entry.arguments),
        Some(_) => undo::promise_again(tool),
    };
    // What stopped half-way is taken back step by step, whether or not the whole could be undone.
    if !possible && !entry.is_half_way() {
        return Err(undo::impossible(&why));
    }
    let access = turn.access_of(tool, entry.tenant.as_ref()).await?;
    check_site(&entry, &access)?;
    let open = [Some(&entry), lost_undo.as_ref()].into_iter().flatten();
    let left = open.filter_map(left_behind).collect();
    Ok(Undoing {
        permitted,
        entry,
        left,
        access,
    })
}

impl Dispatcher {
    /// An entry of the caller's own.
    pub async fn entry(&self, account: &AccountId, id: &OperationId) -> Result<Entry, Fault> {
        let found = self
            .parts()
            .journal
            .get(account, id)
            .await
            .map_err(|error| unreadable(&error))?;
        found.ok_or_else(|| {
            Fault::new(
                Code::NotFound,
                format!("operation {id} is not among your operations"),
            )
            .with_mend("operation_list gives the ids of your operations.")
        })
    }
}

pub(super) async fn prepare(
    turn: &Turn,
    tool: &'static Tool,
    entry: Entry,
    left: &[Locked],
    access: &Access,
    overwrite: bool,
) -> Result<Change, Fault> {
    let org = turn.dispatcher.parts().org_id.as_deref();
    let undone = match &entry.reverts {
        Some(id) => Some(turn.dispatcher.entry(&entry.account, id).await?),
        None => None,
    };
    // What a revert is about was made by the write that it undid.
    let maker = undone.as_ref().unwrap_or(&entry);
    let states = [Some(&entry.before), entry.after.as_ref()];
    let names = held::names(entry.target.as_ref(), states.into_iter().flatten());
    let hold = turn.hold_over(access, &names, left).await?;
    let present = match present_read(tool) {
        Some(read) => {
            let facts = undo::facts(maker, org);
            turn.present(tool, read, &facts, access).await?
        }
        None => Value::Null,
    };
    let Undo {
        requests: sent,
        steps,
        prediction,
        stale,
        mut warnings,
    } = undo::compute(tool, &entry, undone.as_ref(), &present, org)?;
    // What is sent again was sent before, and has been taken.
    if undone.is_none() {
        requests::check(&sent)?;
    }
    if let Some(changed) = stale {
        let what = "what this undo would overwrite was changed after the operation";
        if !overwrite {
            return Err(Fault::new(Code::Conflict, what)
                .with_details(serde_json::json!({ "changed_since": changed }))
                .with_mend(
                    "Look at the changes; to undo over them, call again with overwrite: true.",
                ));
        }
        warnings.push(what.to_owned());
    }
    if prediction.is_idle() {
        warnings.push("nothing would change".to_owned());
    }
    let (revertible, undo) = if entry.is_half_way() {
        let why = "taking back what was half done cannot be undone; make the change anew";
        (false, why.to_owned())
    } else {
        undo::promise_again(tool)
    };
    Ok(Change {
        target: entry.target.clone(),
        requests: sent,
        steps,
        before: present,
        draft: None,
        prediction,
        warnings,
        revertible,
        undo,
        reverts: Some(entry),
        overwrite,
        names,
        hold,
    })
}

/// An earlier undo that was sent and of which nobody knows what became.
async fn lost_undo(turn: &Turn, entry: &Entry) -> Result<Option<Entry>, Fault> {
    let Some(by) = &entry.reverted_by else {
        return Ok(None);
    };
    let journal = &turn.dispatcher.parts().journal;
    let undo = journal.get(&entry.account, by).await;
    let undo = undo.map_err(|error| unreadable(&error))?;
    Ok(undo.filter(|undo| undo.state == State::Unknown))
}

/// What a write of unknown fate has left locked, which its own undo need not wait for. A step of
/// several that may still arrive is waited for: what it does is the other thing than its undo.
fn left_behind(entry: &Entry) -> Option<Locked> {
    let may_arrive = |stage: &Stage| stage.state == StageState::Unknown;
    let waits = entry.reverts.is_none() && entry.stages.iter().any(may_arrive);
    let is_lost = entry.state == State::Unknown && !waits;
    entry.lock.clone().filter(|_| is_lost)
}

fn unreadable(error: &StoreError) -> Fault {
    tracing::error!(%error, "cannot read the journal");
    Fault::new(Code::UnexpectedError, "the journal could not be read")
}

/// An operation is undone once; an undo of unknown fate may be tried again.
fn check_state(entry: &Entry, retried: bool) -> Result<(), Fault> {
    let refuse = |message: String| Err(Fault::new(Code::Conflict, message));
    let half_way = entry.state == State::Unknown && entry.is_half_way();
    match (&entry.reverted_by, entry.state) {
        (Some(_), State::Applied | State::Unknown) if retried => Ok(()),
        (None, State::Unknown) if half_way => Ok(()),
        (Some(by), State::Reverted) => refuse(format!("already undone by operation {by}")),
        (Some(by), _) => refuse(format!("operation {by} is undoing it")),
        (None, State::Applied) => Ok(()),
        (None, State::Unknown) => refuse(
            "what became of this operation is not known, so it cannot be undone; look at the target and change it with its own tool"
                .to_owned(),
        ),
        (None, state) => refuse(format!("it is {state}, and only an applied operation can be undone")),
    }
}

/// An entry is looked at and undone on its own site only.
pub(super) fn check_site(entry: &Entry, access: &Access) -> Result<(), Fault> {
    if entry.tenant.as_ref() == access.tenant().map(Tenant::cloud_id) {
        Ok(())
    } else {
        Err(Fault::new(
            Code::Conflict,
            "the operation was made on another site than the one you act on now",
        ))
    }
}
