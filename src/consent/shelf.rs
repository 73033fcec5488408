//! The plans of a person between preview and commit: found, listed, discarded, decided on.

use super::gate::{Consent, ConsentError};
use super::plan::{Plan, Verdict};
use super::stored::{Spent, Stored};
use crate::auth::Principal;
use crate::base::ids::{AccountId, OperationId, PlanId};
use crate::store::keys::{Key, Kind, plan_index};
use crate::store::vault::{Held, delete_step, expect_held};
use crate::store::{Durability, Order, Span, Step, StoreError};

/// How often a plan is read again when something else came between.
const ATTEMPTS: u32 = 4;
/// Most plans of one person that a list looks at.
const MOST: usize = 2000;
/// Most members that have expired and leave the index with one new plan.
const TRIMMED: usize = 16;

/// A part of a person's plans, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Plans {
    /// The plans.
    pub plans: Vec<Plan>,
    /// The last of these, when there are more after it.
    pub more: Option<PlanId>,
}

impl Consent {
    /// What stands under an id, for this person.
    ///
    /// # Errors
    /// [`ConsentError`] when the store does not answer.
    pub async fn look(
        &self,
        account: &AccountId,
        id: &PlanId,
    ) -> Result<Option<Stored>, ConsentError> {
        Ok(self.vault.get(&key(account, id)).await?)
    }

    /// A plan of this caller that can be committed.
    ///
    /// # Errors
    /// As [`Consent::look`].
    pub async fn plan(
        &self,
        principal: &Principal,
        id: &PlanId,
    ) -> Result<Option<Plan>, ConsentError> {
        let found = self.look(&principal.account, id).await?;
        Ok(found.and_then(Stored::open))
    }

    /// The plans of a person that can be committed and that `fits`, the newest first, from the one
    /// after `after`.
    ///
    /// # Errors
    /// As [`Consent::look`].
    pub async fn plans(
        &self,
        account: &AccountId,
        after: Option<&PlanId>,
        limit: usize,
        fits: impl Fn(&Plan) -> bool + Send + Sync,
    ) -> Result<Plans, ConsentError> {
        let span = Span {
            from: self.vault.store().now().0,
            to: i64::MAX,
            offset: 0,
            limit: MOST,
            order: Order::Descending,
        };
        let index = plan_index(account.as_str());
        let members = self.vault.store().range(&index, span).await?;
        let begin = after.map_or(0, |after| {
            let at = members.iter().position(|one| one.member == after.as_str());
            at.map_or(members.len(), |at| at + 1)
        });
        let mut plans: Vec<Plan> = Vec::new();
        for member in members.iter().skip(begin) {
            let found = self.look(account, &PlanId::new(&*member.member)).await?;
            let Some(plan) = found.and_then(Stored::open).filter(|plan| fits(plan)) else {
                continue;
            };
            if plans.len() == limit {
                let more = plans.last().map(|last| last.id.clone());
                return Ok(Plans { plans, more });
            }
            plans.push(plan);
        }
        Ok(Plans { plans, more: None })
    }

    /// Takes a plan away; gives it back when it was there.
    ///
    /// # Errors
    /// As [`Consent::look`].
    pub async fn discard(
        &self,
        account: &AccountId,
        id: &PlanId,
    ) -> Result<Option<Plan>, ConsentError> {
        let key = key(account, id);
        for _ in 0..ATTEMPTS {
            let Some((held, plan)) = self.held(&key).await? else {
                return Ok(None);
            };
            let steps = vec![
                expect_held(&key, &held),
                delete_step(&key),
                taken_out(account, id),
            ];
            if self.vault.apply(steps).await? {
                return Ok(Some(plan));
            }
        }
        Ok(None)
    }

