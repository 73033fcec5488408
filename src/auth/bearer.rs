//! Who a request comes from, by its `Authorization` header (RFC 6750).

use std::time::Duration;

use super::events::{AuthEvent, AuthEventKind};
use super::families::{Family, family_key};
use super::principal::{Principal, Scopes};
use super::server::AuthServer;
use super::tokens::Wire;
use crate::store::{Budget, Spend, StoreError, keys};

/// Refused bearers that are recorded. Anyone can send what looks like one, so that without a bound
/// a stranger could fill the audit record.
const RECORDED: Budget = Budget {
    capacity: 60,
    refill: Duration::from_mins(1),
};

/// Why a request does not pass, and what its client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The reason.
    pub reason: ChallengeReason,
    /// Where the metadata of the resource is (RFC 9728, section 5.1).
    pub resource_metadata: String,
    /// The scopes that a client should ask for.
    pub scopes: Scopes,
}

/// The reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeReason {
    /// There is no bearer: 401 without an error.
    Missing,
    /// The bearer is unknown, expired or revoked: 401 `invalid_token`.
    InvalidToken,
    /// The bearer is good and its scopes do not suffice: 403 `insufficient_scope`.
    InsufficientScope,
    /// The store did not answer: 503, nobody passes.
    Unavailable,
}

impl AuthServer {
    /// The caller of a request.
    ///
    /// # Errors
    /// [`Challenge`] when the header names nobody.
    pub async fn bearer(&self, authorization: Option<&str>) -> Result<Principal, Challenge> {
        let refuse = |reason| self.challenge(reason, Scopes::DEFAULT);
        let header = authorization.ok_or_else(|| refuse(ChallengeReason::Missing))?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| refuse(ChallengeReason::Missing))?;
        match self.principal(token).await {
            Ok(Some(principal)) => Ok(principal),
            Ok(None) => {
                if let Err(err) = self.tell_refused(token).await {
                    tracing::error!(
                        error = &err as &dyn std::error::Error,
                        "a refused bearer could not be recorded"
                    );
                }
                Err(refuse(ChallengeReason::InvalidToken))
            }
            Err(err) => {
                tracing::error!(
                    error = &err as &dyn std::error::Error,
                    "a bearer could not be checked"
                );
                Err(refuse(ChallengeReason::Unavailable))
            }
        }
    }

    /// Records a refused bearer of our own shape, with whose it was while its sign-in still lives.
    async fn tell_refused(&self, token: &str) -> Result<(), StoreError> {
        let Some(id) = Wire::Access.family(token) else {
            return Ok(());
        };
        let store = self.vault.store();
        if let Spend::Short { .. } = store.spend(keys::REFUSED_BUCKET, RECORDED, 1).await? {
            return Ok(());
        }
        let mut event = AuthEvent::new(AuthEventKind::BearerRefused)
            .in_family(id)
            .noting("unknown, expired or revoked");
        if let Some(family) = self.vault.get::<Family>(&family_key(id)).await? {
            event = event.of(&family.person.account).by(&family.client);
        }
        self.tell(event).await;
        Ok(())
    }

    /// A challenge that names the scopes to ask for.
    pub fn challenge(&self, reason: ChallengeReason, scopes: Scopes) -> Challenge {
        Challenge {
            reason,
            resource_metadata: format!(
                "{}/.well-known/oauth-protected-resource/mcp",
                self.issuer()
            ),
            scopes,
        }
    }
}
