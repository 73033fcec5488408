//! The grants as one value: a credential fit for use, or the words that say how to get one.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::access::Access;
use super::app::{AtlassianApp, OrgKey};
use super::need::Need;
use super::refresh::Want;
use super::sites::{Aim, elsewhere, means};
use crate::auth::{AuthEvents, Principal};
use crate::base::clock::SharedClock;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, CloudId};
use crate::base::pause::SharedPause;
use crate::base::random::SharedRandom;
use crate::base::tenant::TenantError;
use crate::catalog::model::Credential;
use crate::store::StoreError;
use crate::store::vault::Vault;

/// What the grants are made of.
#[derive(Debug)]
pub struct GrantParts {
    /// Where they are kept.
    pub vault: Vault,
    /// The time.
    pub clock: SharedClock,
    /// Randomness for leases.
    pub random: SharedRandom,
    /// Waiting for another holder's refresh.
    pub pause: SharedPause,
    /// The audit record.
    pub events: Arc<dyn AuthEvents>,
    /// For the exchanges with Atlassian; its timeout must be at most 15 s, see the lease.
    pub http: reqwest::Client,
    /// The app and Atlassian's addresses.
    pub app: AtlassianApp,
    /// The one site that may be reached, when the server is pinned.
    pub pin: Option<CloudId>,
    /// The organisation gate, when it is open.
    pub org: Option<OrgKey>,
    /// The page on which a person mends their credentials.
    pub mend_url: String,
    /// Refreshes run here to their end even when the call that wanted them is gone; to be waited for
    /// when the server stops.
    pub tasks: TaskTracker,
}

/// The callers' Atlassian credentials.
#[derive(Debug, Clone)]
pub struct Grants {
    pub(super) parts: Arc<GrantParts>,
}

impl Grants {
    /// Puts the parts together.
    pub fn new(parts: GrantParts) -> Self {
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The app and Atlassian's addresses.
    pub fn app(&self) -> &AtlassianApp {
        &self.parts.app
    }

    /// The page on which a person mends their credentials.
    pub fn mend_url(&self) -> &str {
        &self.parts.mend_url
    }

    /// A credential of the kind that a tool needs, fit to be used now, on the site that the person
    /// means when they name none.
    ///
    /// # Errors
    /// As [`Grants::access_on`].
    pub async fn access(
        &self,
        principal: &Principal,
        need: impl Into<Need>,
    ) -> Result<Access, Fault> {
        self.access_on(principal, need, Aim::Usual).await
    }

    /// A credential of the kind that a tool needs, fit to be used now, on the site that is meant.
    ///
    /// # Errors
    /// A [`Fault`] that says how the caller can mend it; `VALIDATION_ERROR` with the sites when
    /// several may be meant.
    pub async fn access_on(
        &self,
        principal: &Principal,
        need: impl Into<Need>,
        aim: Aim<'_>,
    ) -> Result<Access, Fault> {
        let (account, need) = (&principal.account, need.into());
        match need.credential() {
            Credential::Local => return Ok(Access::none(account.clone())),
            Credential::OrgAdmin => return self.org_key(account),
            Credential::Oauth | Credential::ApiToken => {}
        }
        let Some(site) = self.choose(principal, aim).await? else {
            return Err(match need.credential() {
                Credential::ApiToken => self.no_api_token(),
                _ => self.not_signed_in(),
            });
        };
        let access = self.fit(account, &site, &need).await?;
        match (aim, access.tenant()) {
            (Aim::Named(name), Some(tenant)) if !means(name, tenant) => Err(elsewhere()),
            _ => Ok(access),
        }
    }

    /// The credential that serves a need on a site.
    pub(super) async fn fit(
        &self,
        account: &AccountId,
        site: &CloudId,
        need: &Need,
    ) -> Result<Access, Fault> {
        match self.serving(account, site, need).await? {
            Credential::ApiToken => self.api_token(account, site).await,
            _ => self.oauth(account, site, Want::Fresh).await,
        }
    }

    /// A new access token after Atlassian refused `failed` with a 401. When another call already
    /// brought a newer one, that is given.
    ///
    /// # Errors
    /// As [`Grants::access`].
    pub async fn forced_refresh(&self, failed: &Access) -> Result<Access, Fault> {
        match failed.kind() {
            super::AccessKind::Bearer(token) => {
                let tenant = failed.tenant().ok_or_else(|| self.not_signed_in())?;
                let want = Want::OtherThan(token.clone());
                self.oauth(failed.account(), tenant.cloud_id(), want).await
            }
            super::AccessKind::Basic { .. } | super::AccessKind::Scoped { .. } => Err(Fault::new(
                Code::AuthExpired,
                "Atlassian refuses your API token: it was revoked or has expired",
            )
            .with_mend(self.bind_words())),
            super::AccessKind::OrgKey { .. } | super::AccessKind::None => Err(Fault::new(
                Code::InsufficientPermissions,
                "Atlassian refuses the organisation's key",
            )
            .with_mend("Ask the operator of this server to check GOJIRA_ORG_ADMIN_TOKEN.")),
        }
    }

    pub(super) fn org_key(&self, account: &AccountId) -> Result<Access, Fault> {
        let refusal = |message: &str| {
            Fault::new(Code::InsufficientPermissions, message)
                .with_mend("Ask the operator of this server for organisation administration.")
        };
        let Some(org) = &self.parts.org else {
            return Err(refusal(
                "organisation administration is switched off on this server",
            ));
        };
        if !org.accounts.contains(account) {
            return Err(refusal(
                "your account is not on the list of organisation administrators",
            ));
        }
        Ok(Access::org_key(
            account.clone(),
            org.org_id.clone(),
            org.key.clone(),
        ))
    }

    pub(super) fn sign_in_words(&self) -> String {
        format!(
            "Sign in again: open {}, or disconnect and reconnect this server in your client.",
            self.parts.mend_url
        )
    }

    pub(super) fn bind_words(&self) -> String {
        format!(
            "Open {} and bind an API token of your own account.",
            self.parts.mend_url
        )
    }

    pub(super) fn site_fault(&self, err: &TenantError) -> Fault {
        Fault::new(Code::InsufficientPermissions, err.to_string()).with_mend(self.sign_in_words())
    }
}

/// Words for a failed store; its own are for the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err calls"
)]
pub(super) fn store_fault(err: StoreError) -> Fault {
    tracing::error!(
        error = &err as &dyn std::error::Error,
        "a credential could not be read or kept"
    );
    Fault::new(
        Code::UnexpectedError,
        "the server could not read its store; the call was not made",
    )
}
