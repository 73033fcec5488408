//! GET and POST /consent: the person decides before Atlassian is asked.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use subtle::ConstantTimeEq as _;

use super::authorize::error_url;
use super::fields::Fields;
use super::refusal::Refusal;
use super::state::AuthState;
use crate::auth::{Browser, Purpose};
use crate::web::{ConsentPage, ForwardPage, page};

fn form_token(browser: &Browser, id: &str) -> String {
    browser.form_token(&format!("consent {id}"))
}

pub(super) async fn get(
    State(state): State<AuthState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let fields = Fields::parse(query.as_deref().unwrap_or_default())?;
    let id = fields.get("request").ok_or(Refusal::Stale)?;
    let browser = state.cookies().browser(&headers).ok_or(Refusal::Stale)?;
    let request = state
        .auth
        .held_request(id, &browser)
        .await?
        .ok_or(Refusal::Stale)?;
    let site = state.grants.site_label().await?;
    let token = form_token(&browser, id);
    let view = ConsentPage::new(&request, site, &state.groups, id, &token);
    Ok(page(StatusCode::OK, &view))
}

pub(super) async fn post(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let fields = Fields::of_form(&headers, body)?;
    let id = fields.get("request").ok_or(Refusal::Stale)?;
    let browser = state.cookies().browser(&headers).ok_or(Refusal::Stale)?;
    let shown = fields.get("form_token").unwrap_or_default();
    let due = form_token(&browser, id);
    if !bool::from(shown.as_bytes().ct_eq(due.as_bytes())) {
        return Err(Refusal::Forged);
    }
    // Whatever is not the one word for yes is a no.
    let agreed = fields.get("decision") == Some("allow");
    let request = state
        .auth
        .decide(id, &browser, agreed)
        .await?
        .ok_or(Refusal::Stale)?;
    let forward = if agreed {
        let purpose = Purpose::Client(Box::new(request));
        let url = state.depart(purpose, &browser).await?;
        ForwardPage::to(&url, "On to Atlassian")
    } else {
        let url = error_url(
            &state,
            &request.redirect,
            request.state.as_deref(),
            "access_denied",
            "the person refused",
        );
        ForwardPage::to(&url, "Back to your application")
    };
    Ok(page(StatusCode::OK, &forward))
}
