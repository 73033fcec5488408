//! The model of the journal: what each operation was meant to do, what became of it, and what
//! undoing it would do.

use std::collections::BTreeMap;
use std::time::Duration;

use super::tenant::{Cells, Kind, Tenant, Thing};

/// From this age on an operation without an outcome has lost its server.
const LONGEST_CALL: Duration = Duration::from_mins(2);
/// From this age on what is not there will not come any more.
const ARRIVED_BY: Duration = Duration::from_mins(10);
/// How long a lock stands that nobody gives back.
const LOCKED: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Applied,
    Failed,
    Unknown,
    Reverted,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Reverted => "reverted",
        }
    }

    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Unknown)
    }
}

/// What an operation is meant to do to its thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Intent {
    /// Make it; it can be found again only where the answer named it.
    Make(Cells),
    /// Take it away, for good.
    Remove(Cells),
    /// Take away what was made.
    Unmake(Cells),
    /// Give all its cells these texts instead of those.
    Change { from: Cells, to: Cells },
}

/// One operation.
#[derive(Debug, Clone)]
pub(super) struct Op {
    pub(super) id: String,
    /// `None` for what was made when nobody saw the answer.
    pub(super) thing: Option<Thing>,
    /// What it made, whoever saw it.
    pub(super) made: Option<Thing>,
    pub(super) intent: Intent,
    pub(super) state: State,
    pub(super) reverts: Option<usize>,
    pub(super) reverted_by: Option<usize>,
    pub(super) opened_at: Duration,
}

/// What taking an operation back comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undo {
    /// These cells get these texts.
    Set(Cells),
    /// What was made goes.
    Unmake,
}

/// Every operation so far, and what is locked.
#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) ops: Vec<Op>,
    /// By which operation, and until when.
    locks: BTreeMap<Thing, (usize, Duration)>,
}

impl Journal {
    /// Records an operation; one that undoes another claims it.
    pub(super) fn open(&mut self, op: Op) -> usize {
        let at = self.ops.len();
        if let Some(original) = op.reverts {
            self.ops[original].reverted_by = Some(at);
        }
        self.ops.push(op);
        at
    }

    /// What became of an operation.
    pub(super) fn settle(&mut self, at: usize, state: State) {
        self.ops[at].state = state;
        if !state.is_open() {
            self.locks.retain(|_, (by, _)| *by != at);
        }
        let Some(original) = self.ops[at].reverts else {
            return;
        };
        let original = &mut self.ops[original];
        let claimed = original.reverted_by == Some(at);
        let free = original.reverted_by.is_none() && original.state == State::Applied;
        match state {
            State::Applied if claimed || free => {
                original.state = State::Reverted;
                original.reverted_by = Some(at);
            }
            State::Failed if claimed => original.reverted_by = None,
            _ => {}
        }
    }

    /// What an operation without an outcome turns out to be by looking at its thing now.
    pub(super) fn ruling(&self, at: usize, tenant: &Tenant, now: Duration) -> State {
        let op = &self.ops[at];
        let age = now.checked_sub(op.opened_at).unwrap();
        if !op.state.is_open() || (op.state == State::Pending && age < LONGEST_CALL) {
            return op.state;
        }
        let Some(present) = op.thing.as_ref().and_then(|thing| tenant.things.get(thing)) else {
            // What only had to go is gone; of a filter that was to be changed, Jira says what it says
            // of a wrong request.
            return match &op.intent {
                Intent::Remove(_) | Intent::Unmake(_) if op.thing.is_some() => State::Applied,
                _ => State::Unknown,
            };
        };
        let (from, to) = match &op.intent {
            Intent::Make(_) => return State::Unknown,
            Intent::Remove(from) | Intent::Unmake(from) => (from, None),
            Intent::Change { from, to } => (from, Some(to)),
        };
        if to == Some(present) {
            State::Applied
        } else if from == present && age >= ARRIVED_BY {
            State::Failed
        } else {
            State::Unknown
        }
    }

    /// What undoing does, where it is not refused.
    pub(super) fn undo(&self, at: usize, overwrite: bool, tenant: &Tenant) -> Option<Undo> {
        let op = &self.ops[at];
        let free = op
            .reverted_by
            .is_none_or(|by| self.ops[by].state == State::Unknown);
        if op.state != State::Applied || !free {
            return None;
        }
        let thing = op.thing.as_ref()?;
        let present = tenant.things.get(thing)?;
        let (from, to) = match &op.intent {
            Intent::Make(made) => {
                return (made == present || overwrite).then_some(Undo::Unmake);
            }
            Intent::Remove(_) | Intent::Unmake(_) => return None,
            Intent::Change { from, to } => (from, to),
        };
        let mut back = Cells::new();
        for (name, was) in from.iter().filter(|(name, was)| to[*name] != **was) {
            let is = &present[name];
            // A member is put back or taken out, and there is nothing third.
            let clash = is != &to[name] && is != was && thing.kind != Kind::Members;
            if clash && !overwrite {
                return None;
            }
            if is != was {
                back.insert(name.clone(), was.clone());
            }
        }
        (!back.is_empty()).then_some(Undo::Set(back))
    }

    pub(super) fn lock(&mut self, thing: &Thing, at: usize, now: Duration) {
        self.locks.insert(thing.clone(), (at, now + LOCKED));
    }

    pub(super) fn unlock(&mut self, thing: &Thing) {
        self.locks.remove(thing);
    }

    /// Whether a thing is locked for the undoing of `of`, or for anything else. An undo takes over
    /// what an earlier undo of the same operation has left when nobody knows its fate.
    pub(super) fn is_locked(&self, thing: &Thing, of: Option<usize>, now: Duration) -> bool {
        let earlier = of.and_then(|of| self.ops[of].reverted_by);
        let earlier = earlier.filter(|by| self.ops[*by].state == State::Unknown);
        let lock = self.locks.get(thing);
        lock.is_some_and(|(by, until)| now < *until && earlier != Some(*by))
    }
}
