//! Writes whose fate nobody saw: their targets are looked at again until the journal and the site
//! agree, or until it is plain that nobody will ever know. It reads, and never sends a write.

mod ruling;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};

use self::ruling::{Seen, rule};
use super::dispatcher::Dispatcher;
use super::predict::present_read;
use super::snapshot::Reading;
use super::traces::{Made, is_nameless};
use super::turn::Turn;
use super::undo;
use crate::audit::Channel;
use crate::base::clock::Timestamp;
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::base::ids::{AccountId, OperationId};
use crate::catalog;
use crate::catalog::model::Tool;
use crate::grants::Access;
use crate::journal::{Entry, State};
use crate::store::StoreError;

pub(super) use self::ruling::verdict;

/// No call runs longer, so what is open for longer has lost the process that would close it.
pub(super) const LONGEST_CALL: Duration = Duration::from_mins(2);
/// What a look may take.
const LOOK: Duration = Duration::from_secs(15);
/// What runs on under a job, or is being undone, is not looked at from here; it comes round this
/// often.
const OF_OTHERS: Duration = Duration::from_mins(30);
/// Of so many times the entries that a round may look at it takes the names, so that those of a
/// person whose budget is used up do not keep the others waiting.
pub(super) const AHEAD: usize = 5;

/// What a round of looking has brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries that were looked at.
    pub looked: u32,
    /// Found to be done.
    pub applied: u32,
    /// Found to be not done.
    pub failed: u32,
    /// Still not known.
    pub unknown: u32,
    /// Marks of entries that are closed or gone.
    pub gone: u32,
    /// Left for another round: the budget for looks that nobody asks for is used up.
    pub left: u32,
}

impl Dispatcher {
    /// Looks at up to `most` writes whose fate is not known, with the grants of those who made them.
    /// To be called at the start and now and then; several replicas may do so at once.
    pub async fn reconcile(&self, most: usize) -> Tally {
        let mut tally = Tally::default();
        let now = self.parts().clock.now();
        let due = match self
            .parts()
            .journal
            .due(before(now, LONGEST_CALL), most.saturating_mul(AHEAD))
            .await
        {
            Ok(due) => due,
            Err(error) => {
                unlooked(&error);
                return tally;
            }
        };
        let mut spent = BTreeSet::new();
        for (account, id) in due {
            if usize::try_from(tally.looked).is_ok_and(|looked| looked >= most) {
                break;
            }
            if spent.contains(&account) {
                tally.left += 1;
                continue;
            }
            match self.reconcile_one(&account, &id, &mut tally).await {
                Ok(true) => {}
                // It keeps its place among those that are due.
                Ok(false) => {
                    tally.left += 1;
                    spent.insert(account);
                }
                Err(error) => unlooked(&error),
            }
        }
        if tally != Tally::default() {
            tracing::info!(
                looked = tally.looked,
                applied = tally.applied,
                failed = tally.failed,
                unknown = tally.unknown,
                gone = tally.gone,
                left = tally.left,
                "open journal entries were looked at"
            );
        }
        tally
    }

    /// Looks at one entry; false when the budget of its owner, or of the site, has no place for it.
    async fn reconcile_one(
        &self,
        account: &AccountId,
        id: &OperationId,
        tally: &mut Tally,
    ) -> Result<bool, StoreError> {
        let journal = &self.parts().journal;
        let entry = journal.get(account, id).await?;
        let Some(entry) = entry.filter(|entry| is_open(entry.state)) else {
            tally.gone += 1;
            journal.look_no_more(account, id).await?;
            return Ok(true);
        };
        // What is being undone will read as before because of that.
        if runs_on(&entry) || entry.reverted_by.is_some() {
            let later = self.parts().clock.now().plus(OF_OTHERS);
            journal.look_later(account, id, later).await?;
            return Ok(true);
        }
        if !journal.claim_look(account, id).await? {
            return Ok(true);
        }
        let limits = &self.parts().limits;
        if !limits.spare(account, entry.tenant.as_ref()).await {
            journal.end_look(account, id).await?;
            return Ok(false);
        }
        let access = self.access_by_grant(&entry).await;
        let settled = self
            .settle_one(entry, access.as_ref(), Deadline::within(LOOK))
            .await;
        journal.end_look(account, id).await?;
        tally.looked += 1;
        match settled?.state {
            State::Applied | State::Reverted => tally.applied += 1,
            State::Failed => tally.failed += 1,
            State::Unknown | State::Pending => tally.unknown += 1,
        }
        Ok(true)
    }

    /// What the person left, while this deployment still offers the tool.
    async fn access_by_grant(&self, entry: &Entry) -> Option<Access> {
        let parts = self.parts();
        let tool = catalog::tool(&entry.tool).filter(|tool| parts.policy.enabled(tool))?;
        parts
            .grants
            .access_for(&entry.account, tool, entry.tenant.as_ref())
            .await
            .inspect_err(|fault| tracing::info!(operation = %entry.id, %fault, "cannot look yet"))
            .ok()
    }

