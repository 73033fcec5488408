//! POST /register: dynamic client registration (RFC 7591).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::address::Sender;
use super::fields::{BodyError, whole};
use super::state::AuthState;
use crate::auth::{ClientError, Registered, Registration, RegistrationError};

/// Why a client was not registered.
#[derive(Debug, thiserror::Error)]
pub(super) enum RouteError {
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("the body must be a JSON object of client metadata")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let mut wait = None;
        let (status, code) = match &self {
            Self::Body(err) => (err.status(), "invalid_client_metadata"),
            Self::Client(ClientError::Metadata(
                RegistrationError::Redirect(_) | RegistrationError::RedirectCount,
            )) => (StatusCode::BAD_REQUEST, "invalid_redirect_uri"),
            Self::Client(ClientError::TooMany(span)) => {
                wait = Some(span.as_secs().saturating_add(1).to_string());
                (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable")
            }
            Self::Json(_)
            | Self::Client(
                ClientError::Metadata(_) | ClientError::Unknown | ClientError::Document(_),
            ) => (StatusCode::BAD_REQUEST, "invalid_client_metadata"),
            Self::Client(ClientError::Store(_) | ClientError::Random(_)) => {
                tracing::error!(error = &self as &dyn std::error::Error, "no registration");
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
        };
        let body = json!({"error": code, "error_description": self.to_string()});
        let mut response = (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response();
        if let Some(wait) = wait.and_then(|wait| wait.parse().ok()) {
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        response
    }
}

pub(super) async fn post(
    State(state): State<AuthState>,
    Sender(address): Sender,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    // By way of a map, for a list could pass for the members in their order.
    let members: Map<String, Value> = serde_json::from_slice(&whole(body)?)?;
    let registration: Registration = serde_json::from_value(Value::Object(members))?;
    let Registered { client, secret } = state.auth.register(registration, &address).await?;
    let mut body = json!({
        "client_id": client.id,
        "client_id_issued_at": client.since.as_secs(),
        "redirect_uris": client.redirects,
        "token_endpoint_auth_method": client.auth,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": client.scopes.and(state.auth.offered()).to_string(),
    });
    if let Some(name) = client.name {
        body["client_name"] = name.into();
    }
    if let Some(kind) = client.application_type {
        body["application_type"] = kind.as_str().into();
    }
    if let Some(secret) = secret {
        body["client_secret"] = secret.expose().as_str().into();
        body["client_secret_expires_at"] = 0.into();
    }
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, Json(body)).into_response())
}
