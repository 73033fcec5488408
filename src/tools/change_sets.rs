//! Change sets as their owner sees them.

use serde_json::{Value, json};

use super::journal::{line, unread};
use crate::base::fault::{Code, Fault};
use crate::base::ids::ChangeSetId;
use crate::change_sets::ChangeSet;
use crate::dispatch::{Done, Turn, sets};
use crate::journal::Filter;

/// How many sets are listed when the caller does not say.
const LISTED: usize = 25;
/// How many operations of a set are shown.
const SHOWN: usize = 200;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// `change_set_start`.
pub(super) async fn start(turn: Turn) -> Result<Done, Fault> {
    let title = turn.text("title").unwrap_or_default().trim();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Fault::new(
            Code::ValidationError,
            format!("/title: 1 to {LONGEST_TITLE} characters say what the set is for"),
        ));
    }
    let sets = &turn.dispatcher.parts().change_sets;
    let set = sets.start(&turn.principal().account, title).await;
    let set = set.map_err(|error| sets::refused(&error))?;
    let mut shown = head(&set);
    shown["next"] = json!(
        "Give this change_set to single changes, or plan several with change_set_plan; change_set_revert undoes all of it."
    );
    Ok(Done::of(shown))
}

/// `change_set_plan`.
pub(super) async fn plan(turn: Turn) -> Result<Done, Fault> {
    sets::plan(turn).await
}

/// `change_set_apply`.
pub(super) async fn apply(turn: Turn) -> Result<Done, Fault> {
    sets::apply(turn).await
}

/// `change_set_revert`.
pub(super) async fn revert(turn: Turn) -> Result<Done, Fault> {
    sets::undo(turn).await
}

/// `change_set_get`: one of the caller's sets with what it did, or all of them.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let parts = turn.dispatcher.parts();
    let account = &turn.principal().account;
    let Some(id) = turn.automatic.change_set.clone().map(ChangeSetId::new) else {
        let most = turn.automatic.limit.map_or(LISTED, |limit| {
            usize::try_from(limit).unwrap_or(LISTED).clamp(1, SHOWN)
        });
        let listed = parts.change_sets.list(account, most).await;
        let listed = listed.map_err(|error| sets::refused(&error))?;
        return Ok(Done::of(listed.iter().map(head).collect()));
    };
    let set = parts.change_sets.get(account, &id).await;
    let set = set.map_err(|error| sets::refused(&error))?;
    let filter = Filter {
        since: Some(set.made_at),
        of_sites_only: parts.policy.may_see_organisation(turn.principal()).is_err(),
        change_set: Some(id.as_str().to_owned()),
        limit: SHOWN,
        ..Filter::default()
    };
    let entries = parts.journal.list(Some(account), &filter).await;
    let entries = entries.map_err(|error| unread(&error))?;
    let mut shown = head(&set);
    shown["operations"] = entries.iter().map(line).collect();
    Ok(Done::of(shown))
}

fn head(set: &ChangeSet) -> Value {
    json!({
        "change_set": set.id,
        "title": set.title,
        "state": set.state,
        "site": set.tenant,
        "at": set.made_at.to_string(),
    })
}