    /// Looks at the target of an open entry and writes down what that decides; gives the entry as
    /// it stands then. Without access, only its age is judged.
    ///
    /// # Errors
    /// [`StoreError`]; the entry stays as it is.
    pub(super) async fn settle_one(
        &self,
        entry: Entry,
        access: Option<&Access>,
        deadline: Deadline,
    ) -> Result<Entry, StoreError> {
        let parts = self.parts();
        let (from, now) = (entry.state, parts.clock.now());
        let age = entry.opened_at.until(now);
        let ruling = match catalog::tool(&entry.tool) {
            None => rule(None, &entry, &Seen::Nothing, age),
            Some(tool) => {
                let seen = match access {
                    Some(access) => self.look_at(tool, &entry, access, deadline).await,
                    None => Seen::Unreadable,
                };
                rule(Some(tool), &entry, &seen, age)
            }
        };
        let next = ruling.next_look(age);
        let settled = parts.journal.conclude(ruling.apply(entry, now)).await?;
        let (account, id) = (&settled.account, &settled.id);
        if let (false, Some(locked)) = (is_open(settled.state), &settled.lock) {
            // Nothing of it can arrive any more.
            let consent = &parts.consent;
            consent.give_back(settled.tenant.as_ref(), locked).await;
        }
        if is_open(settled.state) {
            match next {
                Some(pause) => {
                    let moment = before(now.plus(pause), LONGEST_CALL);
                    parts.journal.look_later(account, id, moment).await?;
                }
                None => parts.journal.look_no_more(account, id).await?,
            }
        }
        if settled.state != from {
            self.note_reconciled(&settled, from);
        }
        Ok(settled)
    }

    async fn look_at(
        &self,
        tool: &'static Tool,
        entry: &Entry,
        access: &Access,
        deadline: Deadline,
    ) -> Seen {
        if is_nameless(tool, entry) {
            return match self
                .made(tool, entry, Reading::unasked(access, deadline))
                .await
            {
                Made::One { id, after } => Seen::Made(Some((id, after))),
                Made::Nothing => Seen::Made(None),
                Made::Unnamed => Seen::Unnamed,
                Made::Several => Seen::Several,
                Made::Unreadable => Seen::Unreadable,
                Made::Untold => Seen::Nothing,
            };
        }
        match self.state_now(tool, entry, access, deadline).await {
            Some(Ok(state)) => Seen::State(state),
            Some(Err(fault)) => {
                tracing::info!(operation = %entry.id, %fault, "the target could not be read again");
                Seen::Unreadable
            }
            None => Seen::Nothing,
        }
    }

    /// The present state of what an entry changed, null when there is nothing; `None` when the tool
    /// has no read that shows it.
    async fn state_now(
        &self,
        tool: &'static Tool,
        entry: &Entry,
        access: &Access,
        deadline: Deadline,
    ) -> Option<Result<Value, Fault>> {
        let read = present_read(tool)?;
        // What a revert is about was made by the write that it undoes.
        let undone = match &entry.reverts {
            Some(id) => match self.entry(&entry.account, id).await {
                Ok(undone) => Some(undone),
                Err(fault) => return Some(Err(fault)),
            },
            None => None,
        };
        let maker = undone.as_ref().unwrap_or(entry);
        let facts = undo::facts(maker, self.parts().org_id.as_deref());
        let by = Reading::unasked(access, deadline);
        Some(self.present(tool, read, &facts, by).await)
    }

    pub(super) fn note_reconciled(&self, entry: &Entry, from: State) {
        let facts = json!({
            "account": entry.account,
            "operation_id": entry.id,
            "tool": entry.tool,
            "from": from,
            "to": entry.state,
        });
        let facts = facts.as_object().cloned().unwrap_or_else(Map::new);
        let channel = Channel::of(catalog::tool(&entry.tool));
        self.parts().audit.event(channel, "RECONCILED", facts);
    }
}

impl Turn {
    /// An entry of the caller's own, looked at again now when its fate is not known. What stands in
    /// the way of a look is not the caller's fault: the entry is given as it is then.
    pub async fn looked_at(&self, entry: Entry) -> Entry {
        let parts = self.dispatcher.parts();
        let age = entry.opened_at.until(parts.clock.now());
        let lost = entry.state == State::Unknown || age >= LONGEST_CALL;
        let of_others = runs_on(&entry) || entry.reverted_by.is_some();
        if !lost || !is_open(entry.state) || of_others {
            return entry;
        }
        let Some(tool) = catalog::tool(&entry.tool) else {
            return entry;
        };
        if parts.policy.may_follow(self.principal(), tool).is_err() {
            return entry;
        }
        let (account, id) = (entry.account.clone(), entry.id.clone());
        if !matches!(parts.journal.claim_look(&account, &id).await, Ok(true)) {
            return entry;
        }
        let as_it_is = entry.clone();
        let settled = match self.access_of(tool, entry.tenant.as_ref()).await {
            Ok(access) => {
                let deadline = self.deadline().at_most(LOOK);
                let settled = self.dispatcher.settle_one(entry, Some(&access), deadline);
                settled.await.inspect_err(unlooked).unwrap_or(as_it_is)
            }
            Err(fault) => {
                tracing::info!(operation = %id, %fault, "cannot look now");
                as_it_is
            }
        };
        if let Err(error) = parts.journal.end_look(&account, &id).await {
            unlooked(&error);
        }
        settled
    }
}

fn unlooked(error: &StoreError) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "open journal entries could not be looked at"
    );
}

const fn is_open(state: State) -> bool {
    matches!(state, State::Pending | State::Unknown)
}

/// Whether the work goes on at Atlassian under a job, which closes the entry.
fn runs_on(entry: &Entry) -> bool {
    entry.state == State::Pending && entry.task.is_some()
}

fn before(moment: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp(moment.0.saturating_sub(span))
}
