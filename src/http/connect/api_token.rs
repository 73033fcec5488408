//! GET and POST /connect/api-token.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;

use super::visit::{self, RouteError, Visit};
use crate::auth::{OwnPage, Person};
use crate::base::clock::Timestamp;
use crate::base::ids::CloudId;
use crate::base::secret::Secret;
use crate::grants::{BindError, Binding, UpstreamError};
use crate::http::oauth::{AuthState, Fields};
use crate::web::{ApiTokenPage, Notice, SiteChoice, page};

/// What the form token of this page is made for.
const PAGE: &str = "api-token";

/// What was entered last and is shown again.
#[derive(Debug, Default)]
struct Entered {
    site: Option<CloudId>,
    email: String,
    expires: String,
}

pub(in crate::http) async fn show(
    State(state): State<AuthState>,
    headers: HeaderMap,
) -> Result<Response, RouteError> {
    let visit = Visit::open(&state, &headers).await?;
    render(&state, &visit, None, Entered::default()).await
}

/// The page with what is known of the person; marks the browser.
async fn render(
    state: &AuthState,
    visit: &Visit,
    notice: Option<Notice>,
    entered: Entered,
) -> Result<Response, RouteError> {
    let mut view = ApiTokenPage {
        notice,
        form_token: visit.form_token(PAGE),
        email: entered.email,
        expires: entered.expires,
        ..ApiTokenPage::default()
    };
    if let Some(person) = &visit.person {
        let tokens = state.grants.api_tokens(&person.account).await?;
        view.tokens = tokens.into_iter().map(Into::into).collect();
        if let Some(grant) = state.grants.status(&person.account).await? {
            let chosen = entered.site.as_ref();
            let sites = grant.sites.into_iter();
            view.sites = sites.map(|site| SiteChoice::new(site, chosen)).collect();
        }
        view.person = Some(visit::name(person));
    }
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
        let notice = Notice::failed(visit::ENDED);
        return render(&state, &visit, Some(notice), Entered::default()).await;
    };
    let site = fields.take("site").filter(|site| !site.is_empty());
    let site = site.map(CloudId::new);
    match (action.as_str(), site) {
        ("bind", site) => bind(&state, &visit, person, site, &mut fields).await,
        ("test", Some(site)) => {
            let notice = test(&state, person, &site).await?;
            render(&state, &visit, Some(notice), Entered::default()).await
        }
        ("remove", Some(site)) => {
            let was_there = state
                .grants
                .remove_api_token(&person.account, &site)
                .await?;
            let notice = if was_there {
                Notice::done(
                    "The token is removed. At Atlassian it stays valid until you revoke it there.",
                )
            } else {
                Notice::failed(GONE)
            };
            render(&state, &visit, Some(notice), Entered::default()).await
        }
        ("leave", _) => {
            let visit = visit.leave(&state, &headers).await?;
            let notice = Notice::done("You have left. What is bound stays bound.");
            let answer = render(&state, &visit, Some(notice), Entered::default()).await?;
            Ok(visit::signed_out(&state, answer))
        }
        _ => render(&state, &visit, None, Entered::default()).await,
    }
}

/// Said when a form names a token that is not there.
const GONE: &str = "No token is bound for this site any more. Nothing was changed.";

async fn test(state: &AuthState, person: &Person, site: &CloudId) -> Result<Notice, RouteError> {
    Ok(
        match state.grants.check_api_token(&person.account, site).await {
            Ok(Some(at)) => {
                let at = at.to_string();
                let (day, time) = (
                    at.get(..10).unwrap_or(&at),
                    at.get(11..19).unwrap_or_default(),
                );
                Notice::done(format!(
                    "Atlassian took the token on {day} at {time} UTC, as your own."
                ))
            }
            Ok(None) => Notice::failed(GONE),
            Err(BindError::Refused) => Notice::failed(
                "Atlassian refuses the token now: it was revoked or has expired. Bind a new one.",
            ),
            Err(BindError::Store(err)) => return Err(err.into()),
            Err(err) => Notice::failed(words_of(&err)),
        },
    )
}

async fn bind(
    state: &AuthState,
    visit: &Visit,
    person: &Person,
    site: Option<CloudId>,
    fields: &mut Fields,
) -> Result<Response, RouteError> {
    let email = fields.take("email").unwrap_or_default();
    let expires = fields.take("expires").unwrap_or_default();
    let token = Secret::new(fields.take("token").unwrap_or_default());
    // A token is good until the end of its day, somewhere on earth; its beginning is the safe side.
    let outcome = match Timestamp::parse(&format!("{expires}T00:00:00Z")) {
        None => Err(BindError::Expiry),
        Some(expires_at) => {
            let binding = Binding {
                site: site.clone(),
                email: email.clone(),
                token,
                expires_at,
            };
            state.grants.bind_api_token(&person.account, binding).await
        }
    };
    let (notice, entered) = match outcome {
        Ok(status) => {
            let words = format!(
                "The token is bound to you on {}. You can close this page.",
                status.site
            );
            (Notice::done(words), Entered::default())
        }
        Err(BindError::Store(err)) => return Err(err.into()),
        Err(err) => {
            let entered = Entered {
                site,
                email,
                expires,
            };
            (Notice::failed(words_of(&err)), entered)
        }
    };
    render(state, visit, Some(notice), entered).await
}

/// What a person reads of a failure that is not the store's.
fn words_of(err: &BindError) -> String {
    if let BindError::Upstream(err) = err {
        tracing::warn!(
            error = err as &dyn std::error::Error,
            "a token was not tested"
        );
    }
    match err {
        BindError::Upstream(UpstreamError::Unavailable(_) | UpstreamError::Busy) => {
            "Atlassian did not answer; nothing was changed. Try again in a minute.".to_owned()
        }
        other => format!("Nothing was changed: {other}."),
    }
}
