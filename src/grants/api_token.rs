//! A person's own Atlassian API token: bound on the web page, used for what OAuth cannot reach.

use std::time::Duration;

use serde::Serialize;

use super::access::Access;
use super::atlassian::{self, UpstreamError};
use super::record::{ApiToken, Grant};
use super::service::{Grants, store_fault};
use crate::auth::{AuthEvent, AuthEventKind};
use crate::base::clock::Timestamp;
use crate::base::fault::{Code, Fault};
use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::base::tenant::TenantError;
use crate::store::StoreError;

/// Longest token and address taken, in bytes.
const MAX_LEN: usize = 1024;
/// Atlassian's longest life of a token, with a day to spare.
const MAX_LIFE: Duration = Duration::from_hours(366 * 24);

/// What a person brings to bind a token.
#[derive(Debug)]
pub struct Binding {
    /// The address of their Atlassian account.
    pub email: String,
    /// The token.
    pub token: Secret<String>,
    /// When it expires, as Atlassian told them.
    pub expires_at: Timestamp,
}

/// A bound token as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiTokenStatus {
    /// The address it belongs to.
    pub email: String,
    /// The site it is for.
    pub site: String,
    /// When it expires, RFC 3339.
    pub expires_at: Option<String>,
    /// Whole days until then; negative once it has passed.
    pub days_left: Option<i64>,
}

/// Why a token was not bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address or the token is empty or too long, or holds what neither can hold.
    #[error("enter the e-mail address of your Atlassian account and the API token")]
    Input,
    /// The date of expiry has passed or lies too far ahead.
    #[error("enter the day on which the token expires, at most one year from now")]
    Expiry,
    /// There is no grant to tell the person's site by.
    #[error("sign in to Atlassian first")]
    NotSignedIn,
    /// The site answers with another cloud id than the person's grant.
    #[error("the site answers as another site than the one you signed in to")]
    OtherSite,
    /// The token belongs to somebody else.
    #[error("the token belongs to another account than the one you signed in with")]
    OtherAccount,
    /// Atlassian refuses the token.
    #[error(
        "Atlassian refuses this address and token; use a token without scopes, of this very account"
    )]
    Refused,
    /// The site is not the pinned one.
    #[error(transparent)]
    Site(#[from] TenantError),
    /// Atlassian did not play along.
    #[error(transparent)]
    Upstream(UpstreamError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UpstreamError> for BindError {
    fn from(err: UpstreamError) -> Self {
        match err {
            UpstreamError::Refused(_) => Self::Refused,
            other => Self::Upstream(other),
        }
    }
}

impl Grants {
    /// Binds a token to the account that is signed in, after Atlassian has said that it is theirs.
    ///
    /// # Errors
    /// [`BindError`]; nothing is kept then.
    pub async fn bind_api_token(
        &self,
        account: &AccountId,
        binding: Binding,
    ) -> Result<ApiTokenStatus, BindError> {
        let plain = |text: &str| {
            !text.is_empty() && text.len() <= MAX_LEN && text.bytes().all(|b| b.is_ascii_graphic())
        };
        let email = binding.email.trim();
        // A colon would move the border between name and password in the header.
        if !plain(email) || !email.contains('@') || email.contains(':') {
            return Err(BindError::Input);
        }
        let token = Secret::new(binding.token.expose().trim().to_owned());
        if !plain(token.expose()) {
            return Err(BindError::Input);
        }
        let now = self.parts.clock.now();
        if binding.expires_at <= now || binding.expires_at > now.plus(MAX_LIFE) {
            return Err(BindError::Expiry);
        }
        let (vault, http, app) = (&self.parts.vault, &self.parts.http, &self.parts.app);
        let grant = vault
            .get::<Grant>(&Grant::key(account))
            .await?
            .ok_or(BindError::NotSignedIn)?;
        let tenant = grant.tenant(self.parts.pin.as_ref())?;
        if atlassian::tenant_info(http, app, tenant.site()).await? != *tenant.cloud_id() {
            return Err(BindError::OtherSite);
        }
        let owner = atlassian::myself(http, app, tenant.site(), email, &token).await?;
        if owner.account != *account {
            return Err(BindError::OtherAccount);
        }
        let record = ApiToken {
            email: email.to_owned(),
            token,
            cloud_id: tenant.cloud_id().clone(),
            site: tenant.site().to_owned(),
            expires_at: Some(binding.expires_at),
            since: now,
        };
        // Kept a while beyond its expiry, so that the person hears that it expired.
        let ttl = now
            .until(binding.expires_at)
            .saturating_add(Duration::from_hours(30 * 24));
        vault
            .put(&ApiToken::key(account), &record, Some(ttl))
            .await?;
        let event = AuthEvent::new(AuthEventKind::ApiTokenBound)
            .of(account)
            .noting(format!("site {}", record.site));
        self.parts.events.record(event).await;
        Ok(status(&record, now))
    }

    /// Forgets the account's token.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_api_token(&self, account: &AccountId) -> Result<(), StoreError> {
        self.parts.vault.delete(&ApiToken::key(account)).await?;
        let event = AuthEvent::new(AuthEventKind::ApiTokenRemoved).of(account);
        self.parts.events.record(event).await;
        Ok(())
    }

    /// The account's token as its owner may see it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn api_token_status(
        &self,
        account: &AccountId,
    ) -> Result<Option<ApiTokenStatus>, StoreError> {
        let record = self
            .parts
            .vault
            .get::<ApiToken>(&ApiToken::key(account))
            .await?;
        let now = self.parts.clock.now();
        Ok(record.map(|record| status(&record, now)))
    }

    pub(super) async fn api_token(&self, account: &AccountId) -> Result<Access, Fault> {
        let record = self
            .parts
            .vault
            .get::<ApiToken>(&ApiToken::key(account))
            .await
            .map_err(store_fault)?
            .ok_or_else(|| {
                Fault::new(
                    Code::AuthRequired,
                    "this tool needs an Atlassian API token of your own, and none is bound",
                )
                .with_mend(self.bind_words())
            })?;
        let now = self.parts.clock.now();
        if record
            .expires_at
            .is_some_and(|expires_at| expires_at <= now)
        {
            return Err(
                Fault::new(Code::AuthExpired, "your bound API token has expired")
                    .with_mend(self.bind_words()),
            );
        }
        let tenant = record
            .tenant(self.parts.pin.as_ref())
            .map_err(|err| self.site_fault(&err))?;
        Ok(Access::basic(
            account.clone(),
            tenant,
            record.email,
            record.token,
        ))
    }
}

fn status(record: &ApiToken, now: Timestamp) -> ApiTokenStatus {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    ApiTokenStatus {
        email: record.email.clone(),
        site: record.site.clone(),
        expires_at: record.expires_at.map(|at| at.to_string()),
        days_left: record
            .expires_at
            .map(|at| at.0.saturating_sub(now.0).div_euclid(DAY_MS)),
    }
}
