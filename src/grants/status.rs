//! What a person may see of their own credentials, and the end of all of them.

use serde::Serialize;

use super::api_token::{ApiTokenStatus, token_status};
use super::record::{ApiToken, Grant};
use super::service::Grants;
use super::sites::choice_of;
use crate::auth::{AuthEvent, AuthEventKind};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId, CloudId};
use crate::store::keys::credential_index;
use crate::store::vault::delete_step;
use crate::store::{Order, Span, Step, StoreError};

/// A site as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteStatus {
    /// Its cloud id.
    pub cloud_id: CloudId,
    /// Its host.
    pub site: String,
    /// The Atlassian scopes there.
    pub scopes: Vec<String>,
    /// The API token that is bound for it.
    pub api_token: Option<ApiTokenStatus>,
}

/// A grant as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantStatus {
    /// When the person signed in to Atlassian.
    pub since: Timestamp,
    /// The Atlassian scopes.
    pub scopes: Vec<String>,
    /// The sites that it reaches.
    pub sites: Vec<SiteStatus>,
}

impl Grants {
    /// The person's grant; `None` without one (API tokens may still be there).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn status(&self, account: &AccountId) -> Result<Option<GrantStatus>, StoreError> {
        let Some(grant) = self.parts.vault.get::<Grant>(&Grant::key(account)).await? else {
            return Ok(None);
        };
        let tokens = self.api_tokens(account).await?;
        let allowed = |site: &CloudId| self.parts.pin.as_ref().is_none_or(|pin| pin == site);
        let sites = grant.sites.into_iter();
        let sites = sites.filter(|site| allowed(&site.cloud_id)).map(|site| {
            let mut tokens = tokens.iter();
            SiteStatus {
                api_token: tokens
                    .find(|token| token.cloud_id == site.cloud_id)
                    .cloned(),
                cloud_id: site.cloud_id,
                site: site.host,
                scopes: site.scopes,
            }
        });
        Ok(Some(GrantStatus {
            since: grant.since,
            scopes: grant.scopes,
            sites: sites.collect(),
        }))
    }

    /// The person's API tokens, one for each site.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn api_tokens(&self, account: &AccountId) -> Result<Vec<ApiTokenStatus>, StoreError> {
        let now = self.parts.clock.now();
        let tokens = self.kept_tokens(account).await?;
        Ok(tokens
            .iter()
            .map(|token| token_status(token, now))
            .collect())
    }

    pub(super) async fn kept_tokens(
        &self,
        account: &AccountId,
    ) -> Result<Vec<ApiToken>, StoreError> {
        let mut tokens = Vec::new();
        for member in self.listed_credentials(account).await? {
            if let Some(site) = member.strip_prefix("apitoken|") {
                let key = ApiToken::key(account, &CloudId::new(site));
                tokens.extend(self.parts.vault.get::<ApiToken>(&key).await?);
            }
        }
        tokens.sort_by(|one, other| one.site.cmp(&other.site));
        Ok(tokens)
    }

    /// Forgets the person's grant, all their API tokens and which sites they chose. `by` is the client
    /// that asked for it, if it was one.
    ///
    /// # Errors
    /// When the store fails; nothing is forgotten then.
    pub async fn forget(
        &self,
        account: &AccountId,
        by: Option<&ClientId>,
        why: &str,
    ) -> Result<(), StoreError> {
        let mut steps = vec![delete_step(&Grant::key(account))];
        for member in self.listed_credentials(account).await? {
            match member.split_once('|') {
                Some(("apitoken", site)) => {
                    let key = ApiToken::key(account, &CloudId::new(site));
                    steps.push(delete_step(&key));
                }
                Some(("site", client)) => steps.push(delete_step(&choice_of(account, client))),
                _ => {}
            }
            steps.push(Step::Remove {
                index: credential_index(account.as_str()),
                member,
            });
        }
        self.parts.vault.apply(steps).await?;
        let mut event = AuthEvent::new(AuthEventKind::GrantEnded)
            .of(account)
            .noting(why);
        if let Some(client) = by {
            event = event.by(client);
        }
        self.parts.events.record(event).await;
        Ok(())
    }

    /// What stands in the index of the person's credentials.
    async fn listed_credentials(&self, account: &AccountId) -> Result<Vec<String>, StoreError> {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: usize::from(u16::MAX),
            order: Order::Ascending,
        };
        let index = credential_index(account.as_str());
        let found = self.parts.vault.store().range(&index, span).await?;
        Ok(found.into_iter().map(|entry| entry.member).collect())
    }
}
