//! GET and POST /connect/api-token.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use crate::auth::{Browser, Person, Purpose, Session};
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::grants::{BindError, Binding, UpstreamError};
use crate::http::oauth::{AuthState, Fields, Refusal};
use crate::web::{ApiTokenPage, ForwardPage, Notice, page};

/// Why the page did not do what it was asked.
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

fn form_token(browser: &Browser) -> String {
    browser.form_token("api-token")
}

async fn session(
    state: &AuthState,
    headers: &HeaderMap,
    browser: &Browser,
) -> Result<Option<Session>, Refusal> {
    match state.cookies().session(headers) {
        None => Ok(None),
        Some(cookie) => Ok(state.auth.session(cookie, browser).await?),
    }
}

pub(in crate::http) async fn show(
    State(state): State<AuthState>,
    headers: HeaderMap,
) -> Result<Response, RouteError> {
    let browser = state.browser(&headers)?;
    let person = session(&state, &headers, &browser)
        .await?
        .map(|session| session.person);
    Ok(render(&state, &browser, person.as_ref(), ApiTokenPage::default()).await?)
}

/// The page with what is known of the person; marks the browser.
async fn render(
    state: &AuthState,
    browser: &Browser,
    person: Option<&Person>,
    mut view: ApiTokenPage,
) -> Result<Response, Refusal> {
    if let Some(person) = person {
        let tokens = state.grants.api_tokens(&person.account).await?;
        view.token = tokens.into_iter().next().map(Into::into);
        let name = person.name.as_deref();
        view.person = Some(name.unwrap_or(person.account.as_str()).to_owned());
    }
    view.form_token = form_token(browser);
    let status = match &view.notice {
        Some(notice) if notice.bad => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let mut response = page(status, &view);
    if let Some(cookie) = state.cookies().mark(browser) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(in crate::http) async fn change(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let mut fields = Fields::of_form(&headers, body)?;
    let browser = state.cookies().browser(&headers).ok_or(Refusal::Forged)?;
    let shown = fields.get("form_token").unwrap_or_default();
    if !bool::from(shown.as_bytes().ct_eq(form_token(&browser).as_bytes())) {
        return Err(Refusal::Forged.into());
    }
    let action = fields.take("action").unwrap_or_default();
    let found = session(&state, &headers, &browser).await?;
    let Some(Session { person, .. }) = found else {
        if action == "sign_in" {
            let url = state.depart(Purpose::Session, &browser).await?;
            return Ok(page(
                StatusCode::OK,
                &ForwardPage::to(&url, "On to Atlassian"),
            ));
        }
        let view = ApiTokenPage {
            notice: Some(bad(
                "Your sign-in on this page has ended. Nothing was changed.",
            )),
            ..ApiTokenPage::default()
        };
        return Ok(render(&state, &browser, None, view).await?);
    };
    match action.as_str() {
        "bind" => bind(&state, &browser, &person, &mut fields).await,
        "remove" => {
            for token in state.grants.api_tokens(&person.account).await? {
                let (account, site) = (&person.account, &token.cloud_id);
                state.grants.remove_api_token(account, site).await?;
            }
            let view = ApiTokenPage {
                notice: Some(good("The token is removed.")),
                ..ApiTokenPage::default()
            };
            Ok(render(&state, &browser, Some(&person), view).await?)
        }
        "leave" => leave(&state, &headers, &browser).await,
        _ => Ok(render(&state, &browser, Some(&person), ApiTokenPage::default()).await?),
    }
}

async fn bind(
    state: &AuthState,
    browser: &Browser,
    person: &Person,
    fields: &mut Fields,
) -> Result<Response, RouteError> {
    let email = fields.take("email").unwrap_or_default();
    let expires = fields.take("expires").unwrap_or_default();
    let token = Secret::new(fields.take("token").unwrap_or_default());
    // A token is good until the end of its day, somewhere on earth; its beginning is the safe side.
    let expires_at = Timestamp::parse(&format!("{expires}T00:00:00Z"));
    let outcome = match expires_at {
        None => Err(BindError::Expiry),
        Some(expires_at) => {
            let binding = Binding {
                site: None,
                email: email.clone(),
                token,
                expires_at,
            };
            state.grants.bind_api_token(&person.account, binding).await
        }
    };
    let view = match outcome {
        Ok(status) => ApiTokenPage {
            notice: Some(good(&format!(
                "The token is bound to you on {}. You can close this page.",
                status.site
            ))),
            ..ApiTokenPage::default()
        },
        Err(BindError::Store(err)) => return Err(err.into()),
        Err(err) => {
            if let BindError::Upstream(err) = &err {
                tracing::warn!(
                    error = err as &dyn std::error::Error,
                    "a token was not tested"
                );
            }
            let words = match &err {
                BindError::Upstream(UpstreamError::Unavailable(_) | UpstreamError::Busy) => {
                    "Atlassian did not answer; nothing was changed. Try again in a minute."
                        .to_owned()
                }
                other => format!("Nothing was changed: {other}."),
            };
            ApiTokenPage {
                notice: Some(bad(&words)),
                email,
                expires,
                ..ApiTokenPage::default()
            }
        }
    };
    Ok(render(state, browser, Some(person), view).await?)
}

async fn leave(
    state: &AuthState,
    headers: &HeaderMap,
    browser: &Browser,
) -> Result<Response, RouteError> {
    if let Some(cookie) = state.cookies().session(headers) {
        state.auth.close_session(cookie).await?;
    }
    let view = ApiTokenPage {
        notice: Some(good("You have left. What is bound stays bound.")),
        ..ApiTokenPage::default()
    };
    let mut response = render(state, browser, None, view).await?;
    if let Some(cookie) = state.cookies().sign_out() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn bad(words: &str) -> Notice {
    Notice {
        bad: true,
        words: words.to_owned(),
    }
}

fn good(words: &str) -> Notice {
    Notice {
        bad: false,
        words: words.to_owned(),
    }
}
