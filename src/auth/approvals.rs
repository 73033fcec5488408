//! A person's standing approval of a client.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authorization::AuthorizationRequest;
use super::principal::Scopes;
use super::redirect::RedirectUri;
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind, digest};

/// How long an approval stands.
const TTL: Duration = Duration::from_hours(90 * 24);

#[derive(Serialize, Deserialize)]
struct Approval {
    redirect: RedirectUri,
    scopes: Scopes,
    at: Timestamp,
}

fn key(account: &AccountId, client: &ClientId) -> Key {
    Key::new(Kind::Approval, digest(client.as_str()), account.as_str())
}

impl AuthServer {
    /// Keeps that the person approved this client, with this redirect URI and these scopes.
    pub(super) async fn keep_approval(
        &self,
        account: &AccountId,
        request: &AuthorizationRequest,
    ) -> Result<(), StoreError> {
        let approval = Approval {
            redirect: request.redirect.clone(),
            scopes: request.scopes,
            at: self.clock.now(),
        };
        self.vault
            .put(&key(account, &request.client), &approval, Some(TTL))
            .await
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
        let approval = self
            .vault
            .get::<Approval>(&key(account, &request.client))
            .await?;
        Ok(approval.is_some_and(|approval| {
            approval.redirect == request.redirect && approval.scopes.covers(request.scopes)
        }))
    }
}
