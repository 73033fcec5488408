//! A person's standing approvals of clients.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authorization::AuthorizationRequest;
use super::families::FAMILY_TTL;
use super::principal::Scopes;
use super::redirect::RedirectUri;
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId};
use crate::store::keys::{Key, Kind, approval_index, digest};
use crate::store::vault::{delete_step, expect_held};
use crate::store::{Order, Span, Step, StoreError};

/// How long after the person agreed they need not be asked again.
const STANDS: Duration = Duration::from_hours(90 * 24);
/// How long the record lives after a sign-in: longer than any family that began with it, so that
/// what a client may do can be seen and withdrawn for as long as it may do it.
const TTL: Duration = FAMILY_TTL.saturating_add(Duration::from_hours(24));
/// Most approvals read for one person; older ones lapse unseen.
const MOST: usize = 500;
/// Attempts at keeping one; more than one mean that others sign in or withdraw at once.
const ATTEMPTS: usize = 3;

/// What a person approved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Approval {
    pub(super) client: ClientId,
    pub(super) name: Option<String>,
    pub(super) redirect: RedirectUri,
    pub(super) scopes: Scopes,
    /// When they were last asked and agreed.
    pub(super) at: Timestamp,
}

impl Approval {
    fn covers(&self, request: &AuthorizationRequest, now: Timestamp) -> bool {
        self.redirect == request.redirect
            && self.scopes.covers(request.scopes)
            && now < self.at.plus(STANDS)
    }
}

fn key(account: &AccountId, client: &ClientId) -> Key {
    Key::new(Kind::Approval, digest(client.as_str()), account.as_str())
}

impl AuthServer {
    /// Keeps that the person approved this client, with this redirect URI and these scopes. A
    /// sign-in for which they were not asked leaves what they agreed to as it was; false when they
    /// took it back in the meantime.
    pub(super) async fn keep_approval(
        &self,
        account: &AccountId,
        request: &AuthorizationRequest,
    ) -> Result<bool, StoreError> {
        let key = key(account, &request.client);
        let Some(at) = request.agreed_at else {
            return self.renew_approval(account, request, &key).await;
        };
        let approval = Approval {
            client: request.client.clone(),
            name: request.client_name.clone(),
            redirect: request.redirect.clone(),
            scopes: request.scopes,
            at,
        };
        for _ in 0..ATTEMPTS {
            let standing = self.expect_standing(account, &request.client, at).await?;
            let Some(mut steps) = standing else {
                return Ok(false);
            };
            steps.extend(self.keeping(account, &key, &approval)?);
            if self.vault.apply(steps).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn renew_approval(
        &self,
        account: &AccountId,
        request: &AuthorizationRequest,
        key: &Key,
    ) -> Result<bool, StoreError> {
        for _ in 0..ATTEMPTS {
            let held = self.vault.hold::<Approval>(key).await?;
            let Some(held) = held.filter(|held| held.value.covers(request, self.clock.now()))
            else {
                return Ok(false);
            };
            let mut steps = vec![expect_held(key, &held)];
            steps.extend(self.keeping(account, key, &held.value)?);
            if self.vault.apply(steps).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn keeping(
        &self,
        account: &AccountId,
        key: &Key,
        approval: &Approval,
    ) -> Result<[Step; 2], StoreError> {
        let noted = Step::Append {
            index: approval_index(account.as_str()),
            score: approval.at.0,
            member: digest(approval.client.as_str()),
            ttl: Some(TTL),
        };
        Ok([self.vault.put_step(key, approval, Some(TTL))?, noted])
    }

    /// Whether the person need not be asked again. A client on a loopback address is asked for each
    /// time: any program on the machine may claim its id and listen there (RFC 8252, section 8.6).
    pub async fn is_approved(
        &self,
        account: &AccountId,
        request: &AuthorizationRequest,
    ) -> Result<bool, StoreError> {
        if request.redirect.is_loopback() {
            return Ok(false);
        }
        let approval = self.approval(account, &request.client).await?;
        let now = self.clock.now();
        Ok(approval.is_some_and(|approval| approval.covers(request, now)))
    }

    /// The approval of one client.
    pub(super) async fn approval(
        &self,
        account: &AccountId,
        client: &ClientId,
    ) -> Result<Option<Approval>, StoreError> {
        self.vault.get(&key(account, client)).await
    }

    /// All approvals of a person, newest first.
    pub(super) async fn approvals(&self, account: &AccountId) -> Result<Vec<Approval>, StoreError> {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: MOST,
            order: Order::Descending,
        };
        let index = approval_index(account.as_str());
        let mut found = Vec::new();
        for entry in self.vault.store().range(&index, span).await? {
            let key = Key::new(Kind::Approval, entry.member, account.as_str());
            found.extend(self.vault.get::<Approval>(&key).await?);
        }
        Ok(found)
    }

    /// Forgets an approval; false when there was none.
    pub(super) async fn forget_approval(
        &self,
        account: &AccountId,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let known = self.approval(account, client).await?.is_some();
        let removed = Step::Remove {
            index: approval_index(account.as_str()),
            member: digest(client.as_str()),
        };
        self.vault
            .apply(vec![delete_step(&key(account, client)), removed])
            .await?;
        Ok(known)
    }
}
