//! GET /authorize: checks what a client asks for and shows it to the person.

use axum::extract::{RawQuery, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::fields::Fields;
use super::refusal::Refusal;
use super::state::AuthState;
use crate::auth::{
    AuthorizationRequest, AuthorizeError, AuthorizeParams, Browser, Purpose, RedirectUri,
};
use crate::web::{MessagePage, page};

/// Why a request goes no further.
#[derive(Debug)]
pub(super) enum RouteError {
    /// The person is told.
    Page(Refusal),
    /// The person is told that the client cannot be trusted.
    Untrusted(String),
    /// The client is told.
    ToClient(Url),
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
            Self::Untrusted(words) => page(
                StatusCode::BAD_REQUEST,
                &MessagePage {
                    title: "This application cannot sign you in",
                    words: format!("Nobody was sent anywhere, because {words}."),
                    mend: Some(
                        "Remove the server from your application and add it again; if that does not help, tell the application's makers.",
                    ),
                },
            ),
        }
    }
}

/// A redirect that is not kept.
pub(super) fn redirect(url: &Url) -> Response {
    let headers = [
        (axum::http::header::CACHE_CONTROL, "no-store"),
        (axum::http::header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    if let Ok(location) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// Where an error takes the person: to the client, with its state and our name (RFC 9207).
pub(super) fn error_url(
    state: &AuthState,
    to: &RedirectUri,
    client_state: Option<&str>,
    code: &str,
    description: &str,
) -> Url {
    let description: String = description
        .chars()
        .map(|c| match c {
            '"' | '\\' => '\'',
            ' '..='~' => c,
            _ => '?',
        })
        .take(300)
        .collect();
    let params = [
        ("error", code),
        ("error_description", &description),
        ("iss", state.auth.issuer()),
    ];
    let client_state = client_state.map(|client_state| ("state", client_state));
    to.with_params(params.into_iter().chain(client_state))
}

pub(super) async fn get(
    State(state): State<AuthState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, RouteError> {
    let mut fields = Fields::parse(query.as_deref().unwrap_or_default())?;
    let params = AuthorizeParams {
        response_type: fields.take("response_type"),
        response_mode: fields.take("response_mode"),
        client_id: fields.take("client_id"),
        redirect_uri: fields.take("redirect_uri"),
        code_challenge: fields.take("code_challenge"),
        code_challenge_method: fields.take("code_challenge_method"),
        scope: fields.take("scope"),
        state: fields.take("state"),
        resource: fields.take("resource"),
    };
    let request = match state.auth.check_request(params).await {
        Ok(request) => request,
        Err(AuthorizeError::Untrusted(why)) => {
            return Err(RouteError::Untrusted(why.to_string()));
        }
        Err(AuthorizeError::ToClient {
            redirect,
            state: client_state,
            code,
            description,
        }) => {
            let url = error_url(
                &state,
                &redirect,
                client_state.as_deref(),
                code,
                &description,
            );
            return Err(RouteError::ToClient(url));
        }
        Err(AuthorizeError::Store(err)) => return Err(err.into()),
        Err(AuthorizeError::Random(err)) => return Err(err.into()),
    };
    let browser = state.browser(&headers)?;
    let next = next_step(&state, &headers, &browser, request).await?;
    let mut response = redirect(&next);
    if let Some(cookie) = state.cookies().mark(&browser) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The consent page; straight to Atlassian only when the person who is signed in here approved this
/// very client before.
async fn next_step(
    state: &AuthState,
    headers: &HeaderMap,
    browser: &Browser,
    request: AuthorizationRequest,
) -> Result<Url, Refusal> {
    if let Some(cookie) = state.cookies().session(headers)
        && let Some(session) = state.auth.session(cookie, browser).await?
        && state
            .auth
            .is_approved(&session.person.account, &request)
            .await?
    {
        let purpose = Purpose::Client(Box::new(request));
        return Ok(state.depart(purpose, browser).await?);
    }
    let id = match state.auth.hold_request(request, browser).await {
        Ok(id) => id,
        Err(err) => return Err(Refusal::ours(&err)),
    };
    let address = format!("{}/consent", state.auth.issuer());
    Url::parse_with_params(&address, [("request", &id)]).map_err(|err| Refusal::ours(&err))
}
