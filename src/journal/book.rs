//! Opening and closing entries. All keys of one atomic step belong to one account, so that they
//! share a slot in a cluster; the indexes over all accounts are written in steps of their own,
//! before the entry, because a member without an entry does no harm.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::closing::Closing;
use super::entry::{Entry, Object, Sent, State};
use super::recorded::Recorded;
use super::rules::{after_revert, is_known, may_replace};
use super::stage::Stage;
use crate::base::ids::{AccountId, OperationId};
use crate::base::random::{RandomError, SharedRandom};
use crate::consent::{Consented, Locked};
use crate::projection::prediction::Prediction;
use crate::store::due::member;
use crate::store::keys::{self, Key, Kind};
use crate::store::vault::{Vault, expect_absent, expect_held};
use crate::store::{Durability, Step, StoreError};

/// How often a closing entry is tried again, with a doubling pause in between: 16 s in all. What is
/// still open then is settled by looking at the target.
const CLOSE_ATTEMPTS: u32 = 6;
/// The first pause between two attempts to close.
const CLOSE_PAUSE: Duration = Duration::from_millis(250);
/// How often a claim is read again when another write came between.
const CLAIM_ATTEMPTS: u32 = 4;

/// Why an entry could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store; nothing may be sent.
    #[error("cannot record the operation")]
    Store(#[from] StoreError),
    /// No randomness for its id.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// What is to be undone is not there.
    #[error("operation {0} is not in the journal")]
    NoSuchEntry(OperationId),
    /// What is to be undone is not in a state that can be.
    #[error("operation {id} is {state}{}", by.as_ref().map(|by| format!(" and undone by {by}")).unwrap_or_default())]
    NotRevertible {
        /// The entry.
        id: OperationId,
        /// Its state.
        state: State,
        /// What undoes it already.
        by: Option<OperationId>,
    },
    /// Its fate was recorded while it was on its way.
    #[error("operation {0} is closed")]
    Closed(OperationId),
    /// Another entry has its id.
    #[error("operation id {0} is taken")]
    Taken(OperationId),
    /// What was to hold when it was recorded held no longer.
    #[error("the change set of operation {0} has moved on")]
    Overtaken(OperationId),
}

/// What is recorded of a write before it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What is changed.
    pub target: Option<Object>,
    /// The tool's own arguments.
    pub arguments: Map<String, Value>,
    /// The requests that will leave.
    pub requests: Vec<Sent>,
    /// Their stages, when there are several; the first is about to be sent.
    pub stages: Vec<Stage>,
    /// The state before, as it was read.
    pub before: Value,
    /// What is meant to change.
    pub intent: Option<Prediction>,
    /// The ids of what looks like it already, for a creation.
    pub traces: Option<Vec<String>>,
    /// What its commit has locked.
    pub lock: Option<Locked>,
}

/// The journal.
#[derive(Debug, Clone)]
pub struct Journal {
    pub(super) vault: Vault,
    random: SharedRandom,
    pub(super) ttl: Duration,
    closers: Arc<TaskTracker>,
    /// Ends the attempts to close.
    stop: CancellationToken,
}

impl Journal {
    /// A journal whose entries live for `ttl`.
    pub fn new(vault: Vault, random: SharedRandom, ttl: Duration) -> Self {
        Self {
            vault,
            random,
            ttl,
            closers: Arc::new(TaskTracker::new()),
            stop: CancellationToken::new(),
        }
    }

