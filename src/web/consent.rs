//! The page on which a person lets a client act for them, or does not.

use askama::Template;
use url::Url;

use super::scopes::{ScopeLine, lines};
use crate::auth::{AuthorizationRequest, Scope};

/// The page.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage<'a> {
    client: &'a str,
    redirect_host: &'a str,
    described_at: Option<String>,
    loopback: bool,
    organisation: bool,
    site: Option<String>,
    scopes: Vec<ScopeLine>,
    groups: &'a [String],
    request: &'a str,
    form_token: &'a str,
}

impl<'a> ConsentPage<'a> {
    /// The page for the request held under `id`. `site` is the pinned site, `groups` are the titles
    /// of the groups of tools that are switched on.
    pub fn new(
        request: &'a AuthorizationRequest,
        site: Option<String>,
        groups: &'a [String],
        id: &'a str,
        form_token: &'a str,
    ) -> Self {
        let described_at = Url::parse(request.client.as_str())
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        Self {
            client: request
                .client_name
                .as_deref()
                .unwrap_or("an application without a name"),
            redirect_host: request.redirect.host(),
            described_at,
            loopback: request.redirect.is_loopback(),
            organisation: request.scopes.has(Scope::AdminOrg),
            site,
            scopes: lines(request.scopes),
            groups,
            request: id,
            form_token,
        }
    }
}
