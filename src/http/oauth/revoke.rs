//! POST /revoke: a client gives up a sign-in (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::client_auth::credential;
use super::fields::Fields;
use super::state::AuthState;
use super::token::{RouteError, uncached};

pub(super) async fn post(
    State(state): State<AuthState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, RouteError> {
    let fields = Fields::of_form(&headers, body)?;
    let client = state
        .auth
        .recognise(&credential(&headers, &fields)?)
        .await?;
    let token = fields.get("token").ok_or(RouteError::Missing("token"))?;
    state.auth.revoke(&client, token).await?;
    Ok((StatusCode::OK, uncached()).into_response())
}
