//! The authorisation server as one value: what all its parts need, handed in once.

use std::sync::Arc;

use super::document::DocumentSource;
use super::events::{AuthEvent, AuthEvents};
use super::principal::Scopes;
use crate::base::clock::SharedClock;
use crate::base::random::SharedRandom;
use crate::store::vault::Vault;

/// What the authorisation server is made of.
#[derive(Debug)]
pub struct AuthParts {
    /// Where everything is kept.
    pub vault: Vault,
    /// The time.
    pub clock: SharedClock,
    /// Randomness for codes and tokens.
    pub random: SharedRandom,
    /// The audit record.
    pub events: Arc<dyn AuthEvents>,
    /// Where client id metadata documents come from.
    pub documents: Arc<dyn DocumentSource>,
    /// Our own address, without a trailing slash; also the issuer.
    pub issuer: String,
    /// The scopes that a client may ask for here.
    pub offered: Scopes,
}

/// The authorisation server: clients, authorization requests, approvals, codes, tokens and browser
/// sessions. Its state is in the store alone, so that any replica may answer.
#[derive(Debug)]
pub struct AuthServer {
    pub(super) vault: Vault,
    pub(super) clock: SharedClock,
    pub(super) random: SharedRandom,
    events: Arc<dyn AuthEvents>,
    pub(super) documents: Arc<dyn DocumentSource>,
    issuer: String,
    resource: String,
    offered: Scopes,
}

impl AuthServer {
    /// Puts the parts together.
    pub fn new(parts: AuthParts) -> Self {
        let issuer = parts.issuer.trim_end_matches('/').to_owned();
        Self {
            vault: parts.vault,
            clock: parts.clock,
            random: parts.random,
            events: parts.events,
            documents: parts.documents,
            resource: format!("{issuer}/mcp"),
            issuer,
            offered: parts.offered,
        }
    }

    /// The issuer (RFC 8414), without a trailing slash.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The resource that our tokens are for (RFC 8707): the exact /mcp URL.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The scopes that a client may ask for here.
    pub const fn offered(&self) -> Scopes {
        self.offered
    }

    /// Whether a `resource` parameter names our resource; a trailing slash makes no difference.
    pub(super) fn is_our_resource(&self, asked: &str) -> bool {
        asked.strip_suffix('/').unwrap_or(asked) == self.resource
    }

    pub(super) async fn tell(&self, event: AuthEvent) {
        self.events.record(event).await;
    }
}