    /// Writes down what a person says of a plan of their own; gives the plan as it is now, or
    /// nothing when it is not there any more. A refusal is not taken back.
    ///
    /// # Errors
    /// As [`Consent::look`].
    pub async fn decide(
        &self,
        account: &AccountId,
        id: &PlanId,
        approved: bool,
    ) -> Result<Option<Plan>, ConsentError> {
        let key = key(account, id);
        for _ in 0..ATTEMPTS {
            let Some((held, mut plan)) = self.held(&key).await? else {
                return Ok(None);
            };
            if plan.is_refused() {
                return Ok(Some(plan));
            }
            let now = self.vault.store().now();
            plan.verdict = Some(Verdict {
                approved,
                at: now,
                by: account.clone(),
            });
            let left = now.until(plan.expires_at);
            let stored = Stored::Open(Box::new(plan.clone()));
            let steps = vec![
                expect_held(&key, &held),
                self.vault.put_step(&key, &stored, Some(left))?,
            ];
            if self.vault.apply(steps).await? {
                return Ok(Some(plan));
            }
        }
        Ok(None)
    }

    /// Remembers which operation a spent plan became. It never fails for the caller: without it a
    /// repeated commit is told that the plan was used, and not for what.
    pub async fn became(&self, account: &AccountId, id: &PlanId, operation: &OperationId) {
        let key = key(account, id);
        let noted = async {
            let Some(held) = self.vault.hold::<Stored>(&key).await? else {
                return Ok(());
            };
            let Stored::Spent(mut spent) = held.value.clone() else {
                return Ok(());
            };
            spent.operation = Some(operation.clone());
            let left = self.vault.store().now().until(spent.expires_at);
            let steps = vec![
                expect_held(&key, &held),
                self.vault
                    .put_step(&key, &Stored::Spent(spent), Some(left))?,
            ];
            let store = self.vault.store();
            store.apply(Durability::Relaxed, steps).await?;
            Ok::<(), StoreError>(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, plan = %id, "a spent plan does not name its operation");
        }
    }

    /// An open plan and the bytes it stands in.
    async fn held(&self, key: &Key) -> Result<Option<(Held<Stored>, Plan)>, ConsentError> {
        let held = self.vault.hold::<Stored>(key).await?;
        Ok(held.and_then(|held| {
            let plan = held.value.clone().open()?;
            Some((held, plan))
        }))
    }

    /// The steps that put a new plan away, and take what has expired out of the index.
    pub(super) async fn put_away(&self, plan: &Plan) -> Result<Vec<Step>, ConsentError> {
        let index = plan_index(plan.account.as_str());
        let expired = Span {
            from: i64::MIN,
            to: self.vault.store().now().0,
            offset: 0,
            limit: TRIMMED,
            order: Order::Ascending,
        };
        let gone = self.vault.store().range(&index, expired).await?;
        let ttl = Some(super::plan::PLAN_TTL);
        let stored = Stored::Open(Box::new(plan.clone()));
        let key = key(&plan.account, &plan.id);
        let mut steps = vec![
            self.vault.put_step(&key, &stored, ttl)?,
            Step::Append {
                index: index.clone(),
                score: plan.expires_at.0,
                member: plan.id.as_str().to_owned(),
                ttl,
            },
        ];
        steps.extend(gone.into_iter().map(|gone| Step::Remove {
            index: index.clone(),
            member: gone.member,
        }));
        Ok(steps)
    }

    /// The steps that spend a plan: of two who commit it, one gets through.
    pub(super) fn spending(
        &self,
        held: &Held<Stored>,
        plan: &Plan,
    ) -> Result<Vec<Step>, ConsentError> {
        let key = key(&plan.account, &plan.id);
        let spent = Stored::Spent(Spent {
            tool: plan.tool.clone(),
            operation: None,
            expires_at: plan.expires_at,
        });
        let left = self.vault.store().now().until(plan.expires_at);
        Ok(vec![
            expect_held(&key, held),
            self.vault.put_step(&key, &spent, Some(left))?,
            taken_out(&plan.account, &plan.id),
        ])
    }
}

fn taken_out(account: &AccountId, id: &PlanId) -> Step {
    Step::Remove {
        index: plan_index(account.as_str()),
        member: id.as_str().to_owned(),
    }
}

pub(super) fn key(account: &AccountId, id: &PlanId) -> Key {
    Key::new(Kind::Plan, id.as_str(), account.as_str())
}
