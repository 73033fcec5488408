//! Floor 2: the callers' Atlassian credentials, kept fresh.

mod access;
mod api_token;
mod app;
mod atlassian;
mod bind;
mod check;
mod kind;
mod lease;
mod need;
mod record;
mod refresh;
mod service;
mod sign_in;
mod sites;
mod standing;
mod status;

pub use access::{Access, AccessKind};
pub use api_token::{ApiTokenStatus, SOON_DAYS};
pub use app::{AtlassianApp, OrgKey};
pub use atlassian::UpstreamError;
pub use bind::{BindError, Binding};
pub use kind::ApiTokenKind;
pub use need::Need;
pub use service::{GrantParts, Grants};
pub use sign_in::{SignInError, SignedIn};
pub use sites::{Aim, Reach, means};
pub use status::{GrantStatus, SiteStatus};
