//! Keeping change sets. What belongs to one person shares a slot in a cluster, so that a set, its
//! run and the journal's entries can be written in one step.

use std::time::Duration;

use super::record::{ChangeSet, Run, SetState};
use crate::base::ids::{AccountId, ChangeSetId, CloudId, PlanId};
use crate::base::random::{RandomError, SharedRandom};
use crate::store::keys::{self, Key, Kind};
use crate::store::vault::{Held, Vault, expect_absent, expect_held};
use crate::store::{Order, Span, Step, StoreError};

/// How often a set is read again when another call changed it in between.
const ATTEMPTS: u32 = 4;

/// Why a set could not be kept or used.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// The store.
    #[error("cannot keep or find the change set")]
    Store(#[from] StoreError),
    /// No randomness for its id.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// There is none of that id for this person.
    #[error("change set {0} is not among yours")]
    NoSuchSet(ChangeSetId),
    /// It takes no more changes.
    #[error("change set {id} is {state}")]
    NotOpen {
        /// The set.
        id: ChangeSetId,
        /// How it stands.
        state: SetState,
    },
    /// It is for another site.
    #[error("change set {0} is for another site")]
    OtherSite(ChangeSetId),
    /// Another call changed it at the same time.
    #[error("change set {0} is being changed by another call")]
    Contended(ChangeSetId),
}

/// The change sets of all persons, each seen by its owner only. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ChangeSets {
    vault: Vault,
    random: SharedRandom,
    ttl: Duration,
}

impl ChangeSets {
    /// Sets that are kept as long as the journal keeps its entries.
    pub const fn new(vault: Vault, random: SharedRandom, ttl: Duration) -> Self {
        Self { vault, random, ttl }
    }

    /// Starts a set.
    ///
    /// # Errors
    /// [`SetError`] when it cannot be kept.
    pub async fn start(&self, account: &AccountId, title: &str) -> Result<ChangeSet, SetError> {
        let set = ChangeSet {
            id: ChangeSetId::random(self.random.as_ref())?,
            account: account.clone(),
            title: title.to_owned(),
            made_at: self.vault.store().now(),
            tenant: None,
            state: SetState::Open,
            run: None,
        };
        let key = set_key(account, &set.id);
        let listed = Step::Append {
            index: keys::change_set_index(account.as_str()),
            score: set.made_at.0,
            member: set.id.as_str().to_owned(),
            ttl: Some(self.ttl),
        };
        let kept = self.vault.put_step(&key, &set, Some(self.ttl))?;
        self.vault
            .apply(vec![expect_absent(&key), kept, listed])
            .await?;
        Ok(set)
    }

    /// A set of this person.
    ///
    /// # Errors
    /// [`SetError`] when there is none, or the store does not answer.
    pub async fn get(&self, account: &AccountId, id: &ChangeSetId) -> Result<ChangeSet, SetError> {
        Ok(self.hold(account, id).await?.value)
    }

