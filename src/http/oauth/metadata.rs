//! The two documents by which clients find their way (RFC 9728 and RFC 8414).

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::state::AuthState;
use crate::auth::{ClientAuth, Scope};

/// Both documents are for anyone.
fn public(document: Value) -> Response {
    let headers = [(CACHE_CONTROL, "public, max-age=300")];
    (headers, Json(document)).into_response()
}

fn scopes(state: &AuthState) -> Vec<&'static str> {
    state.auth.offered().iter().map(Scope::as_str).collect()
}

/// GET /.well-known/oauth-protected-resource
pub(super) async fn protected_resource(State(state): State<AuthState>) -> Response {
    public(json!({
        "resource": state.auth.resource(),
        "authorization_servers": [state.auth.issuer()],
        "scopes_supported": scopes(&state),
        "bearer_methods_supported": ["header"],
        "resource_name": "gojira-mcp: Atlassian administration",
    }))
}

/// GET /.well-known/oauth-authorization-server
pub(super) async fn authorization_server(State(state): State<AuthState>) -> Response {
    let issuer = state.auth.issuer();
    let methods = ClientAuth::ALL.map(ClientAuth::as_str);
    public(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "registration_endpoint": format!("{issuer}/register"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "scopes_supported": scopes(&state),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
    }))
}
