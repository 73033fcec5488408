//! Binding an API token: only on the web page, only one's own, only for a site one is signed in to.

use std::time::Duration;

use super::api_token::{ApiTokenStatus, token_status};
use super::atlassian::{self, UpstreamError};
use super::kind::ApiTokenKind;
use super::record::{ApiToken, Grant};
use super::service::Grants;
use crate::auth::{AuthEvent, AuthEventKind};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;
use crate::base::tenant::{Tenant, TenantError};
use crate::store::StoreError;

/// Longest token and address taken, in bytes.
const MAX_LEN: usize = 1024;
/// Atlassian's longest life of a token, with a day to spare.
const MAX_LIFE: Duration = Duration::from_hours(366 * 24);
/// Kept so long beyond its expiry, so that the person hears that it expired.
const KEPT_EXPIRED: Duration = Duration::from_hours(30 * 24);

/// What a person brings to bind a token.
#[derive(Debug)]
pub struct Binding {
    /// Which of several sites it is for; not needed when the person reaches one.
    pub site: Option<CloudId>,
    /// The address of their Atlassian account.
    pub email: String,
    /// The token.
    pub token: Secret<String>,
    /// When it expires, as Atlassian told them.
    pub expires_at: Timestamp,
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
    /// The person reaches several sites and named none, or one that they do not reach.
    #[error("choose one of the sites that you are signed in to")]
    WhichSite,
    /// The site answers with another cloud id than the person's grant.
    #[error("the site answers as another site than the one you signed in to")]
    OtherSite,
    /// The token belongs to somebody else.
    #[error("the token belongs to another account than the one you signed in with")]
    OtherAccount,
    /// Neither the site nor the gateway takes the token.
    #[error(
        "Atlassian refuses this address and token, on the site and on the gateway; check both, and that a token with scopes may read your profile (read:jira-user)"
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
    /// Whether it is one with scopes is found out by where Atlassian takes it.
    ///
    /// # Errors
    /// [`BindError`]; nothing is kept then.
    pub async fn bind_api_token(
        &self,
        account: &AccountId,
        binding: Binding,
    ) -> Result<ApiTokenStatus, BindError> {
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
        let tenant = self.tenant_of(account, binding.site.as_ref()).await?;
        let (http, app) = (&self.parts.http, &self.parts.app);
        if atlassian::tenant_info(http, app, tenant.site()).await? != *tenant.cloud_id() {
            return Err(BindError::OtherSite);
        }
        let kind = self.kind_of(account, &tenant, email, &token).await?;
        let record = ApiToken {
            email: email.to_owned(),
            token,
            kind,
            cloud_id: tenant.cloud_id().clone(),
            site: tenant.site().to_owned(),
            expires_at: Some(binding.expires_at),
            since: now,
        };
        let key = ApiToken::key(account, &record.cloud_id);
        let ttl = now.until(binding.expires_at).saturating_add(KEPT_EXPIRED);
        let member = format!("apitoken|{}", record.cloud_id);
        self.keep_listed(account, &key, &record, member, ttl)
            .await?;
        let event = AuthEvent::new(AuthEventKind::ApiTokenBound)
            .of(account)
            .noting(format!("site {}", record.site));
        self.parts.events.record(event).await;
        Ok(token_status(&record, now))
    }

    /// The site of the grant that the token is to be for.
    async fn tenant_of(
        &self,
        account: &AccountId,
        site: Option<&CloudId>,
    ) -> Result<Tenant, BindError> {
        let pin = self.parts.pin.as_ref();
        let grant = self.parts.vault.get::<Grant>(&Grant::key(account)).await?;
        let grant = grant.ok_or(BindError::NotSignedIn)?;
        let site = match (site.or(pin), grant.sites.as_slice()) {
            (Some(site), _) => site,
            (None, [only]) => &only.cloud_id,
            (None, _) => return Err(BindError::WhichSite),
        };
        grant.tenant(site, pin)?.ok_or(BindError::WhichSite)
    }

    /// The kind of a token that is the account's own.
    async fn kind_of(
        &self,
        account: &AccountId,
        tenant: &Tenant,
        email: &str,
        token: &Secret<String>,
    ) -> Result<ApiTokenKind, BindError> {
        let (http, app) = (&self.parts.http, &self.parts.app);
        let (mut kind, mut asked) = (
            ApiTokenKind::Unscoped,
            atlassian::myself(http, app, tenant, ApiTokenKind::Unscoped, email, token).await,
        );
        if matches!(asked, Err(UpstreamError::Refused(401))) {
            kind = ApiTokenKind::Scoped;
            asked = atlassian::myself(http, app, tenant, kind, email, token).await;
        }
        if asked?.account == *account {
            Ok(kind)
        } else {
            Err(BindError::OtherAccount)
        }
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_LEN && text.bytes().all(|b| b.is_ascii_graphic())
}
