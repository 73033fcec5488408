//! A visit to one of a person's pages: which browser, who is signed in, and the forms' protection.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use crate::auth::{Browser, OwnPage, Person, Purpose};
use crate::http::oauth::{AuthState, Fields, Refusal};
use crate::web::{ForwardPage, Notice, page};

/// Said when a form comes after the sign-in has ended.
pub(super) const ENDED: &str = "Your sign-in on this page has ended. Nothing was changed.";

/// Why a page did not do what it was asked.
#[derive(Debug)]
pub(in crate::http) struct RouteError(Refusal);

impl<T: Into<Refusal>> From<T> for RouteError {
    fn from(err: T) -> Self {
        Self(err.into())
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// A visit.
#[derive(Debug)]
pub(super) struct Visit {
    browser: Browser,
    /// Who is signed in.
    pub(super) person: Option<Person>,
}

impl Visit {
    /// A visit that only looks; a browser without a mark gets one.
    pub(super) async fn open(state: &AuthState, headers: &HeaderMap) -> Result<Self, RouteError> {
        let browser = state.browser(headers)?;
        Self::with(state, headers, browser).await
    }

    /// A visit that brings a form, which must be one that this browser was shown on `form`.
    pub(super) async fn of_form(
        state: &AuthState,
        headers: &HeaderMap,
        fields: &Fields,
        form: &str,
    ) -> Result<Self, RouteError> {
        let browser = state.cookies().browser(headers).ok_or(Refusal::Forged)?;
        let shown = fields.get("form_token").unwrap_or_default();
        let due = browser.form_token(form);
        if !bool::from(shown.as_bytes().ct_eq(due.as_bytes())) {
            return Err(Refusal::Forged.into());
        }
        Self::with(state, headers, browser).await
    }

    async fn with(
        state: &AuthState,
        headers: &HeaderMap,
        browser: Browser,
    ) -> Result<Self, RouteError> {
        let session = match state.cookies().session(headers) {
            None => None,
            Some(cookie) => state.auth.session(cookie, &browser).await?,
        };
        Ok(Self {
            browser,
            person: session.map(|session| session.person),
        })
    }

    pub(super) fn form_token(&self, form: &str) -> String {
        self.browser.form_token(form)
    }

    /// The answer, with the browser marked.
    pub(super) fn mark(&self, state: &AuthState, mut response: Response) -> Response {
        if let Some(cookie) = state.cookies().mark(&self.browser) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// Sends the person to Atlassian, to come back to this page.
    pub(super) async fn depart(
        &self,
        state: &AuthState,
        back_to: OwnPage,
    ) -> Result<Response, RouteError> {
        let purpose = Purpose::Session(back_to);
        let url = state.depart(purpose, &self.browser).await?;
        Ok(page(
            StatusCode::OK,
            &ForwardPage::to(&url, "On to Atlassian"),
        ))
    }

    /// Ends the browser's sign-in; [`signed_out`] takes its cookie.
    pub(super) async fn leave(
        self,
        state: &AuthState,
        headers: &HeaderMap,
    ) -> Result<Self, RouteError> {
        if let Some(cookie) = state.cookies().session(headers) {
            state.auth.close_session(cookie).await?;
        }
        Ok(Self {
            person: None,
            ..self
        })
    }
}

/// The answer, with the session cookie taken back.
pub(super) fn signed_out(state: &AuthState, mut response: Response) -> Response {
    if let Some(cookie) = state.cookies().sign_out() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What a person is called.
pub(super) fn name(person: &Person) -> String {
    let name = person.name.as_deref();
    name.unwrap_or(person.account.as_str()).to_owned()
}

/// The status of a page that carries this notice.
pub(super) fn status(notice: Option<&Notice>) -> StatusCode {
    match notice {
        Some(notice) if notice.bad => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}
