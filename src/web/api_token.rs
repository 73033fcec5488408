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

impl Notice {
    /// A form that did what it was for.
    pub fn done(words: impl Into<String>) -> Self {
        Self {
            bad: false,
            words: words.into(),
        }
    }

    /// A form that changed nothing.
    pub fn failed(words: impl Into<String>) -> Self {
        Self {
            bad: true,
            words: words.into(),
        }
    }
}

/// A bound token as it is shown.
#[derive(Debug)]
pub struct TokenLine {
    pub(super) email: String,
    pub(super) site: String,
    pub(super) until: Option<String>,
    pub(super) left: Option<String>,
    pub(super) soon: bool,
}

impl From<ApiTokenStatus> for TokenLine {
    fn from(status: ApiTokenStatus) -> Self {
        Self {
            email: status.email,
            site: status.site,
            until: status
                .expires_at
                .and_then(|at| at.get(..10).map(str::to_owned)),
            left: status.days_left.map(days_left),
            soon: status.days_left.is_some_and(|days| days < SOON_DAYS),
        }
    }
}

/// Whole days in words.
fn days_left(days: i64) -> String {
    match days {
        ..0 => "expired".to_owned(),
        0 => "expires today".to_owned(),
        1 => "1 day left".to_owned(),
        _ => format!("{days} days left"),
    }
}
