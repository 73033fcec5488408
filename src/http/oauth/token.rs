//! POST /token: codes and refresh tokens become access tokens (RFC 6749, sections 4.1.3 and 6).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::client_auth::{CredentialError, credential};
use super::fields::{BodyError, Fields};
use super::state::AuthState;
use crate::auth::{ClientError, Redemption, TokenError, TokenPair};

/// Why no token is given; /revoke has the same reasons.
#[derive(Debug, thiserror::Error)]
pub(super) enum RouteError {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("{0} is required")]
    Missing(&'static str),
    #[error("grant_type must be authorization_code or refresh_token")]
    GrantType,
    #[error(transparent)]
    Credential(#[from] CredentialError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl RouteError {
    fn parts(&self) -> (StatusCode, &'static str) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::Body(err) => (err.status(), "invalid_request"),
            Self::Missing(_) | Self::Credential(CredentialError::Twice) => (bad, "invalid_request"),
            Self::GrantType => (bad, "unsupported_grant_type"),
            Self::Token(TokenError::InvalidGrant(_)) => (bad, "invalid_grant"),
            Self::Token(TokenError::InvalidTarget) => (bad, "invalid_target"),
            Self::Token(TokenError::InvalidScope) => (bad, "invalid_scope"),
            Self::Client(ClientError::TooMany(_)) => {
                (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable")
            }
            Self::Client(ClientError::Store(_) | ClientError::Random(_))
            | Self::Token(TokenError::Store(_) | TokenError::Random(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
            Self::Credential(_) | Self::Client(_) => (StatusCode::UNAUTHORIZED, "invalid_client"),
        }
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let (status, code) = self.parts();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(error = &self as &dyn std::error::Error, "no token given");
        }
        let body = json!({"error": code, "error_description": self.to_string()});
        let mut response = (status, uncached(), Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Basic realm=\"gojira-mcp\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

pub(super) const fn uncached() -> [(axum::http::HeaderName, &'static str); 2] {
    [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")]
}

pub(super) async fn post(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let fields = Fields::of_form(&headers, body)?;
    let need = |name| fields.get(name).ok_or(RouteError::Missing(name));
    let grant_type = need("grant_type")?;
    let client = state
        .auth
        .recognise(&credential(&headers, &fields)?)
        .await?;
    let resource = fields.get("resource");
    let pair = match grant_type {
        "authorization_code" => {
            let brought = Redemption {
                code: need("code")?,
                redirect_uri: fields.get("redirect_uri"),
                verifier: need("code_verifier")?,
                resource,
            };
            state.auth.redeem_code(&client, &brought).await?
        }
        "refresh_token" => {
            let shown = need("refresh_token")?;
            state
                .auth
                .refresh(&client, shown, fields.get("scope"), resource)
                .await?
        }
        _ => return Err(RouteError::GrantType),
    };
    Ok(answer(&pair))
}

fn answer(pair: &TokenPair) -> Response {
    let body = json!({
        "access_token": pair.access.expose(),
        "token_type": "Bearer",
        "expires_in": pair.expires_in.as_secs(),
        "refresh_token": pair.refresh.expose(),
        "scope": pair.scopes.to_string(),
    });
    (uncached(), Json(body)).into_response()
}
