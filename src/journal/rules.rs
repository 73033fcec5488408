//! What may become of an entry: whose word counts when two speak, and what a revert does to the
//! entry that it undoes.

use super::entry::{Entry, SettledBy, State};

/// Whether the fate is known: such an entry is not looked at again.
pub(super) const fn is_known(state: State) -> bool {
    matches!(state, State::Applied | State::Failed | State::Reverted)
}

/// Whether `new` may be written over `present`. What is known stays, so that a repeated attempt to
/// close writes over nothing that has happened since. One exception: the reconciler's "failed" is a
/// conclusion from what it did not see, and whoever sent the write may still know better.
pub(super) fn may_replace(present: &Entry, new: &Entry) -> bool {
    match present.state {
        State::Pending | State::Unknown => true,
        State::Failed => {
            present.settled_by == Some(SettledBy::Reconciler)
                && new.settled_by != Some(SettledBy::Reconciler)
        }
        State::Applied | State::Reverted => false,
    }
}

/// What becomes of an entry when its revert has met its fate.
pub(super) fn after_revert(original: &Entry, revert: &Entry) -> Entry {
    let mut original = original.clone();
    let claimed = original.reverted_by.as_ref() == Some(&revert.id);
    // A revert that was called failed too early has given up its claim.
    let free = original.reverted_by.is_none() && original.state == State::Applied;
    match revert.state {
        State::Applied if claimed || free => {
            original.state = State::Reverted;
            original.reverted_by = Some(revert.id.clone());
        }
        State::Failed if claimed => original.reverted_by = None,
        _ => {}
    }
    original
}
