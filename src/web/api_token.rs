//! The page on which a person binds or removes their Atlassian API token.

use askama::Template;

use crate::grants::ApiTokenStatus;

/// A token with fewer days left is called to mind.
const SOON_DAYS: i64 = 14;

/// The page.
#[derive(Debug, Default, Template)]
#[template(path = "api_token.html")]
pub struct ApiTokenPage {
    /// Who is signed in.
    pub person: Option<String>,
    /// What the last form came to.
    pub notice: Option<Notice>,
    /// The bound token.
    pub token: Option<TokenLine>,
    /// Against forgery.
    pub form_token: String,
    /// The address entered last.
    pub email: String,
    /// The day entered last.
    pub expires: String,
}

/// What a form came to.
#[derive(Debug)]
pub struct Notice {
    /// Whether it failed.
    pub bad: bool,
    /// A sentence.
    pub words: String,
}

/// A bound token as it is shown.
#[derive(Debug)]
pub struct TokenLine {
    email: String,
    site: String,
    until: Option<String>,
    soon: bool,
}

impl From<ApiTokenStatus> for TokenLine {
    fn from(status: ApiTokenStatus) -> Self {
        Self {
            email: status.email,
            site: status.site,
            until: status
                .expires_at
                .and_then(|at| at.get(..10).map(str::to_owned)),
            soon: status.days_left.is_some_and(|days| days < SOON_DAYS),
        }
    }
}
