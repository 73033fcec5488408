//! What a person sees when a page route cannot go on. The words for the log are told apart.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::web::{MessagePage, page};

/// The refusals that page routes share.
#[derive(Debug)]
pub(in crate::http) enum Refusal {
    /// The request was not made by one of our pages or a client that follows the rules.
    Malformed(StatusCode, String),
    /// The step has expired, was done before, or began in another browser.
    Stale,
    /// The form was not sent by our page in this browser.
    Forged,
    /// A fault of this server; it stands in the log.
    Ours,
}

impl Refusal {
    /// Logs a fault of ours.
    pub(in crate::http) fn ours(err: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = err, "a sign-in page failed");
        Self::Ours
    }
}

impl From<super::fields::BodyError> for Refusal {
    fn from(err: super::fields::BodyError) -> Self {
        Self::Malformed(err.status(), err.to_string())
    }
}

impl From<crate::store::StoreError> for Refusal {
    fn from(err: crate::store::StoreError) -> Self {
        Self::ours(&err)
    }
}

impl From<crate::base::random::RandomError> for Refusal {
    fn from(err: crate::base::random::RandomError) -> Self {
        Self::ours(&err)
    }
}

impl From<crate::auth::StateError> for Refusal {
    fn from(err: crate::auth::StateError) -> Self {
        Self::ours(&err)
    }
}

impl From<super::state::DepartError> for Refusal {
    fn from(err: super::state::DepartError) -> Self {
        Self::ours(&err)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let again = Some("Start again from your application.");
        let (status, title, words, mend) = match self {
            Self::Malformed(status, why) => (
                status,
                "This request cannot be read",
                format!("The application sent something that this server does not take: {why}."),
                again,
            ),
            Self::Stale => (
                StatusCode::BAD_REQUEST,
                "This sign-in cannot go on",
                "It has expired, was finished before, or began in another browser.".to_owned(),
                again,
            ),
            Self::Forged => (
                StatusCode::FORBIDDEN,
                "This form was not accepted",
                "It did not come from a page that this server showed to this browser, or that page is too old.".to_owned(),
                Some("Open the page again."),
            ),
            Self::Ours => (
                StatusCode::SERVICE_UNAVAILABLE,
                "This server has a fault",
                "Nothing was changed.".to_owned(),
                Some("Try again in a minute; if that does not help, tell its operator."),
            ),
        };
        page(status, &MessagePage { title, words, mend })
    }
}
