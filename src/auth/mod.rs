//! Floor 2: the authorisation server. It knows no wire format and no page, and nothing of Atlassian.

mod alerts;
mod approvals;
mod authorization;
mod bearer;
mod browser;
mod client;
mod clients;
mod codes;
mod connections;
mod document;
mod events;
mod families;
mod pkce;
mod principal;
mod redirect;
mod registration;
mod server;
mod sessions;
mod states;
#[cfg(test)]
mod tests;
mod tokens;
mod withdrawals;

pub use alerts::{ATTEMPT_LIMIT, AlertParts, Alerts};
pub use authorization::{AuthorizationRequest, AuthorizeError, AuthorizeParams, Untrusted};
pub use bearer::{Challenge, ChallengeReason};
pub use browser::Browser;
pub use client::{ApplicationType, Client, ClientAuth, ClientCredential};
pub use clients::ClientError;
pub use codes::{Person, Redemption};
pub use connections::Connection;
pub use document::{Document, DocumentError, DocumentSource, WebDocuments};
pub use events::{AuthEvent, AuthEventKind, AuthEvents};
pub use pkce::{CodeChallenge, CodeChallengeError};
pub use principal::{Principal, Scope, Scopes, UnknownScope};
pub use redirect::{RedirectError, RedirectUri};
pub use registration::{Registered, Registration, RegistrationError};
pub use server::{AuthParts, AuthServer};
pub use sessions::Session;
pub use states::{OwnPage, Purpose, StateError};
pub use tokens::{TokenError, TokenPair};
