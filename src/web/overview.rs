//! The overview: what may act for the signed-in person, and how to end it.

use askama::Template;
use url::Url;

use super::api_token::TokenLine;
use super::notice::Notice;
use super::scopes::{ScopeLine, lines};
use crate::auth::Connection;
use crate::base::clock::Timestamp;
use crate::grants::GrantStatus;

/// The page.
#[derive(Debug, Default, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Who is signed in.
    pub person: Option<String>,
    /// What the last form came to.
    pub notice: Option<Notice>,
    /// Clients that may act for the person.
    pub connections: Vec<ConnectionLine>,
    /// The sign-in to Atlassian.
    pub atlassian: Option<AtlassianLine>,
    /// Bound API tokens.
    pub tokens: Vec<TokenLine>,
    /// Against forgery.
    pub form_token: String,
}

/// The question before everything of a person is ended.
#[derive(Debug, Template)]
#[template(path = "sign_out.html")]
pub struct SignOutPage {
    /// Who is signed in.
    pub person: String,
    /// How many clients lose their access.
    pub connections: usize,
    /// Against forgery.
    pub form_token: String,
}

/// A connected client as it is shown.
#[derive(Debug)]
pub struct ConnectionLine {
    client: String,
    name: String,
    host: String,
    described_at: Option<String>,
    loopback: bool,
    scopes: Vec<ScopeLine>,
    since: String,
    last_used: Option<String>,
    sign_ins: usize,
}

impl From<Connection> for ConnectionLine {
    fn from(connection: Connection) -> Self {
        let described_at = Url::parse(connection.client.as_str())
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        Self {
            client: connection.client.as_str().to_owned(),
            name: connection
                .name
                .unwrap_or_else(|| "an application without a name".to_owned()),
            host: connection.redirect.host().to_owned(),
            described_at,
            loopback: connection.redirect.is_loopback(),
            scopes: lines(connection.scopes),
            since: minute(connection.approved_at),
            last_used: connection.last_used.map(minute),
            sign_ins: connection.sign_ins,
        }
    }
}

/// The sign-in to Atlassian as it is shown.
#[derive(Debug)]
pub struct AtlassianLine {
    since: String,
    sites: Vec<String>,
    scopes: Vec<String>,
}

impl From<GrantStatus> for AtlassianLine {
    fn from(status: GrantStatus) -> Self {
        Self {
            since: minute(status.since),
            sites: status.sites.into_iter().map(|site| site.site).collect(),
            scopes: status.scopes,
        }
    }
}

/// A moment to the minute, in UTC, as `2026-11-23 06:37`.
pub(super) fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}