    /// Records a write, durably, before it is sent. A revert claims what it undoes in the same
    /// step, so that of two reverts one is recorded.
    ///
    /// # Errors
    /// [`JournalError`]: nothing is recorded and nothing may be sent.
    pub async fn open(&self, consented: Consented, draft: Draft) -> Result<Recorded, JournalError> {
        let permitted = consented.permitted();
        let id = match consented.operation() {
            Some(chosen) => chosen.clone(),
            None => OperationId::random(self.random.as_ref())?,
        };
        let entry = Entry {
            id,
            account: permitted.principal().account.clone(),
            client: permitted.principal().client.clone(),
            tool: permitted.tool().name.to_owned(),
            tenant: consented.tenant().cloned(),
            target: draft.target,
            arguments: draft.arguments,
            requests: draft.requests,
            stages: draft.stages,
            before: draft.before,
            after: None,
            result: None,
            opened_at: self.vault.store().now(),
            closed_at: None,
            state: State::Pending,
            status: None,
            task: None,
            failure: None,
            reverts: consented.reverts().cloned(),
            reverted_by: None,
            change_set: consented.change_set().map(str::to_owned),
            intent: draft.intent,
            traces: draft.traces,
            lock: draft.lock,
            settled_by: None,
            looks: 0,
        };
        self.announce(&entry).await?;
        let guard = consented.guard();
        match &entry.reverts {
            None if self.write(self.first(&entry, guard)?).await? => {}
            None => return Err(self.not_first(&entry).await?),
            Some(original) => self.claim(original, &entry, guard).await?,
        }
        Ok(Recorded::new(permitted.tool(), entry))
    }

    /// Puts the entry into the indexes over all accounts.
    async fn announce(&self, entry: &Entry) -> Result<(), JournalError> {
        for index in [keys::JOURNAL_OPEN, keys::JOURNAL_ALL] {
            let step = self.indexed(index.to_owned(), entry);
            self.write(vec![step]).await?;
        }
        Ok(())
    }

    fn indexed(&self, index: String, entry: &Entry) -> Step {
        Step::Append {
            index,
            score: entry.opened_at.0,
            member: member(&entry.account, &entry.id),
            ttl: Some(self.ttl),
        }
    }

    /// What records an entry, if `guard` holds; its keys are those of the same person.
    fn first(&self, entry: &Entry, guard: &[Step]) -> Result<Vec<Step>, StoreError> {
        let key = key(&entry.account, &entry.id);
        let account = entry.account.as_str();
        let mut steps = guard.to_vec();
        steps.extend([
            expect_absent(&key),
            self.vault.put_step(&key, entry, Some(self.ttl))?,
            self.indexed(keys::journal_index(account), entry),
        ]);
        if let Some(set) = &entry.change_set {
            steps.push(self.indexed(keys::journal_set_index(account, set), entry));
        }
        Ok(steps)
    }

    /// Why an entry was not recorded: it is there already, or its guard did not hold.
    async fn not_first(&self, entry: &Entry) -> Result<JournalError, StoreError> {
        let there = self.get(&entry.account, &entry.id).await?.is_some();
        Ok(if there {
            JournalError::Taken(entry.id.clone())
        } else {
            JournalError::Overtaken(entry.id.clone())
        })
    }

