//! GET and POST /connect/api-token.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;

use super::visit::{self, RouteError, Visit};
use crate::auth::{OwnPage, Person};
use crate::base::clock::Timestamp;
use crate::base::secret::Secret;
use crate::grants::{BindError, Binding, UpstreamError};
use crate::http::oauth::{AuthState, Fields};
use crate::web::{ApiTokenPage, Notice, page};

/// What the form token of this page is made for.
const PAGE: &str = "api-token";

pub(in crate::http) async fn show(
    State(state): State<AuthState>,
    headers: HeaderMap,
) -> Result<Response, RouteError> {
    let visit = Visit::open(&state, &headers).await?;
    render(&state, &visit, ApiTokenPage::default()).await
}

/// The page with what is known of the person; marks the browser.
async fn render(
    state: &AuthState,
    visit: &Visit,
    mut view: ApiTokenPage,
) -> Result<Response, RouteError> {
    if let Some(person) = &visit.person {
        let token = state.grants.api_token_status(&person.account).await?;
        view.token = token.map(Into::into);
        view.person = Some(visit::name(person));
    }
    view.form_token = visit.form_token(PAGE);
    let status = visit::status(view.notice.as_ref());
    Ok(visit.mark(state, page(status, &view)))
}

pub(in crate::http) async fn change(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let mut fields = Fields::of_form(&headers, body)?;
    let visit = Visit::of_form(&state, &headers, &fields, PAGE).await?;
    let action = fields.take("action").unwrap_or_default();
    if action == "sign_in" {
        return visit.depart(&state, OwnPage::ApiToken).await;
    }
    let Some(person) = &visit.person else {
        let view = ApiTokenPage {
            notice: Some(Notice::failed(visit::ENDED)),
            ..ApiTokenPage::default()
        };
        return render(&state, &visit, view).await;
    };
    match action.as_str() {
        "bind" => bind(&state, &visit, person, &mut fields).await,
        "remove" => {
            state.grants.remove_api_token(&person.account).await?;
            let view = ApiTokenPage {
                notice: Some(Notice::done("The token is removed.")),
                ..ApiTokenPage::default()
            };
            render(&state, &visit, view).await
        }
        "leave" => {
            let visit = visit.leave(&state, &headers).await?;
            let view = ApiTokenPage {
                notice: Some(Notice::done("You have left. What is bound stays bound.")),
                ..ApiTokenPage::default()
            };
            Ok(visit::signed_out(
                &state,
                render(&state, &visit, view).await?,
            ))
        }
        _ => render(&state, &visit, ApiTokenPage::default()).await,
    }
}

async fn bind(
    state: &AuthState,
    visit: &Visit,
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
                email: email.clone(),
                token,
                expires_at,
            };
            state.grants.bind_api_token(&person.account, binding).await
        }
    };
    let view = match outcome {
        Ok(status) => ApiTokenPage {
            notice: Some(Notice::done(format!(
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
                notice: Some(Notice::failed(words)),
                email,
                expires,
                ..ApiTokenPage::default()
            }
        }
    };
    render(state, visit, view).await
}
