//! The grants as one value: a credential fit for use, or the words that say how to get one.

use std::sync::Arc;

use serde::Serialize;
use tokio_util::task::TaskTracker;

use super::access::Access;
use super::api_token::ApiTokenStatus;
use super::app::{AtlassianApp, OrgKey};
use super::record::{ApiToken, Grant};
use super::refresh::Want;
use crate::auth::{AuthEvent, AuthEventKind, AuthEvents, Principal};
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

/// Who a caller is, and with what they reach Atlassian.
#[derive(Debug, Clone, Serialize)]
pub struct Identity {
    /// Their account.
    pub account_id: AccountId,
    /// Their display name.
    pub name: Option<String>,
    /// The host of their site, when they hold a grant.
    pub site: Option<String>,
    /// Its cloud id.
    pub cloud_id: Option<CloudId>,
    /// Whether they hold an Atlassian grant.
    pub signed_in: bool,
    /// The Atlassian scopes of the grant.
    pub atlassian_scopes: Vec<String>,
    /// Their API token, when one is bound.
    pub api_token: Option<ApiTokenStatus>,
    /// Where they can mend either.
    pub connect_url: String,
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

    /// A credential of the kind that a tool needs, fit to be used now.
    ///
    /// # Errors
    /// A [`Fault`] that says how the caller can mend it.
    pub async fn access(
        &self,
        principal: &Principal,
        credential: Credential,
    ) -> Result<Access, Fault> {
        match credential {
            Credential::Local => Ok(Access::none(principal.account.clone())),
            Credential::Oauth => self.oauth(&principal.account, Want::Fresh).await,
            Credential::ApiToken => self.api_token(&principal.account).await,
            Credential::OrgAdmin => self.org_key(&principal.account),
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
                self.oauth(failed.account(), Want::OtherThan(token.clone()))
                    .await
            }
            super::AccessKind::Basic { .. } => Err(Fault::new(
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

    fn org_key(&self, account: &AccountId) -> Result<Access, Fault> {
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

    /// Who the caller is, and with what they reach Atlassian.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn whoami(&self, principal: &Principal) -> Result<Identity, Fault> {
        let account = &principal.account;
        let grant = self
            .parts
            .vault
            .get::<Grant>(&Grant::key(account))
            .await
            .map_err(store_fault)?;
        let api_token = self.api_token_status(account).await.map_err(store_fault)?;
        Ok(Identity {
            account_id: account.clone(),
            name: principal.name.clone(),
            signed_in: grant.is_some(),
            site: grant.as_ref().map(|grant| grant.site.clone()),
            cloud_id: grant.as_ref().map(|grant| grant.cloud_id.clone()),
            atlassian_scopes: grant.map(|grant| grant.scopes).unwrap_or_default(),
            api_token,
            connect_url: self.parts.mend_url.clone(),
        })
    }

    /// Forgets the caller's Atlassian grant and API token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, principal: &Principal) -> Result<(), Fault> {
        let account = &principal.account;
        let vault = &self.parts.vault;
        vault
            .delete(&Grant::key(account))
            .await
            .map_err(store_fault)?;
        vault
            .delete(&ApiToken::key(account))
            .await
            .map_err(store_fault)?;
        let event = AuthEvent::new(AuthEventKind::GrantEnded)
            .of(account)
            .by(&principal.client)
            .noting("signed out");
        self.parts.events.record(event).await;
        Ok(())
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
