//! Budgets over the store. They fail open, loudly: a store that cannot count does not stop a call,
//! and says so in the log.

use std::time::Duration;

use crate::base::clock::{SharedClock, Timestamp};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, CloudId};
use crate::config::LimitSettings;
use crate::store::keys::{Key, Kind, account_bucket, tenant_bucket, unasked_bucket};
use crate::store::vault::Vault;
use crate::store::{Budget, Spend};

/// Over which a budget refills.
const MINUTE: Duration = Duration::from_mins(1);

/// Looks that nobody asked for have a budget of their own: one in so many of a person's calls.
const UNASKED_SHARE: u32 = 6;

/// A site's budget, in budgets of one person.
const PERSONS_PER_SITE: u32 = 10;

/// What a call costs while Atlassian says that its limit is near: the rate is halved.
const NEAR_COST: u32 = 2;

/// Longest time for which a rate stays halved on one answer.
const LONGEST_CAP: Duration = Duration::from_hours(1);

/// Atlassian says that its limit is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// When it starts anew, where it says so.
    pub until: Option<Timestamp>,
}

/// The budgets of persons and sites.
#[derive(Debug, Clone)]
pub struct Limits {
    vault: Vault,
    clock: SharedClock,
    settings: LimitSettings,
}

impl Limits {
    /// Budgets of this size, kept in the store.
    pub const fn new(vault: Vault, clock: SharedClock, settings: LimitSettings) -> Self {
        Self {
            vault,
            clock,
            settings,
        }
    }

    /// Takes a place in the budgets of the person and the site.
    ///
    /// # Errors
    /// `RATE_LIMITED` with the time until there is a place.
    pub async fn spend(&self, account: &AccountId, tenant: Option<&CloudId>) -> Result<(), Fault> {
        let cost = if self.capped(account).await {
            NEAR_COST
        } else {
            1
        };
        let own = self.settings.per_user_per_min.max(1);
        self.take(
            &account_bucket(account.as_str()),
            own,
            cost.min(own),
            "your",
        )
        .await?;
        match tenant {
            Some(tenant) => self.spend_site(tenant, cost).await,
            None => Ok(()),
        }
    }

    /// Takes a place in the budget of a site that is known only when the call is under way.
    ///
    /// # Errors
    /// As [`Limits::spend`].
    pub async fn spend_of_site(&self, account: &AccountId, tenant: &CloudId) -> Result<(), Fault> {
        let cost = if self.capped(account).await {
            NEAR_COST
        } else {
            1
        };
        self.spend_site(tenant, cost).await
    }

    async fn spend_site(&self, tenant: &CloudId, cost: u32) -> Result<(), Fault> {
        let own = self.settings.per_user_per_min.max(1);
        let site = own.saturating_mul(PERSONS_PER_SITE);
        self.take(&tenant_bucket(tenant.as_str()), site, cost, "the site's")
            .await
    }

    /// Notes that Atlassian's own limit is near: deducts the extra calls at once, and halves the
    /// person's rate until Atlassian's limit starts anew.
    pub async fn near(&self, account: &AccountId, near: Near) {
        let own = self.settings.per_user_per_min.max(1);
        let extra = self.settings.near_limit_extra.min(own);
        if extra > 0 {
            // A budget that is too low to deduct from throttles by itself.
            let _ = self
                .take(&account_bucket(account.as_str()), own, extra, "your")
                .await;
        }
        let now = self.clock.now();
        let quiet = near.until.unwrap_or_else(|| now.plus(MINUTE));
        let key = quiet_key(account);
        let rest = now.until(quiet).min(LONGEST_CAP);
        if let Err(error) = self.vault.put(&key, &quiet, Some(rest)).await {
            tracing::error!(%error, "the near-limit mark could not be stored");
        }
        let left = near.until.map(|until| now.until(until));
        if let Some(left) = left.filter(|left| !left.is_zero()) {
            let key = pace_key(account);
            if let Err(error) = self
                .vault
                .put(&key, &near.until, Some(left.min(LONGEST_CAP)))
                .await
            {
                tracing::error!(%error, "the near-limit mark could not be stored");
            }
        }
    }

    /// Takes a place for a look that nobody asked for, with a person's credential on a site; false
    /// when there is none. Such looks have a small budget of their own, and none at all while
    /// Atlassian says that the person's limit is near, so that they never take what the person
    /// needs. They can wait: when the store cannot count, there is none either.
    pub async fn spare(&self, account: &AccountId, tenant: Option<&CloudId>) -> bool {
        let now = self.clock.now();
        match self.vault.get::<Timestamp>(&quiet_key(account)).await {
            Ok(quiet) if quiet.is_none_or(|until| until <= now) => {}
            Ok(_) => return false,
            Err(error) => {
                tracing::warn!(%error, "the near-limit mark could not be read");
                return false;
            }
        }
        let own = (self.settings.per_user_per_min / UNASKED_SHARE).max(1);
        let of_site = tenant.map(|site| (site.as_str(), own.saturating_mul(PERSONS_PER_SITE)));
        for (of, capacity) in [Some((account.as_str(), own)), of_site]
            .into_iter()
            .flatten()
        {
            let budget = Budget {
                capacity,
                refill: MINUTE,
            };
            let store = self.vault.store();
            match store.spend(&unasked_bucket(of), budget, 1).await {
                Ok(Spend::Spent { .. }) => {}
                Ok(Spend::Short { .. }) => return false,
                Err(error) => {
                    tracing::warn!(%error, "looks that nobody asked for cannot be counted");
                    return false;
                }
            }
        }
        true
    }

    async fn capped(&self, account: &AccountId) -> bool {
        match self.vault.get::<Timestamp>(&pace_key(account)).await {
            Ok(mark) => mark.is_some_and(|until| until > self.clock.now()),
            Err(error) => {
                tracing::error!(%error, "the near-limit mark could not be read");
                false
            }
        }
    }

    async fn take(&self, bucket: &str, capacity: u32, cost: u32, whose: &str) -> Result<(), Fault> {
        let budget = Budget {
            capacity,
            refill: MINUTE,
        };
        match self.vault.store().spend(bucket, budget, cost).await {
            Ok(Spend::Spent { .. }) => Ok(()),
            Ok(Spend::Short { wait }) => Err(Fault::new(
                Code::RateLimited,
                format!("{whose} budget of {capacity} calls a minute is used up"),
            )
            .retry_after(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1))
            .with_mend("Wait as long as retry_after_ms says, then repeat the call.")),
            Err(error) => {
                tracing::error!(%error, bucket, "calls are not counted: the limiter is open");
                Ok(())
            }
        }
    }
}

/// Until when nobody looks unasked with a person's credential.
fn quiet_key(account: &AccountId) -> Key {
    Key::new(Kind::Pace, "unasked", account.as_str())
}

fn pace_key(account: &AccountId) -> Key {
    Key::new(Kind::Pace, "near-limit", account.as_str())
}