    /// The sets of this person, newest first.
    ///
    /// # Errors
    /// [`SetError`] when the store does not answer.
    pub async fn list(&self, account: &AccountId, most: usize) -> Result<Vec<ChangeSet>, SetError> {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: most,
            order: Order::Descending,
        };
        let index = keys::change_set_index(account.as_str());
        let mut sets = Vec::new();
        for found in self.vault.store().range(&index, span).await? {
            let key = set_key(account, &ChangeSetId::new(found.member));
            sets.extend(self.vault.get::<ChangeSet>(&key).await?);
        }
        Ok(sets)
    }

    /// Whether a change on this site may join the set.
    ///
    /// # Errors
    /// [`SetError`] says what stands in the way.
    pub async fn may_join(
        &self,
        account: &AccountId,
        id: &ChangeSetId,
        site: Option<&CloudId>,
    ) -> Result<(), SetError> {
        joinable(&self.get(account, id).await?, site)
    }

    /// Lets a change join the set, which thereby is for that site; gives what must still hold when
    /// the change is recorded.
    ///
    /// # Errors
    /// [`SetError`] says what stands in the way.
    pub async fn join(
        &self,
        account: &AccountId,
        id: &ChangeSetId,
        site: Option<&CloudId>,
    ) -> Result<Step, SetError> {
        for _ in 0..ATTEMPTS {
            let held = self.hold(account, id).await?;
            joinable(&held.value, site)?;
            if held.value.tenant.is_some() || site.is_none() {
                return Ok(expect_held(&set_key(account, id), &held));
            }
            let mut bound = held.value.clone();
            bound.tenant = site.cloned();
            self.swap(&held, &bound).await?;
        }
        Err(SetError::Contended(id.clone()))
    }

    /// Begins a run, and what is kept `beside` it: the set is under way from here on, and takes no
    /// other change.
    ///
    /// # Errors
    /// [`SetError`] when the set went on in another way, or the store does not answer.
    pub async fn begin(
        &self,
        set: &Held<ChangeSet>,
        run: &Run,
        beside: Vec<Step>,
    ) -> Result<(), SetError> {
        let (set_key, run_key) = (
            set_key(&run.account, &run.set),
            run_key(&run.account, &run.plan),
        );
        let mut running = set.value.clone();
        running.state = SetState::Running;
        running.run = Some(run.plan.clone());
        if run.tenant.is_some() {
            running.tenant.clone_from(&run.tenant);
        }
        let mut steps = vec![
            expect_held(&set_key, set),
            expect_absent(&run_key),
            self.vault.put_step(&set_key, &running, Some(self.ttl))?,
            self.vault.put_step(&run_key, run, Some(self.ttl))?,
        ];
        steps.extend(beside);
        if self.vault.apply(steps).await? {
            Ok(())
        } else {
            Err(SetError::Contended(run.set.clone()))
        }
    }

    /// The run of a plan, when that was begun.
    ///
    /// # Errors
    /// [`SetError`] when the store does not answer.
    pub async fn run(&self, account: &AccountId, plan: &PlanId) -> Result<Option<Run>, SetError> {
        Ok(self.vault.get(&run_key(account, plan)).await?)
    }

    /// What must hold when a step of a run is recorded: that this run, and no other, is under way.
    /// `None` when it is not.
    ///
    /// # Errors
    /// [`SetError`] when the store does not answer.
    pub async fn under_way(&self, run: &Run) -> Result<Option<Step>, SetError> {
        let held = self.hold(&run.account, &run.set).await?;
        Ok(is_of(&held.value, run).then(|| expect_held(&set_key(&run.account, &run.set), &held)))
    }

    /// Ends a run, and writes what belongs to that `beside` it; false, and nothing happens, when it is
    /// not under way.
    ///
    /// # Errors
    /// [`SetError`] when the store does not answer, or what is beside it is being changed.
    pub async fn end(&self, run: &Run, state: SetState, beside: &[Step]) -> Result<bool, SetError> {
        let key = set_key(&run.account, &run.set);
        for _ in 0..ATTEMPTS {
            let held = self.hold(&run.account, &run.set).await?;
            if !is_of(&held.value, run) {
                return Ok(false);
            }
            let mut ended = held.value.clone();
            ended.state = state;
            let mut steps = vec![
                expect_held(&key, &held),
                self.vault.put_step(&key, &ended, Some(self.ttl))?,
            ];
            steps.extend(beside.iter().cloned());
            if self.vault.apply(steps).await? {
                return Ok(true);
            }
        }
        Err(SetError::Contended(run.set.clone()))
    }

    /// A set that can be swapped.
    ///
    /// # Errors
    /// [`SetError`] when there is none, or the store does not answer.
    pub async fn hold(
        &self,
        account: &AccountId,
        id: &ChangeSetId,
    ) -> Result<Held<ChangeSet>, SetError> {
        let held = self.vault.hold(&set_key(account, id)).await?;
        held.ok_or_else(|| SetError::NoSuchSet(id.clone()))
    }

    async fn swap(&self, held: &Held<ChangeSet>, set: &ChangeSet) -> Result<bool, StoreError> {
        let key = set_key(&set.account, &set.id);
        self.vault.swap(&key, held, set, Some(self.ttl)).await
    }
}

fn joinable(set: &ChangeSet, site: Option<&CloudId>) -> Result<(), SetError> {
    if set.state != SetState::Open {
        return Err(SetError::NotOpen {
            id: set.id.clone(),
            state: set.state,
        });
    }
    match (&set.tenant, site) {
        (Some(own), Some(other)) if own != other => Err(SetError::OtherSite(set.id.clone())),
        _ => Ok(()),
    }
}

fn is_of(set: &ChangeSet, run: &Run) -> bool {
    set.state == SetState::Running && set.run.as_ref() == Some(&run.plan)
}

fn set_key(account: &AccountId, id: &ChangeSetId) -> Key {
    Key::new(Kind::ChangeSet, id.as_str(), account.as_str())
}

fn run_key(account: &AccountId, plan: &PlanId) -> Key {
    Key::new(Kind::SetRun, plan.as_str(), account.as_str())
}
