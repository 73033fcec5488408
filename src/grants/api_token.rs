//! A person's own Atlassian API tokens, one for each site, used for what OAuth cannot reach.

use std::time::Duration;

use serde::Serialize;

use super::access::Access;
use super::kind::ApiTokenKind;
use super::record::ApiToken;
use super::service::{Grants, store_fault};
use crate::auth::{AuthEvent, AuthEventKind};
use crate::base::clock::Timestamp;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, CloudId};
use crate::store::keys::{Key, credential_index};
use crate::store::vault::delete_step;
use crate::store::{Step, StoreError};

/// A token with fewer days left is called to mind.
pub const SOON_DAYS: i64 = 14;
/// The index outlives everything that it lists.
const INDEX_TTL: Duration = Duration::from_hours(400 * 24);

/// A bound token as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiTokenStatus {
    /// The address it belongs to.
    pub email: String,
    /// The host of the site it is for.
    pub site: String,
    /// The cloud id of that site.
    pub cloud_id: CloudId,
    /// Whether it was made with scopes.
    pub kind: ApiTokenKind,
    /// When it expires, RFC 3339.
    pub expires_at: Option<String>,
    /// Whole days until then; negative once it has passed.
    pub days_left: Option<i64>,
}

impl ApiTokenStatus {
    /// Whether its owner should hear that it expires.
    pub fn expires_soon(&self) -> bool {
        self.days_left.is_some_and(|days| days < SOON_DAYS)
    }

    /// Whether it has expired.
    pub fn has_expired(&self) -> bool {
        self.days_left.is_some_and(|days| days < 0)
    }
}

impl Grants {
    /// Forgets the account's token for a site; false when there was none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_api_token(
        &self,
        account: &AccountId,
        site: &CloudId,
    ) -> Result<bool, StoreError> {
        let key = ApiToken::key(account, site);
        let vault = &self.parts.vault;
        let Some(held) = vault.hold::<ApiToken>(&key).await? else {
            return Ok(false);
        };
        let steps = vec![
            delete_step(&key),
            Step::Remove {
                index: credential_index(account.as_str()),
                member: format!("apitoken|{site}"),
            },
        ];
        vault.apply(steps).await?;
        let event = AuthEvent::new(AuthEventKind::ApiTokenRemoved)
            .of(account)
            .noting(format!("site {}", held.value.site));
        self.parts.events.record(event).await;
        Ok(true)
    }

    /// Keeps a value and lists it among the account's credentials, in one step.
    pub(super) async fn keep_listed<T: Serialize + Sync>(
        &self,
        account: &AccountId,
        key: &Key,
        value: &T,
        member: String,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let steps = vec![
            self.parts.vault.put_step(key, value, Some(ttl))?,
            Step::Append {
                index: credential_index(account.as_str()),
                score: self.parts.clock.now().0,
                member,
                ttl: Some(INDEX_TTL),
            },
        ];
        self.parts.vault.apply(steps).await?;
        Ok(())
    }

    pub(super) async fn api_token(
        &self,
        account: &AccountId,
        site: &CloudId,
    ) -> Result<Access, Fault> {
        let record = self
            .parts
            .vault
            .get::<ApiToken>(&ApiToken::key(account, site))
            .await
            .map_err(store_fault)?
            .ok_or_else(|| self.no_api_token())?;
        let status = token_status(&record, self.parts.clock.now());
        if record
            .expires_at
            .is_some_and(|expires_at| expires_at <= self.parts.clock.now())
        {
            return Err(
                Fault::new(Code::AuthExpired, "your bound API token has expired")
                    .with_mend(self.bind_words()),
            );
        }
        let tenant = record
            .tenant(self.parts.pin.as_ref())
            .map_err(|err| self.site_fault(&err))?;
        let make = match record.kind {
            ApiTokenKind::Unscoped => Access::basic,
            ApiTokenKind::Scoped => Access::scoped,
        };
        let access = make(account.clone(), tenant, record.email, record.token);
        Ok(access.warning_of(self.expiry_warning(&status)))
    }

    pub(super) fn no_api_token(&self) -> Fault {
        Fault::new(
            Code::AuthRequired,
            "this tool needs an Atlassian API token of your own for the site, and none is bound",
        )
        .with_mend(self.bind_words())
    }

    /// The words for a token that expires soon.
    pub fn expiry_warning(&self, status: &ApiTokenStatus) -> Option<String> {
        let (day, days) = (status.expires_at.as_deref()?.get(..10)?, status.days_left?);
        let (site, url) = (&status.site, &self.parts.mend_url);
        match days {
            ..0 => Some(format!(
                "your API token for {site} expired on {day}; bind a new one at {url}"
            )),
            0..SOON_DAYS => Some(format!(
                "your API token for {site} expires on {day} (days left: {days}); bind a new one at {url}"
            )),
            _ => None,
        }
    }

    /// The refusal of what a token with scopes cannot reach.
    ///
    /// # Errors
    /// `INSUFFICIENT_PERMISSIONS` when the access is such a token and one of the documents is closed
    /// to it.
    pub fn demand_open<'a>(
        &self,
        access: &Access,
        mut apis: impl Iterator<Item = &'a str>,
    ) -> Result<(), Fault> {
        let scoped = matches!(access.kind(), super::AccessKind::Scoped { .. });
        match apis.find(|api| scoped && !ApiTokenKind::Scoped.opens(api)) {
            None => Ok(()),
            Some(api) => Err(Fault::new(
                Code::InsufficientPermissions,
                format!("{api} takes no API token with scopes, and yours has scopes"),
            )
            .with_mend(format!(
                "Open {} and bind a token without scopes.",
                self.parts.mend_url
            ))),
        }
    }
}

pub(super) fn token_status(record: &ApiToken, now: Timestamp) -> ApiTokenStatus {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    ApiTokenStatus {
        email: record.email.clone(),
        site: record.site.clone(),
        cloud_id: record.cloud_id.clone(),
        kind: record.kind,
        expires_at: record.expires_at.map(|at| at.to_string()),
        days_left: record
            .expires_at
            .map(|at| at.0.saturating_sub(now.0).div_euclid(DAY_MS)),
    }
}
