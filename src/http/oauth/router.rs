//! The routes and what they lead to.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::state::AuthState;
use super::{authorize, callback, consent, metadata, register, revoke, token};
use crate::http::{connect, cors};
use crate::web;

/// Largest body taken on any of these routes, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// All routes of signing in.
pub fn router(state: AuthState) -> Router {
    let resource = get(metadata::protected_resource);
    let server = get(metadata::authorization_server);
    let for_programs = Router::new()
        .route("/.well-known/oauth-protected-resource", resource.clone())
        .route("/.well-known/oauth-protected-resource/mcp", resource)
        .route("/.well-known/oauth-authorization-server", server.clone())
        .route("/.well-known/oauth-authorization-server/mcp", server)
        .route("/register", post(register::post))
        .route("/token", post(token::post))
        .route("/revoke", post(revoke::post))
        .layer(cors::anyone());
    // No script of another origin has business with the pages.
    let for_people = Router::new()
        .route("/authorize", get(authorize::get))
        .route("/consent", get(consent::get).post(consent::post))
        .route("/oauth/atlassian-callback", get(callback::get))
        .route(
            "/connect",
            get(connect::overview::show).post(connect::overview::change),
        )
        .route(
            "/connect/api-token",
            get(connect::api_token::show).post(connect::api_token::change),
        )
        .route(web::STYLE_PATH, get(async || web::style()))
        .route(web::MARK_PATH, get(async || web::mark()));
    for_programs
        .merge(for_people)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(state)
}
