//! Locks on what is being changed: of two commits on one thing, one goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::gate::{Consent, ConsentError};
use crate::base::ids::{CloudId, uuid};
use crate::store::keys::{Key, Kind, digest};
use crate::store::vault::{Vault, delete_step, expect_absent, expect_held};
use crate::store::{Step, StoreError};

/// How long a lock outlives a process that cannot release it. Longer than a call lasts, so that no
/// lock ends while its write is on its way.
pub const HOLD_TTL: Duration = Duration::from_mins(1);
/// Whose keys the locks of the organisation's endpoints are.
const ORGANISATION: &str = "organisation";

/// What a lock holds: who took it, so that nobody releases another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lock {
    token: String,
}

/// What a commit has locked, as the journal keeps it with the write: whoever settles what became of
/// that write gives back these locks and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    token: String,
    names: Vec<String>,
}

/// The locks of one commit. What is not released by [`Hold::release`] is released when this is
/// dropped, and at the latest after [`HOLD_TTL`].
#[derive(Debug)]
pub struct Hold {
    /// By the name of what is locked.
    locks: BTreeMap<String, Key>,
    ground: Option<Ground>,
}

/// Where locks are kept, and under which token.
#[derive(Debug)]
struct Ground {
    vault: Vault,
    owner: String,
    token: String,
    /// The tokens of locks that may be taken over.
    over: Vec<String>,
}

impl Consent {
    /// Locks what these names stand for on a site; `None` when another commit has one of them.
    ///
    /// # Errors
    /// [`ConsentError`] when the store does not answer; nothing may be written then.
    pub async fn hold(
        &self,
        tenant: Option<&CloudId>,
        names: &[String],
    ) -> Result<Option<Hold>, ConsentError> {
        self.hold_over(tenant, names, &[]).await
    }

    /// As [`Consent::hold`], and takes over what these writes of unknown fate have left locked: for
    /// the undoing of one of them, which must not wait for itself.
    ///
    /// # Errors
    /// As [`Consent::hold`].
    pub async fn hold_over(
        &self,
        tenant: Option<&CloudId>,
        names: &[String],
        left: &[Locked],
    ) -> Result<Option<Hold>, ConsentError> {
        let ground = Ground {
            over: left.iter().map(|locked| locked.token.clone()).collect(),
            ..self.ground(tenant, uuid(self.random.as_ref())?)
        };
        let mut hold = Hold {
            locks: BTreeMap::new(),
            ground: Some(ground),
        };
        Ok(hold.add(names).await?.then_some(hold))
    }

    /// Gives back what a write had locked whose fate is settled by now. A lock that has passed to
    /// somebody else stays.
    pub async fn give_back(&self, tenant: Option<&CloudId>, locked: &Locked) {
        let ground = self.ground(tenant, locked.token.clone());
        let locks = locked.names.iter();
        let locks = locks.map(|name| (name.clone(), ground.key(name))).collect();
        ground.free(locks).await;
    }

    fn ground(&self, tenant: Option<&CloudId>, token: String) -> Ground {
        Ground {
            vault: self.vault.clone(),
            owner: tenant.map_or(ORGANISATION, CloudId::as_str).to_owned(),
            token,
            over: Vec::new(),
        }
    }
}

impl Hold {
    /// No lock: for a dry run, and for what nothing else can be changing.
    pub const fn nothing() -> Self {
        Self {
            locks: BTreeMap::new(),
            ground: None,
        }
    }

    /// What the journal keeps of it; `None` when nothing is locked.
    pub fn locked(&self) -> Option<Locked> {
        let ground = self.ground.as_ref().filter(|_| !self.locks.is_empty())?;
        Some(Locked {
            token: ground.token.clone(),
            names: self.locks.keys().cloned().collect(),
        })
    }

    /// The names that are not locked by this.
    pub fn lacks<'a>(&self, names: &'a [String]) -> Vec<&'a str> {
        let lacking = names.iter().filter(|name| !self.locks.contains_key(*name));
        lacking.map(String::as_str).collect()
    }

    /// Locks more names on the same site, all or none; false when another commit has one of them.
    ///
    /// # Errors
    /// [`ConsentError`] when the store does not answer.
    pub async fn add(&mut self, names: &[String]) -> Result<bool, ConsentError> {
        let new: BTreeSet<&str> = self.lacks(names).into_iter().collect();
        let Some(ground) = self.ground.as_ref().filter(|_| !new.is_empty()) else {
            return Ok(new.is_empty());
        };
        let locks: BTreeMap<String, Key> = new
            .into_iter()
            .map(|name| (name.to_owned(), ground.key(name)))
            .collect();
        let mut steps = Vec::new();
        for key in locks.values() {
            steps.push(ground.expect_free(key).await?);
        }
        for key in locks.values() {
            steps.push(ground.vault.put_step(key, &ground.lock(), Some(HOLD_TTL))?);
        }
        let won = ground.vault.apply(steps).await?;
        if won {
            self.locks.extend(locks);
        }
        Ok(won)
    }

    /// Begins the time of every lock anew; false when one of them was lost.
    ///
    /// # Errors
    /// [`ConsentError`] when the store does not answer.
    pub async fn renew(&mut self) -> Result<bool, ConsentError> {
        let Some(ground) = &self.ground else {
            return Ok(self.locks.is_empty());
        };
        let mut steps = Vec::new();
        for key in self.locks.values() {
            match ground.vault.hold::<Lock>(key).await? {
                Some(held) if held.value == ground.lock() => {
                    steps.push(expect_held(key, &held));
                    steps.push(ground.vault.put_step(key, &held.value, Some(HOLD_TTL))?);
                }
                _ => return Ok(false),
            }
        }
        Ok(ground.vault.apply(steps).await?)
    }

    /// Lets others go on.
    pub async fn release(mut self) {
        if let Some((ground, locks)) = self.take() {
            ground.free(locks).await;
        }
    }

    /// Leaves the locks to their time: for a write that may still arrive.
    pub fn leave(mut self) {
        drop(self.take());
    }

    fn take(&mut self) -> Option<(Ground, BTreeMap<String, Key>)> {
        Some((self.ground.take()?, mem::take(&mut self.locks)))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some((ground, locks)) = self.take()
            && !locks.is_empty()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { ground.free(locks).await });
        }
    }
}

impl Ground {
    fn key(&self, name: &str) -> Key {
        Key::new(Kind::Target, digest(name), self.owner.as_str())
    }

    fn lock(&self) -> Lock {
        Lock {
            token: self.token.clone(),
        }
    }

    /// That nobody has it, or only a lock that may be taken over.
    async fn expect_free(&self, key: &Key) -> Result<Step, StoreError> {
        if self.over.is_empty() {
            return Ok(expect_absent(key));
        }
        let held = self.vault.hold::<Lock>(key).await?;
        let left = held.filter(|held| self.over.contains(&held.value.token));
        Ok(left.map_or_else(|| expect_absent(key), |held| expect_held(key, &held)))
    }

    /// Removes the locks that still are its own.
    async fn free(&self, locks: BTreeMap<String, Key>) {
        for (name, key) in locks {
            if let Err(error) = self.free_one(&key).await {
                tracing::warn!(%error, name, "a lock stays until its time is over");
            }
        }
    }

    async fn free_one(&self, key: &Key) -> Result<(), StoreError> {
        if let Some(held) = self.vault.hold::<Lock>(key).await?
            && held.value == self.lock()
        {
            let steps = vec![expect_held(key, &held), delete_step(key)];
            self.vault.apply(steps).await?;
        }
        Ok(())
    }
}
