//! The page on which a person binds, tries or removes their Atlassian API tokens.

use askama::Template;

use super::notice::Notice;
use crate::base::ids::CloudId;
use crate::grants::{ApiTokenKind, ApiTokenStatus, SiteStatus};

/// The page.
#[derive(Debug, Default, Template)]
#[template(path = "api_token.html")]
pub struct ApiTokenPage {
    /// Who is signed in.
    pub person: Option<String>,
    /// What the last form came to.
    pub notice: Option<Notice>,
    /// The bound tokens, one for each site.
    pub tokens: Vec<TokenLine>,
    /// The sites to choose from.
    pub sites: Vec<SiteChoice>,
    /// Against forgery.
    pub form_token: String,
    /// The address entered last.
    pub email: String,
    /// The day entered last.
    pub expires: String,
}

/// A site that a token can be bound for.
#[derive(Debug)]
pub struct SiteChoice {
    id: String,
    site: String,
    chosen: bool,
}

impl SiteChoice {
    /// A line of the choice; `chosen` is the cloud id that was entered last.
    pub fn new(site: SiteStatus, chosen: Option<&CloudId>) -> Self {
        Self {
            chosen: chosen == Some(&site.cloud_id),
            id: site.cloud_id.as_str().to_owned(),
            site: site.site,
        }
    }
}

/// A bound token as it is shown.
#[derive(Debug)]
pub struct TokenLine {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) site: String,
    pub(super) kind: &'static str,
    pub(super) reach: &'static str,
    pub(super) until: Option<String>,
    pub(super) left: Option<String>,
    pub(super) soon: bool,
}

impl From<ApiTokenStatus> for TokenLine {
    fn from(status: ApiTokenStatus) -> Self {
        let (kind, reach) = match status.kind {
            ApiTokenKind::Unscoped => (
                "Without scopes",
                "Reaches everything that your account may do on this site.",
            ),
            ApiTokenKind::Scoped => (
                "With scopes",
                "Reaches no more than its scopes, and not Automation, Forms or the first API of Confluence. Bind a token without scopes for those.",
            ),
        };
        Self {
            soon: status.expires_soon(),
            left: status.days_left.map(days_left),
            until: status
                .expires_at
                .and_then(|at| at.get(..10).map(str::to_owned)),
            id: status.cloud_id.as_str().to_owned(),
            email: status.email,
            site: status.site,
            kind,
            reach,
        }
    }
}

/// Whole days in words.
fn days_left(days: i64) -> String {
    match days {
        ..0 => "expired".to_owned(),
        0 => "expires within a day".to_owned(),
        1 => "1 day left".to_owned(),
        _ => format!("{days} days left"),
    }
}
