//! Keeping access tokens fresh: one refresh at a time for each account, stored before it is used.

use std::time::Duration;

use super::access::Access;
use super::atlassian::{self, UpstreamError};
use super::lease::Lease;
use super::record::Grant;
use super::service::{Grants, store_fault};
use crate::auth::{AuthEvent, AuthEventKind};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;
use crate::store::vault::Held;

/// A token with less than this left is refreshed.
const MARGIN: Duration = Duration::from_mins(1);
/// Between two looks for another holder's result.
const POLL: Duration = Duration::from_millis(250);
/// Looks before giving up: about 20 s.
const POLLS: usize = 80;
/// How long a grant is kept without use; Atlassian forgets it then too.
pub(super) const GRANT_TTL: Duration = Duration::from_hours(90 * 24);

/// Which token will do.
#[derive(Debug, Clone)]
pub(super) enum Want {
    /// One that is still good for a while.
    Fresh,
    /// One that is not this one, which Atlassian refused.
    OtherThan(Secret<String>),
}

impl Grants {
    pub(super) async fn oauth(
        &self,
        account: &AccountId,
        site: &CloudId,
        want: Want,
    ) -> Result<Access, Fault> {
        for _ in 0..POLLS {
            let held = self.held(account).await?;
            if self.will_do(&held.value, &want) {
                return self.as_access(account, site, &held.value);
            }
            let lease = Lease::take(&self.parts.vault, self.parts.random.as_ref(), account)
                .await
                .map_err(store_fault)?;
            if let Some(lease) = lease {
                return self.refresh_under(lease, account, site, want).await;
            }
            self.parts.pause.pause(POLL).await;
        }
        Err(Fault::new(
            Code::UpstreamUnavailable,
            "your Atlassian sign-in is being renewed and did not come back in time",
        )
        .retry_after(5_000))
    }

    async fn held(&self, account: &AccountId) -> Result<Held<Grant>, Fault> {
        self.parts
            .vault
            .hold::<Grant>(&Grant::key(account))
            .await
            .map_err(store_fault)?
            .ok_or_else(|| self.not_signed_in())
    }

    pub(super) fn not_signed_in(&self) -> Fault {
        Fault::new(
            Code::AuthRequired,
            "you are not signed in to Atlassian on this server",
        )
        .with_mend(self.sign_in_words())
    }

    fn will_do(&self, grant: &Grant, want: &Want) -> bool {
        match want {
            Want::Fresh => self.parts.clock.now().until(grant.expires_at) >= MARGIN,
            Want::OtherThan(failed) => grant.access_token.expose() != failed.expose(),
        }
    }

    fn as_access(
        &self,
        account: &AccountId,
        site: &CloudId,
        grant: &Grant,
    ) -> Result<Access, Fault> {
        let tenant = grant
            .tenant(site, self.parts.pin.as_ref())
            .map_err(|err| self.site_fault(&err))?
            .ok_or_else(|| {
                Fault::new(
                    Code::InsufficientPermissions,
                    "your Atlassian sign-in does not reach that site",
                )
                .with_mend(self.sign_in_words())
            })?;
        Ok(Access::bearer(
            account.clone(),
            tenant,
            grant.access_token.clone(),
        ))
    }

    /// Runs the refresh as a task of its own: Atlassian rotates at the request, so a call that is
    /// given up in between must not take the new token with it.
    async fn refresh_under(
        &self,
        lease: Lease,
        account: &AccountId,
        site: &CloudId,
        want: Want,
    ) -> Result<Access, Fault> {
        let (grants, account, site) = (self.clone(), account.clone(), site.clone());
        let task = self.parts.tasks.spawn(async move {
            let outcome = grants.refresh_now(&account, &site, &want).await;
            if let Err(err) = lease.give_back(&grants.parts.vault).await {
                tracing::warn!(
                    error = &err as &dyn std::error::Error,
                    "a lease was not given back; it runs out by itself"
                );
            }
            outcome
        });
        match task.await {
            Ok(outcome) => outcome,
            Err(err) => {
                tracing::error!(
                    error = &err as &dyn std::error::Error,
                    "a refresh broke off"
                );
                Err(Fault::new(
                    Code::UnexpectedError,
                    "your Atlassian sign-in could not be renewed",
                ))
            }
        }
    }

