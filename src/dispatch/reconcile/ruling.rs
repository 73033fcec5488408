//! What a look at the target decides of a write whose fate nobody saw. Pure: what was seen goes in,
//! a ruling comes out.

use std::time::Duration;

use serde_json::Value;

use crate::base::clock::Timestamp;
use crate::base::fault::Code;
use crate::catalog::model::{Effect, Tool};
use crate::dispatch::predict::Verdict;
use crate::dispatch::steps;
use crate::journal::{Entry, Failure, SettledBy, StageState, State};

/// Younger than this, what reads as before may still arrive: no request is on its way for longer,
/// however slow the proxies between here and Atlassian are.
pub(super) const ARRIVED_BY: Duration = Duration::from_mins(10);
/// The first pauses between two looks.
const SOON: Duration = Duration::from_mins(2);
/// The longest pause.
const SELDOM: Duration = Duration::from_hours(4);
/// Nothing is learnt any more from what is older.
const NO_MORE: Duration = Duration::from_hours(24);

/// What a look has shown.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::dispatch) enum Seen {
    /// The state of the target; null when there is nothing.
    State(Value),
    /// What a creation has left; nothing when nothing is new, whatever its name.
    Made(Option<(String, Option<Value>)>),
    /// Nothing new has the name of what was to be made, but it may be there under another.
    Unnamed,
    /// Several things that it may have made.
    Several,
    /// Not this time.
    Unreadable,
    /// There is nothing to look at.
    Nothing,
}

/// What is to become of the entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ruling {
    /// It was done.
    Applied {
        /// The id of what was made, where that was not known.
        id: Option<String>,
        /// The state after, as it was seen.
        after: Option<Value>,
    },
    /// It was not done.
    Failed,
    /// Another look may tell.
    Wait,
    /// Nobody will ever know, and why.
    Never(&'static str),
}

/// What the state says of the write that the entry records.
pub(in crate::dispatch) fn verdict(tool: &Tool, entry: &Entry, now: &Value) -> Verdict {
    let Some(intent) = &entry.intent else {
        return Verdict::Undecided;
    };
    let creates = tool.effect == Effect::Create && entry.reverts.is_none();
    // What was there before a creation is not what it made.
    if creates && !entry.before.is_null() {
        return Verdict::Undecided;
    }
    match intent.verdict(tool, now) {
        Verdict::Applied if !steps::shows_all(tool, entry) => Verdict::Undecided,
        verdict => verdict,
    }
}

/// Judges an open entry of this age by what was seen. Without a tool, this version does not know
/// what the entry is about.
pub(super) fn rule(tool: Option<&Tool>, entry: &Entry, seen: &Seen, age: Duration) -> Ruling {
    let Some(tool) = tool else {
        return Ruling::Never("this version does not know the tool any more");
    };
    let ruling = match seen {
        Seen::Nothing => {
            return Ruling::Never("there is no read that shows whether it was carried out");
        }
        Seen::Several => {
            return Ruling::Never("several things that fit were made at the time");
        }
        Seen::Made(Some((id, after))) => Ruling::Applied {
            id: Some(id.clone()),
            after: after.clone(),
        },
        Seen::Made(None) if tool.task.is_none() && age >= ARRIVED_BY => Ruling::Failed,
        // Somebody may have renamed it before anybody looked.
        Seen::Unnamed if age >= ARRIVED_BY => {
            return Ruling::Never(
                "nothing new has its name, which does not show that it was not made: look for \
                 what was made at that time and has been renamed or deleted since",
            );
        }
        Seen::Made(None) | Seen::Unnamed | Seen::Unreadable => Ruling::Wait,
        Seen::State(now) => match verdict(tool, entry, now) {
            Verdict::Applied => Ruling::Applied {
                id: None,
                after: Some(now.clone()),
            },
            Verdict::Unchanged if tells_that_nothing_came(tool, entry) && age >= ARRIVED_BY => {
                Ruling::Failed
            }
            Verdict::Unchanged | Verdict::Undecided => Ruling::Wait,
        },
    };
    match ruling {
        Ruling::Wait if age >= NO_MORE => {
            Ruling::Never("the target read neither as before nor as intended for a whole day")
        }
        ruling => ruling,
    }
}

/// Whether a state as before proves that the write never arrived: its effect must be known, and
/// must not come later than the answer.
fn tells_that_nothing_came(tool: &Tool, entry: &Entry) -> bool {
    let foretold = entry.intent.as_ref().is_some_and(|it| it.to.is_some());
    foretold && tool.task.is_none()
}

impl Ruling {
    /// When the entry is looked at again; `None` when it is not.
    pub(super) fn next_look(&self, age: Duration) -> Option<Duration> {
        if *self != Self::Wait {
            return None;
        }
        let pause = (age / 2).clamp(SOON, SELDOM);
        // The look that may call it failed is due as soon as it may.
        Some(match ARRIVED_BY.checked_sub(age) {
            Some(left) if !left.is_zero() => pause.min(left),
            _ => pause,
        })
    }

    /// The entry with what was ruled.
    pub(super) fn apply(self, mut entry: Entry, now: Timestamp) -> Entry {
        let failure = |message: String| {
            Some(Failure {
                code: Code::UpstreamUnavailable,
                message,
            })
        };
        entry.looks = entry.looks.saturating_add(1);
        entry.settled_by = Some(SettledBy::Reconciler);
        match self {
            Self::Applied { id, after } => {
                entry.state = State::Applied;
                entry.after = after;
                if let (Some(id), Some(target)) = (id, &mut entry.target) {
                    target.id = Some(id);
                }
                entry.failure = None;
                for stage in &mut entry.stages {
                    stage.state = StageState::Applied;
                }
            }
            Self::Failed => {
                entry.state = State::Failed;
                entry.failure = failure(
                    "ten minutes later everything was still as before, with no sign of it"
                        .to_owned(),
                );
            }
            Self::Wait | Self::Never(_) => {
                if entry.state == State::Pending {
                    entry.failure =
                        failure("the server went away before the outcome was recorded".to_owned());
                }
                entry.state = State::Unknown;
                if let (Self::Never(why), Some(failure)) = (&self, &mut entry.failure)
                    && !failure.message.contains(why)
                {
                    failure.message = format!("{}; {why}", failure.message);
                }
            }
        }
        entry.closed_at = Some(now);
        entry
    }
}

#[cfg(test)]
mod tests;
