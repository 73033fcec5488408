//! GET /oauth/atlassian-callback: the way back from Atlassian.

use axum::extract::{RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::authorize::{error_url, redirect};
use super::fields::Fields;
use super::refusal::Refusal;
use super::state::AuthState;
use crate::auth::{AuthorizationRequest, Browser, OwnPage, Person, Purpose, StateError};
use crate::grants::{SignInError, UpstreamError};
use crate::store::StoreError;
use crate::web::{MessagePage, WithdrawnPage, page};

/// A sign-in that came to nothing, in the words of RFC 6749, section 4.1.2.1.
#[derive(Debug)]
pub(super) struct Failure {
    code: &'static str,
    words: String,
}

/// Why the way back ends here.
#[derive(Debug)]
pub(super) enum RouteError {
    /// The person is told on a page.
    Page(Refusal),
    /// The sign-in for our own pages came to nothing.
    Session(Failure),
    /// The client is told.
    ToClient(Url),
    /// The person took back on the way what they had agreed to: they are told, and the client is
    /// told by the address that leads them back.
    Withdrawn(Url),
}

impl<T: Into<Refusal>> From<T> for RouteError {
    fn from(err: T) -> Self {
        Self::Page(err.into())
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        match self {
            Self::Page(refusal) => refusal.into_response(),
            Self::ToClient(url) => redirect(&url),
            Self::Withdrawn(url) => page(StatusCode::FORBIDDEN, &WithdrawnPage::back_to(&url)),
            Self::Session(failure) => page(
                StatusCode::BAD_REQUEST,
                &MessagePage {
                    title: "You were not signed in",
                    words: format!(
                        "Atlassian and this server did not agree: {}.",
                        failure.words
                    ),
                    mend: Some("Open the page again and sign in once more."),
                },
            ),
        }
    }
}

pub(super) async fn get(
    State(state): State<AuthState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, RouteError> {
    let fields = Fields::parse(query.as_deref().unwrap_or_default())?;
    let browser = state.cookies().browser(&headers).ok_or(Refusal::Stale)?;
    let sent = fields.get("state").ok_or(Refusal::Stale)?;
    let purpose = state
        .auth
        .close_state(sent, &browser)
        .await?
        .ok_or(Refusal::Stale)?;
    let outcome = arrive(&state, &fields).await;
    match purpose {
        Purpose::Session(own_page) => {
            let person = outcome.map_err(RouteError::Session)?;
            let url = match own_page {
                OwnPage::ApiToken => Url::parse(state.grants.mend_url()),
                OwnPage::Overview => Url::parse(&format!("{}/connect", state.auth.issuer())),
                OwnPage::Plans => Url::parse(&format!("{}/connect/plans", state.auth.issuer())),
                OwnPage::Plan(id) => {
                    Url::parse(&format!("{}/connect/plans/{id}", state.auth.issuer()))
                }
            };
            let url = url.map_err(|err| Refusal::ours(&err))?;
            signed_in(&state, person, &browser, &url).await
        }
        Purpose::Client(request) => {
            let refuse = |failure: Failure| {
                let client_state = request.state.as_deref();
                let url = error_url(
                    &state,
                    &request.redirect,
                    client_state,
                    failure.code,
                    &failure.words,
                );
                RouteError::ToClient(url)
            };
            let person = outcome.map_err(&refuse)?;
            match code_url(&state, (*request).clone(), person.clone()).await {
                Ok(url) => signed_in(&state, person, &browser, &url).await,
                Err(StateError::Withdrawn) => {
                    forget_what_came_late(&state, &request, &person).await?;
                    let (to, client_state) = (&request.redirect, request.state.as_deref());
                    let words = "the person withdrew their consent";
                    let url = error_url(&state, to, client_state, "access_denied", words);
                    Err(RouteError::Withdrawn(url))
                }
                Err(err) => {
                    tracing::error!(error = &err as &dyn std::error::Error, "no code given");
                    Err(refuse(Failure::of_ours()))
                }
            }
        }
    }
}

async fn arrive(state: &AuthState, fields: &Fields) -> Result<Person, Failure> {
    if let Some(error) = fields.get("error") {
        tracing::info!(error, "Atlassian sent a person back with an error");
        return Err(match error {
            "access_denied" => Failure {
                code: "access_denied",
                words: "the person refused at Atlassian".to_owned(),
            },
            _ => Failure {
                code: "server_error",
                words: "Atlassian refused the request; the operator finds its reason in the log"
                    .to_owned(),
            },
        });
    }
    let code = fields.get("code").ok_or_else(|| Failure {
        code: "server_error",
        words: "Atlassian sent no code".to_owned(),
    })?;
    match state.grants.sign_in(code).await {
        Ok(signed_in) => Ok(signed_in.person),
        Err(err) => Err(Failure::of(&err)),
    }
}

/// Atlassian's answer brought a grant. Whoever signed out of everything on the way wants none, unless
/// something of theirs was connected anew since.
async fn forget_what_came_late(
    state: &AuthState,
    request: &AuthorizationRequest,
    person: &Person,
) -> Result<(), StoreError> {
    let account = &person.account;
    let Some(agreed_at) = request.agreed_at else {
        return Ok(());
    };
    if state.auth.signed_out_since(account, agreed_at).await?
        && state.auth.connections(account).await?.is_empty()
    {
        let why = "signed out of everything while at Atlassian";
        let client = Some(&request.client);
        state.grants.forget(account, client, why).await?;
    }
    Ok(())
}

async fn code_url(
    state: &AuthState,
    request: AuthorizationRequest,
    person: Person,
) -> Result<Url, StateError> {
    let (to, client_state) = (request.redirect.clone(), request.state.clone());
    let code = state.auth.give_code(request, person).await?;
    let params = [("code", code.as_str()), ("iss", state.auth.issuer())];
    let client_state = client_state.as_deref().map(|text| ("state", text));
    Ok(to.with_params(params.into_iter().chain(client_state)))
}

/// Signs the browser in on our own pages and sends it on.
async fn signed_in(
    state: &AuthState,
    person: Person,
    browser: &Browser,
    url: &Url,
) -> Result<Response, RouteError> {
    let session = state.auth.open_session(person, browser).await?;
    let mut response = redirect(url);
    if let Some(cookie) = state.cookies().sign_in(&session) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

impl Failure {
    fn of_ours() -> Self {
        Self {
            code: "server_error",
            words: "this server has a fault; try again in a minute".to_owned(),
        }
    }

    fn of(err: &SignInError) -> Self {
        let code = match err {
            SignInError::NoSite | SignInError::Site(_) => "access_denied",
            SignInError::Upstream(UpstreamError::Unavailable(_) | UpstreamError::Busy) => {
                "temporarily_unavailable"
            }
            SignInError::Upstream(_) => "server_error",
            SignInError::Store(err) => {
                tracing::error!(error = err as &dyn std::error::Error, "no grant kept");
                return Self::of_ours();
            }
        };
        tracing::warn!(error = err as &dyn std::error::Error, "a sign-in failed");
        Self {
            code,
            words: err.to_string(),
        }
    }
}