    async fn refresh_now(
        &self,
        account: &AccountId,
        site: &CloudId,
        want: &Want,
    ) -> Result<Access, Fault> {
        // Another holder may have been faster than our look.
        let held = self.held(account).await?;
        if self.will_do(&held.value, want) {
            return self.as_access(account, site, &held.value);
        }
        let Some(refresh) = &held.value.refresh_token else {
            return Err(self.end(account, &held, "no refresh token").await);
        };
        let exchanged =
            atlassian::exchange_refresh(&self.parts.http, &self.parts.app, refresh).await;
        let tokens = match exchanged {
            Ok(tokens) => tokens,
            Err(UpstreamError::InvalidGrant) => {
                return Err(self.end(account, &held, "refused by Atlassian").await);
            }
            Err(err) => return self.without_refresh(account, site, &held.value, want, &err),
        };
        let now = self.parts.clock.now();
        let renewed = Grant {
            refresh_token: tokens.refresh.or_else(|| held.value.refresh_token.clone()),
            access_token: tokens.access,
            expires_at: now.plus(Duration::from_secs(tokens.life_secs)),
            scopes: if tokens.scopes.is_empty() {
                held.value.scopes.clone()
            } else {
                tokens.scopes
            },
            ..held.value.clone()
        };
        let key = Grant::key(account);
        let stored = self
            .parts
            .vault
            .swap(&key, &held, &renewed, Some(GRANT_TTL))
            .await
            .map_err(store_fault)?;
        if stored {
            return self.as_access(account, site, &renewed);
        }
        // Signed out or signed in anew meanwhile: that is what counts now.
        let newer = self.held(account).await?;
        self.as_access(account, site, &newer.value)
    }

    /// A failed refresh is no harm while the old token is still good.
    fn without_refresh(
        &self,
        account: &AccountId,
        site: &CloudId,
        grant: &Grant,
        want: &Want,
        err: &UpstreamError,
    ) -> Result<Access, Fault> {
        let left = self.parts.clock.now().until(grant.expires_at);
        if matches!(want, Want::Fresh) && left > Duration::from_secs(5) {
            tracing::warn!(
                error = err as &dyn std::error::Error,
                "a refresh failed; the token before it is used"
            );
            return self.as_access(account, site, grant);
        }
        Err(upstream_fault(err))
    }

    async fn end(&self, account: &AccountId, held: &Held<Grant>, why: &str) -> Fault {
        match self
            .parts
            .vault
            .delete_held(&Grant::key(account), held)
            .await
        {
            Ok(_) => {
                let event = AuthEvent::new(AuthEventKind::GrantEnded)
                    .of(account)
                    .noting(why);
                self.parts.events.record(event).await;
            }
            Err(err) => return store_fault(err),
        }
        Fault::new(Code::AuthExpired, "your Atlassian sign-in has ended")
            .with_mend(self.sign_in_words())
    }
}

/// Words for a failed exchange; what concerns the operator goes to the log.
pub(super) fn upstream_fault(err: &UpstreamError) -> Fault {
    match err {
        UpstreamError::Operator(_) => {
            tracing::error!(
                error = err as &dyn std::error::Error,
                "check ATLASSIAN_OAUTH_CLIENT_ID, its secret and the app's scopes; nothing was deleted"
            );
            Fault::new(
                Code::UpstreamUnexpected,
                "Atlassian refuses this server's own registration",
            )
            .with_mend("Tell the operator of this server; signing in again does not help.")
        }
        UpstreamError::Busy => {
            Fault::new(Code::RateLimited, "Atlassian asks to slow down").retry_after(10_000)
        }
        UpstreamError::Unavailable(_) => {
            tracing::warn!(error = err as &dyn std::error::Error, "Atlassian is away");
            Fault::new(Code::UpstreamUnavailable, "Atlassian did not answer").retry_after(5_000)
        }
        UpstreamError::InvalidGrant | UpstreamError::Refused(_) => {
            Fault::new(Code::AuthExpired, "Atlassian refuses the sign-in")
        }
        UpstreamError::Unexpected(_) => {
            tracing::warn!(
                error = err as &dyn std::error::Error,
                "Atlassian answered oddly"
            );
            Fault::new(
                Code::UpstreamUnexpected,
                "Atlassian answered in an unknown shape",
            )
        }
    }
}
