//! The routes and what they lead to.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::state::AuthState;
use super::{authorize, callback, consent, metadata, register, revoke, token};
use crate::http::connect;
use crate::web;

/// Largest body taken on any of these routes, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// All routes of signing in.
pub fn router(state: AuthState) -> Router {
    let resource = get(metadata::protected_resource);
    let server = get(metadata::authorization_server);
    Router::new()
        .route("/.well-known/oauth-protected-resource", resource.clone())
        .route("/.well-known/oauth-protected-resource/mcp", resource)
        .route("/.well-known/oauth-authorization-server", server.clone())
        .route("/.well-known/oauth-authorization-server/mcp", server)
        .route("/register", post(register::post))
        .route("/authorize", get(authorize::get))
        .route("/consent", get(consent::get).post(consent::post))
        .route("/oauth/atlassian-callback", get(callback::get))
        .route("/token", post(token::post))
        .route("/revoke", post(revoke::post))
        .route(
            "/connect",
            get(connect::overview::show).post(connect::overview::change),
        )
        .route(
            "/connect/api-token",
            get(connect::api_token::show).post(connect::api_token::change),
        )
        .route(web::STYLE_PATH, get(async || web::style()))
        .route(web::MARK_PATH, get(async || web::mark()))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(state)
}