    /// Whether the fate of an entry is unknown: an undo of which that is so may be tried again,
    /// for the target is compared with what the original left before anything is sent.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn is_unknown(
        &self,
        account: &AccountId,
        id: &OperationId,
    ) -> Result<bool, StoreError> {
        let entry = self.get(account, id).await?;
        Ok(entry.is_some_and(|entry| entry.state == State::Unknown))
    }

    async fn claim(
        &self,
        original: &OperationId,
        entry: &Entry,
        guard: &[Step],
    ) -> Result<(), JournalError> {
        let key = key(&entry.account, original);
        for _ in 0..CLAIM_ATTEMPTS {
            let held = self
                .vault
                .hold::<Entry>(&key)
                .await?
                .ok_or_else(|| JournalError::NoSuchEntry(original.clone()))?;
            let mut claimed = held.value.clone();
            let undone = match &claimed.reverted_by {
                Some(by) => !self.is_unknown(&entry.account, by).await?,
                None => false,
            };
            let half_way = claimed.state == State::Unknown && claimed.is_half_way();
            if !(claimed.state == State::Applied || half_way) || undone {
                return Err(JournalError::NotRevertible {
                    id: original.clone(),
                    state: claimed.state,
                    by: claimed.reverted_by,
                });
            }
            claimed.reverted_by = Some(entry.id.clone());
            let mut steps = vec![
                expect_held(&key, &held),
                self.vault.put_step(&key, &claimed, Some(self.ttl))?,
            ];
            steps.extend(self.first(entry, guard)?);
            if self.vault.apply(steps).await? {
                return Ok(());
            }
        }
        Err(self.not_first(entry).await?)
    }

    async fn write(&self, steps: Vec<Step>) -> Result<bool, StoreError> {
        self.vault.apply(steps).await
    }

    /// Writes the fate of a write. It never fails for the caller: what cannot be written now is
    /// tried again in the background.
    pub async fn close(&self, recorded: &Recorded, closing: Closing) {
        let entry = closing.close(recorded.entry(), self.vault.store().now());
        self.settle(entry).await;
    }

    /// Writes the fate of an entry whose work ran on after the call.
    pub async fn settle(&self, entry: Entry) {
        let Err(error) = self.finish(&entry).await else {
            return;
        };
        tracing::error!(operation = %entry.id, %error, "cannot close the journal entry, trying again");
        let journal = self.clone();
        self.closers.spawn(async move {
            let stop = journal.stop.clone();
            tokio::select! {
                () = journal.finish_later(&entry) => {}
                () = stop.cancelled() => {
                    tracing::error!(operation = %entry.id, "the server ends; the journal entry stays open");
                }
            }
        });
    }

    async fn finish_later(&self, entry: &Entry) {
        let mut pause = CLOSE_PAUSE;
        for _ in 0..CLOSE_ATTEMPTS {
            tokio::time::sleep(pause).await;
            if self.finish(entry).await.is_ok() {
                return;
            }
            pause *= 2;
        }
        tracing::error!(operation = %entry.id, "the journal entry stays open until its target is looked at");
    }

    /// Waits until no entry waits to be closed, but no longer than `limit`; for the end of the
    /// server. What could not be closed stays open in the store, where the next server finds it.
    pub async fn drain(&self, limit: Duration) {
        self.closers.close();
        if tokio::time::timeout(limit, self.closers.wait())
            .await
            .is_err()
        {
            self.stop.cancel();
            self.closers.wait().await;
        }
    }

    pub(super) async fn finish(&self, entry: &Entry) -> Result<(), StoreError> {
        let own = key(&entry.account, &entry.id);
        loop {
            let present = self.vault.hold::<Entry>(&own).await?;
            if let Some(held) = &present
                && !may_replace(&held.value, entry)
            {
                break;
            }
            let mut entry = entry.clone();
            if let Some(held) = &present {
                // Who is undoing it may have come since.
                entry.reverted_by.clone_from(&held.value.reverted_by);
            }
            let mut steps = vec![
                present.map_or_else(|| expect_absent(&own), |held| expect_held(&own, &held)),
                self.vault.put_step(&own, &entry, Some(self.ttl))?,
            ];
            if let Some(original) = &entry.reverts {
                let key = key(&entry.account, original);
                if let Some(held) = self.vault.hold::<Entry>(&key).await? {
                    let settled = after_revert(&held.value, &entry);
                    steps.push(expect_held(&key, &held));
                    steps.push(self.vault.put_step(&key, &settled, Some(self.ttl))?);
                }
            }
            if self.vault.apply(steps).await? {
                break;
            }
        }
        if is_known(entry.state) {
            let gone = Step::Remove {
                index: keys::JOURNAL_OPEN.to_owned(),
                member: member(&entry.account, &entry.id),
            };
            self.vault
                .store()
                .apply(Durability::Relaxed, vec![gone])
                .await?;
        }
        Ok(())
    }
}

/// The key of an entry.
pub(super) fn key(account: &AccountId, id: &OperationId) -> Key {
    Key::new(Kind::Journal, id.as_str(), account.as_str())
}
