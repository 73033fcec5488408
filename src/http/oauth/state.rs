//! What the routes need.

use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use super::cookies::Cookies;
use crate::auth::{AuthServer, Browser, Purpose};
use crate::base::random::{RandomError, SharedRandom};
use crate::grants::Grants;

/// What the routes need; cheap to clone.
#[derive(Debug, Clone)]
pub struct AuthState {
    /// The authorisation server.
    pub auth: Arc<AuthServer>,
    /// The Atlassian side.
    pub grants: Grants,
    /// Randomness for cookies.
    pub random: SharedRandom,
    /// Titles of the groups of tools that are switched on, for the consent page.
    pub groups: Arc<[String]>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpNet]>,
}

/// Why a person cannot be sent to Atlassian.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum DepartError {
    #[error(transparent)]
    State(#[from] crate::auth::StateError),
    #[error("the configured address of Atlassian is none")]
    Address(#[from] url::ParseError),
}

impl AuthState {
    pub(in crate::http) fn cookies(&self) -> Cookies {
        Cookies::for_issuer(self.auth.issuer())
    }

    /// The browser of a request, or a new one.
    pub(in crate::http) fn browser(
        &self,
        headers: &http::HeaderMap,
    ) -> Result<Browser, RandomError> {
        self.cookies()
            .browser(headers)
            .map_or_else(|| Browser::random(self.random.as_ref()), Ok)
    }

    /// Where to send a browser to sign in at Atlassian.
    pub(in crate::http) async fn depart(
        &self,
        purpose: Purpose,
        browser: &Browser,
    ) -> Result<Url, DepartError> {
        let state = self.auth.open_state(purpose, browser).await?;
        Ok(self.grants.app().authorize_url(&state)?)
    }
}
