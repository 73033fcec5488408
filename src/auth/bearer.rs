//! Who a request comes from, by its `Authorization` header (RFC 6750).

use super::principal::{Principal, Scopes};
use super::server::AuthServer;

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
            Ok(None) => Err(refuse(ChallengeReason::InvalidToken)),
            Err(err) => {
                tracing::error!(
                    error = &err as &dyn std::error::Error,
                    "a bearer could not be checked"
                );
                Err(refuse(ChallengeReason::Unavailable))
            }
        }
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
