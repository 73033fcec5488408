//! Undoing what was done under a change set: a plan of undos, the last change first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::fault::refused;
use super::plan::Draft;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{ChangeSetId, OperationId};
use crate::catalog;
use crate::change_sets::{ChangeSet, PlannedStep, SetError, SetState};
use crate::consent::UNDO;
use crate::dispatch::done::Done;
use crate::dispatch::turn::Turn;
use crate::dispatch::undo as single;
use crate::journal::{Entry, Filter, State};
use crate::store::StoreError;

/// Most changes that are undone by one plan.
const MOST: usize = 100;

/// `change_set_revert`: previews the undoing of a set.
///
/// # Errors
/// When there is nothing to undo, or the undoing of one of its changes is refused.
pub async fn undo(turn: Turn) -> Result<Done, Fault> {
    let sets = &turn.dispatcher.parts().change_sets;
    let account = &turn.principal().account;
    let id = turn.automatic.change_set.clone().unwrap_or_default();
    let set = sets.get(account, &ChangeSetId::new(id)).await;
    let set = set.map_err(|error| refused(&error))?;
    let entries = done_under(&turn, &set).await?;
    let under_way = entries.iter().find(|entry| entry.state == State::Pending);
    if let (SetState::Running, Some(entry)) = (set.state, under_way) {
        let error = SetError::NotOpen {
            id: set.id,
            state: set.state,
        };
        let fault = refused(&error).with_details(json!({ "operation_id": entry.id }));
        return Err(fault);
    }
    let overwrite = turn.arguments().get("overwrite") == Some(&Value::Bool(true));
    let (mut steps, mut warnings) = (Vec::new(), Vec::new());
    for entry in &entries {
        match standing(entry) {
            Standing::Undone => {}
            Standing::Lasting(why) => warnings.push(format!(
                "{} of {} is not undone: {why}",
                entry.tool, entry.id
            )),
            Standing::Due => steps.push(step(steps.len(), &entry.id, overwrite)),
        }
    }
    if steps.is_empty() {
        let fault = Fault::new(Code::Conflict, "nothing of this change set can be undone");
        return Err(fault.with_details(json!({ "not_undone": warnings })));
    }
    if steps.len() > MOST {
        warnings.push(format!(
            "these are the last {MOST} of {} changes; call again for those before",
            steps.len()
        ));
        steps.truncate(MOST);
    }
    let draft = Draft {
        set,
        steps,
        undoes: true,
        warnings,
    };
    draft.show(&turn).await
}

fn step(nth: usize, id: &OperationId, overwrite: bool) -> PlannedStep {
    PlannedStep {
        name: format!("undo_{}", nth + 1),
        tool: UNDO.to_owned(),
        arguments: Map::from_iter([
            ("operation_id".to_owned(), json!(id)),
            ("overwrite".to_owned(), json!(overwrite)),
        ]),
        undoes: None,
    }
}

/// How a change stands that was made under a set.
pub(super) enum Standing {
    /// It is undone, was never done, or is itself an undo.
    Undone,
    /// It is to be undone.
    Due,
    /// It cannot be undone, and why.
    Lasting(String),
}

/// How a change of a set stands.
pub(super) fn standing(entry: &Entry) -> Standing {
    if entry.reverts.is_some() {
        return Standing::Undone;
    }
    match entry.state {
        State::Reverted | State::Failed => Standing::Undone,
        State::Pending => Standing::Lasting("it is still on its way".to_owned()),
        State::Unknown => Standing::Lasting("what became of it is not known".to_owned()),
        State::Applied => {
            let promised =
                catalog::tool(&entry.tool).map(|tool| single::promise(tool, &entry.arguments));
            match promised {
                Some((true, _)) => Standing::Due,
                Some((false, why)) => Standing::Lasting(why),
                None => Standing::Lasting("its tool is no longer there".to_owned()),
            }
        }
    }
}

/// What was done under a set, the last first.
///
/// # Errors
/// When the journal cannot be read.
pub(super) async fn done_under(turn: &Turn, set: &ChangeSet) -> Result<Vec<Entry>, Fault> {
    let parts = turn.dispatcher.parts();
    let account = &turn.principal().account;
    let filter = Filter {
        since: Some(set.made_at),
        change_set: Some(set.id.as_str().to_owned()),
        limit: usize::MAX,
        ..Filter::default()
    };
    let mut entries = Vec::new();
    let mut after = None;
    // A walk looks at so many entries; a set may have more.
    loop {
        let walk = parts.journal.walk(Some(account), &filter, after, |_| true);
        let walk = walk.await.map_err(|error| unread(&error))?;
        entries.extend(walk.found.into_iter().map(|(entry, _)| entry));
        after = walk.next;
        if after.is_none() {
            break;
        }
    }
    // Steps of one run may be recorded within one millisecond; their run knows their order.
    let mut order = BTreeMap::new();
    if let Some(plan) = &set.run {
        let run = parts.change_sets.run(account, plan).await;
        let steps = run.map_err(|error| refused(&error))?.map(|run| run.steps);
        for (at, step) in steps.into_iter().flatten().enumerate() {
            order.insert(step.operation, at);
        }
    }
    entries.sort_by_key(|entry| Reverse((entry.opened_at, order.get(&entry.id).copied())));
    Ok(entries)
}

fn unread(error: &StoreError) -> Fault {
    tracing::error!(%error, "cannot read the journal");
    Fault::new(Code::UnexpectedError, "the journal could not be read")
}
