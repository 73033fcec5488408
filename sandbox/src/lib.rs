//! An Atlassian Cloud tenant in one process: an authorisation server, the products' REST surfaces
//! and a believable site behind them. It knows nothing of the server that talks to it.
//!
//! Three hosts of the real cloud stand under three path prefixes of one loopback port:
//! `/auth` is `auth.atlassian.com`, `/api` is `api.atlassian.com` and `/site/{site}` is the site.
//! Every request is matched with an operation of a pinned document and checked against it before
//! anything of the tenant is touched.

#[expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the route tables"
)]
mod admin;
#[expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the route tables"
)]
mod assets;
mod auth;
mod automation;
#[expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the route tables"
)]
mod confluence;
#[cfg(test)]
mod conformance;
mod facts;
mod host;
#[expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the route tables"
)]
mod jira;
#[expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the route tables"
)]
mod jsm;
mod net;
mod options;
mod sandbox;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "tables take of its words what their families need"
    )
)]
mod shelf;
#[expect(
    clippy::unnecessary_wraps,
    reason = "functions in tables have the tables' signatures"
)]
mod shelves;
mod spec;
mod state;

pub use facts::{Facts, FactsSite, FactsUser, OauthApp};
pub use host::fault::{Effect, Fault};
pub use host::seen::SeenRequest;
pub use options::Options;
pub use sandbox::{Sandbox, SandboxError};
pub use state::task::TaskFate;
