//! The gate between a permitted write and the journal.

use serde_json::Value;

use super::hold::Hold;
use super::plan::{PLAN_TTL, Plan, Preview};
use super::shown::Shown;
use crate::auth::Principal;
use crate::base::ids::{AccountId, CloudId, OperationId, PlanId};
use crate::base::random::{RandomError, SharedRandom};
use crate::config::ConsentMode;
use crate::policy::Permitted;
use crate::projection::changes;
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};
use crate::store::vault::Vault;

/// Why a plan could not be kept or looked up.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The store.
    #[error("cannot keep or find the plan")]
    Store(#[from] StoreError),
    /// No randomness for an id.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// What is to be changed is not locked by this commit.
    #[error("{0:?} is not locked")]
    NotHeld(String),
}

/// What the caller asked for besides the write itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `commit: true`.
    pub commit: bool,
    /// The plan that is committed.
    pub plan_id: Option<PlanId>,
}

/// Why a commit was answered with a preview.
#[derive(Debug, Clone, PartialEq)]
pub enum Unmet {
    /// No plan was named, and this server demands one.
    NoPlan,
    /// The plan is not there: never made, made by someone else, used, or too old.
    Unknown,
    /// The plan is for another tool, other arguments or another site.
    Other,
    /// The target changed since.
    Stale {
        /// RFC 6902 patch from the state of the preview to the present one.
        changed: Value,
    },
}

/// The outcome at the gate.
#[derive(Debug)]
pub enum Decision {
    /// Show this, and write nothing.
    Preview {
        /// What a commit may name.
        plan: Box<Plan>,
        /// Why, when a commit was asked for.
        unmet: Option<Unmet>,
    },
    /// Go on.
    Consented(Consented),
}

/// Proof that the caller saw what they commit, or that the operator waived it. Only
/// [`Consent::settle`] makes one.
#[derive(Debug)]
pub struct Consented {
    permitted: Box<Permitted>,
    preview: Box<Preview>,
}

impl Consented {
    /// What was permitted.
    pub const fn permitted(&self) -> &Permitted {
        &self.permitted
    }

    /// The site that was looked at.
    pub const fn tenant(&self) -> Option<&CloudId> {
        self.preview.tenant.as_ref()
    }

    /// The operation that this undoes.
    pub const fn reverts(&self) -> Option<&OperationId> {
        self.preview.reverts.as_ref()
    }

    /// The change set that this joins.
    pub fn change_set(&self) -> Option<&str> {
        self.preview.change_set.as_deref()
    }
}

/// Keeps plans and decides on commits.
#[derive(Debug, Clone)]
pub struct Consent {
    pub(super) vault: Vault,
    pub(super) random: SharedRandom,
    mode: ConsentMode,
}

impl Consent {
    /// A gate of this mode.
    pub const fn new(vault: Vault, random: SharedRandom, mode: ConsentMode) -> Self {
        Self {
            vault,
            random,
            mode,
        }
    }

    /// Decides. A plan that is committed is gone afterwards, so that a repeated request cannot
    /// write twice. `hold` has the locks of everything that the preview names since before its
    /// state was read, so that no other commit comes between the reading and the sending.
    ///
    /// # Errors
    /// [`ConsentError`] when a plan cannot be kept or looked up, or a lock is lacking; nothing may
    /// be written then.
    pub async fn settle(
        &self,
        permitted: Permitted,
        preview: Preview,
        shown: Shown,
        asked: &Asked,
        hold: &Hold,
    ) -> Result<Decision, ConsentError> {
        if asked.commit
            && let Some(name) = hold.lacks(&preview.names).first()
        {
            return Err(ConsentError::NotHeld((*name).to_owned()));
        }
        let account = &permitted.principal().account;
        let unmet = if !asked.commit {
            None
        } else if let Some(id) = &asked.plan_id {
            match self.spend(account, id, &permitted, &preview).await? {
                None => return Ok(consented(permitted, preview)),
                unmet => unmet,
            }
        } else if self.mode == ConsentMode::Commit {
            return Ok(consented(permitted, preview));
        } else {
            Some(Unmet::NoPlan)
        };
        let plan = Box::new(self.offer(&permitted, preview, shown).await?);
        Ok(Decision::Preview { plan, unmet })
    }

    /// A plan of this caller.
    ///
    /// # Errors
    /// [`ConsentError`] when the store does not answer.
    pub async fn plan(
        &self,
        principal: &Principal,
        id: &PlanId,
    ) -> Result<Option<Plan>, ConsentError> {
        Ok(self.vault.get(&key(&principal.account, id)).await?)
    }

    async fn spend(
        &self,
        account: &AccountId,
        id: &PlanId,
        permitted: &Permitted,
        preview: &Preview,
    ) -> Result<Option<Unmet>, ConsentError> {
        let key = key(account, id);
        let Some(held) = self.vault.hold::<Plan>(&key).await? else {
            return Ok(Some(Unmet::Unknown));
        };
        if !held.value.is_for(account, permitted.tool().name, preview) {
            return Ok(Some(Unmet::Other));
        }
        if !held.value.is_fresh(preview) {
            let changed = changes::patch(&held.value.preview.state, &preview.state);
            return Ok(Some(Unmet::Stale { changed }));
        }
        let won = self.vault.delete_held(&key, &held).await?;
        Ok((!won).then_some(Unmet::Unknown))
    }

    async fn offer(
        &self,
        permitted: &Permitted,
        preview: Preview,
        shown: Shown,
    ) -> Result<Plan, ConsentError> {
        let now = self.vault.store().now();
        let account = permitted.principal().account.clone();
        let plan = Plan {
            id: PlanId::random(self.random.as_ref())?,
            tool: permitted.tool().name.to_owned(),
            preview,
            shown,
            made_at: now,
            expires_at: now.plus(PLAN_TTL),
            account,
        };
        let key = key(&plan.account, &plan.id);
        self.vault.put(&key, &plan, Some(PLAN_TTL)).await?;
        Ok(plan)
    }
}

fn consented(permitted: Permitted, preview: Preview) -> Decision {
    Decision::Consented(Consented {
        permitted: Box::new(permitted),
        preview: Box::new(preview),
    })
}

fn key(account: &AccountId, id: &PlanId) -> Key {
    Key::new(Kind::Plan, id.as_str(), account.as_str())
}
