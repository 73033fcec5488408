//! Floor 2: the callers' Atlassian credentials, kept fresh.

mod access;
mod api_token;
mod app;
mod atlassian;
mod lease;
mod record;
mod refresh;
mod service;
mod sign_in;

pub use access::{Access, AccessKind};
pub use api_token::{ApiTokenStatus, BindError, Binding};
pub use app::{AtlassianApp, OrgKey};
pub use atlassian::UpstreamError;
pub use service::{GrantParts, Grants, Identity};
pub use sign_in::{SignInError, SignedIn};
