//! What the sign-in side tells the audit record.

use std::fmt;

use async_trait::async_trait;

use crate::base::ids::{AccountId, ClientId};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthEventKind {
    /// A person came back from Atlassian signed in.
    SignIn,
    /// A person let a client act for them.
    Consent,
    /// A person refused a client.
    ConsentRefused,
    /// A client registered.
    Register,
    /// A code was exchanged for tokens.
    TokenIssued,
    /// A refresh token was rotated.
    TokenRefreshed,
    /// A rotated refresh token came again; the family is revoked.
    RefreshTokenReuse,
    /// A used code came again; what it gave is revoked.
    CodeReuse,
    /// A family was revoked at its client's wish.
    Revoked,
    /// A person took back what they let a client do.
    ApprovalWithdrawn,
    /// A person ended all sign-ins and approvals of all clients.
    SignedOut,
    /// A person bound an API token.
    ApiTokenBound,
    /// A person's API token was removed.
    ApiTokenRemoved,
    /// A person's Atlassian grant ended.
    GrantEnded,
    /// A bearer of our shape was refused: unknown, expired or revoked.
    BearerRefused,
}

impl AuthEventKind {
    /// The name in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SIGN_IN",
            Self::Consent => "CONSENT",
            Self::ConsentRefused => "CONSENT_REFUSED",
            Self::Register => "REGISTER",
            Self::TokenIssued => "TOKEN_ISSUED",
            Self::TokenRefreshed => "TOKEN_REFRESHED",
            Self::RefreshTokenReuse => "REFRESH_TOKEN_REUSE",
            Self::CodeReuse => "CODE_REUSE",
            Self::Revoked => "REVOKED",
            Self::ApprovalWithdrawn => "APPROVAL_WITHDRAWN",
            Self::SignedOut => "SIGNED_OUT",
            Self::ApiTokenBound => "API_TOKEN_BOUND",
            Self::ApiTokenRemoved => "API_TOKEN_REMOVED",
            Self::GrantEnded => "GRANT_ENDED",
            Self::BearerRefused => "BEARER_REFUSED",
        }
    }
}

/// One event. It holds no bearer, code or secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthEvent {
    /// What happened.
    pub kind: AuthEventKind,
    /// Whom it concerns, when known.
    pub account: Option<AccountId>,
    /// Which client, when one takes part.
    pub client: Option<ClientId>,
    /// Which token family, when there is one.
    pub family: Option<String>,
    /// A few words beyond that.
    pub note: Option<String>,
}

impl AuthEvent {
    /// An event of which nothing else is known yet.
    pub const fn new(kind: AuthEventKind) -> Self {
        Self {
            kind,
            account: None,
            client: None,
            family: None,
            note: None,
        }
    }

    /// Says whom it concerns.
    #[must_use]
    pub fn of(mut self, account: &AccountId) -> Self {
        self.account = Some(account.clone());
        self
    }

    /// Says which client takes part.
    #[must_use]
    pub fn by(mut self, client: &ClientId) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// Says which token family it is.
    #[must_use]
    pub fn in_family(mut self, family: &str) -> Self {
        self.family = Some(family.to_owned());
        self
    }

    /// Adds a few words.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// Takes events into the audit record. A record that cannot be written is the recorder's to report:
/// sign-in goes on.
#[async_trait]
pub trait AuthEvents: Send + Sync + fmt::Debug {
    /// Records one event.
    async fn record(&self, event: AuthEvent);
}
