//! The Atlassian app that this server signs people in with, and where Atlassian is.

use std::collections::BTreeSet;

use url::Url;

use crate::base::ids::AccountId;
use crate::base::secret::Secret;

/// The app and Atlassian's addresses.
#[derive(Debug)]
pub struct AtlassianApp {
    /// The app's client id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Secret<String>,
    /// The scopes asked for.
    pub scopes: Vec<String>,
    /// Our callback, as registered with Atlassian.
    pub callback: Url,
    /// Base of the authorisation server, without a trailing slash.
    pub auth_base: String,
    /// Base of the API gateway, without a trailing slash.
    pub api_base: String,
    /// Address of a site, with `{site}` for its host.
    pub site_template: String,
}

impl AtlassianApp {
    /// Where a person is sent to sign in.
    ///
    /// # Errors
    /// When the configured base is not an address.
    pub fn authorize_url(&self, state: &str) -> Result<Url, url::ParseError> {
        Url::parse_with_params(
            &format!("{}/authorize", self.auth_base),
            [
                ("audience", "api.atlassian.com"),
                ("client_id", self.client_id.as_str()),
                ("scope", &self.scopes.join(" ")),
                ("redirect_uri", self.callback.as_str()),
                ("state", state),
                ("response_type", "code"),
                ("prompt", "consent"),
            ],
        )
    }

    /// The base address of a site.
    pub(super) fn site_base(&self, site: &str) -> String {
        self.site_template
            .replace("{site}", site)
            .trim_end_matches('/')
            .to_owned()
    }
}

/// The organisation's key and who may act with it.
#[derive(Debug)]
pub struct OrgKey {
    /// The organisation.
    pub org_id: String,
    /// The key.
    pub key: Secret<String>,
    /// The accounts that may; membership in the organisation proves nothing.
    pub accounts: BTreeSet<AccountId>,
}
