//! The gate between a permitted write and the journal.

use serde_json::Value;

use super::hold::Hold;
use super::plan::{PLAN_TTL, Plan, Preview};
use super::shelf::key;
use super::shown::Shown;
use super::stored::{Spent, Stored};
use crate::base::ids::{CloudId, OperationId, PlanId};
use crate::base::random::{RandomError, SharedRandom};
use crate::config::ConsentMode;
use crate::policy::Permitted;
use crate::store::vault::Vault;
use crate::store::{Step, StoreError};

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
    /// The plan is not there: never made, made by someone else, or too old.
    Unknown,
    /// The plan was committed already.
    Used {
        /// The operation that it became, where that is known.
        operation: Option<OperationId>,
    },
    /// The plan is for another tool, other arguments or another site.
    Other,
    /// The target changed since.
    Stale {
        /// The state of the preview, without what changes by itself.
        was: Value,
        /// The same now.
        is: Value,
    },
    /// A person has to agree to the plan, and has not.
    NotApproved,
    /// A person refused the plan.
    Refused,
}

impl Unmet {
    /// Whether a person's word is what is lacking.
    pub const fn wants_a_person(&self) -> bool {
        matches!(self, Self::NoPlan | Self::Stale { .. } | Self::NotApproved)
    }
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
/// [`Consent::settle`] and, for a step of a change set, [`Consent::step`] make one.
#[derive(Debug)]
pub struct Consented {
    pub(super) permitted: Box<Permitted>,
    pub(super) preview: Box<Preview>,
    /// Under which id it is to be recorded, where that was chosen before.
    pub(super) operation: Option<OperationId>,
    /// What must hold in the store when it is recorded.
    pub(super) guard: Vec<Step>,
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

    /// The id under which it is to be recorded, where that was chosen before.
    pub const fn operation(&self) -> Option<&OperationId> {
        self.operation.as_ref()
    }

    /// What must hold in the store when it is recorded.
    pub fn guard(&self) -> &[Step] {
        &self.guard
    }

    /// The same, to be recorded only if this holds as well.
    #[must_use]
    pub fn only_if(mut self, guard: Step) -> Self {
        self.guard.push(guard);
        self
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

    /// Decides. A plan that is committed is spent afterwards, so that a repeated request cannot
    /// write twice. `hold` has the locks of everything that the preview names since before its
    /// state was read, so that no other commit comes between the reading and the sending. What is
    /// `shown` is found out only if there is something to show: it may take reads of its own.
    ///
    /// # Errors
    /// [`ConsentError`] when a plan cannot be kept or looked up, or a lock is lacking; nothing may
    /// be written then.
    pub async fn settle(
        &self,
        permitted: Permitted,
        preview: Preview,
        shown: impl Future<Output = Shown> + Send,
        asked: &Asked,
        hold: &Hold,
    ) -> Result<Decision, ConsentError> {
        if asked.commit
            && let Some(name) = hold.lacks(&preview.names).first()
        {
            return Err(ConsentError::NotHeld((*name).to_owned()));
        }
        let unmet = match &asked.plan_id {
            _ if !asked.commit => None,
            Some(id) => match self.spend(id, &permitted, &preview).await? {
                Spending::Spent => return Ok(consented(permitted, preview)),
                Spending::Kept(plan, unmet) => {
                    let unmet = Some(unmet);
                    return Ok(Decision::Preview { plan, unmet });
                }
                Spending::Unmet(unmet) => Some(unmet),
            },
            None if self.mode == ConsentMode::Commit => {
                return Ok(consented(permitted, preview));
            }
            None => Some(Unmet::NoPlan),
        };
        let plan = Box::new(self.offer(&permitted, preview, shown.await).await?);
        Ok(Decision::Preview { plan, unmet })
    }

    /// Whether a person has to agree to each plan.
    pub fn asks_a_person(&self) -> bool {
        self.mode == ConsentMode::Approve
    }

    async fn spend(
        &self,
        id: &PlanId,
        permitted: &Permitted,
        preview: &Preview,
    ) -> Result<Spending, ConsentError> {
        let account = &permitted.principal().account;
        let Some(held) = self.vault.hold::<Stored>(&key(account, id)).await? else {
            return Ok(Spending::Unmet(Unmet::Unknown));
        };
        let plan = match held.value.clone() {
            Stored::Open(plan) => plan,
            Stored::Spent(Spent { operation, .. }) => {
                return Ok(Spending::Unmet(Unmet::Used { operation }));
            }
        };
        if !plan.is_for(account, permitted.tool().name, preview) {
            return Ok(Spending::Unmet(Unmet::Other));
        }
        if plan.is_refused() {
            return Ok(Spending::Kept(plan, Unmet::Refused));
        }
        if !plan.is_fresh(preview) {
            return Ok(Spending::Unmet(Unmet::Stale {
                was: plan.preview.state,
                is: preview.state.clone(),
            }));
        }
        if self.asks_a_person() && !plan.is_approved() {
            return Ok(Spending::Kept(plan, Unmet::NotApproved));
        }
        let steps = self.spending(&held, &plan)?;
        Ok(if self.vault.apply(steps).await? {
            Spending::Spent
        } else {
            Spending::Unmet(Unmet::Used { operation: None })
        })
    }

    async fn offer(
        &self,
        permitted: &Permitted,
        preview: Preview,
        shown: Shown,
    ) -> Result<Plan, ConsentError> {
        let now = self.vault.store().now();
        let plan = Plan {
            id: PlanId::random(self.random.as_ref())?,
            account: permitted.principal().account.clone(),
            client: permitted.principal().client.clone(),
            tool: permitted.tool().name.to_owned(),
            preview,
            shown,
            made_at: now,
            expires_at: now.plus(PLAN_TTL),
            verdict: None,
        };
        let steps = self.put_away(&plan).await?;
        self.vault.apply(steps).await?;
        Ok(plan)
    }
}

/// What became of a plan that was named.
enum Spending {
    /// It is spent, and the write may go on.
    Spent,
    /// It stays, and this is why.
    Kept(Box<Plan>, Unmet),
    /// It does not serve.
    Unmet(Unmet),
}

fn consented(permitted: Permitted, preview: Preview) -> Decision {
    Decision::Consented(Consented {
        permitted: Box::new(permitted),
        preview: Box::new(preview),
        operation: None,
        guard: Vec::new(),
    })
}
