//! A small Atlassian: token endpoint, identity, sites. It counts and can be told to misbehave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What it does and what it saw.
#[derive(Debug, Default)]
pub(in crate::http) struct Scene {
    /// The answer of the token endpoint, in place of tokens.
    pub(in crate::http) token_refusal: Option<(u16, Value)>,
    /// Sites of the next accessible-resources, in place of the usual one.
    pub(in crate::http) sites: Option<Value>,
    /// The cloud id that the site names, in place of the usual one.
    pub(in crate::http) cloud_id: Option<String>,
    /// Whether a refresh gives no new refresh token.
    pub(in crate::http) keeps_refresh: bool,
    /// Token requests seen.
    pub(in crate::http) exchanges: Vec<Value>,
    tokens: u32,
    accounts: HashMap<String, String>,
}

pub(in crate::http) type SharedScene = Arc<Mutex<Scene>>;

/// Serves on a free loopback port; gives its address.
pub(super) async fn serve(scene: SharedScene) -> String {
    let routes = Router::new()
        .route("/oauth/token", post(token))
        .route("/oauth/token/accessible-resources", get(resources))
        .route("/me", get(me))
        .route("/site/_edge/tenant_info", get(tenant_info))
        .route("/site/rest/api/3/myself", get(myself))
        .route("/ex/jira/{cloud}/rest/api/3/myself", get(myself_by_gateway))
        .with_state(scene);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

/// A code is the name of the account that signs in.
async fn token(State(scene): State<SharedScene>, Json(body): Json<Value>) -> Response {
    let mut scene = scene.lock().unwrap();
    scene.exchanges.push(body.clone());
    if let Some((status, refusal)) = &scene.token_refusal {
        let status = StatusCode::from_u16(*status).unwrap();
        return (status, Json(refusal.clone())).into_response();
    }
    let account = match body["grant_type"].as_str() {
        Some("authorization_code") => body["code"].as_str().map(str::to_owned),
        Some("refresh_token") => body["refresh_token"]
            .as_str()
            .and_then(|token| scene.accounts.remove(token)),
        _ => None,
    };
    let Some(account) = account else {
        let refusal = json!({"error": "invalid_grant"});
        return (StatusCode::FORBIDDEN, Json(refusal)).into_response();
    };
    scene.tokens += 1;
    let (access, refresh) = (
        format!("upstream-access-{}", scene.tokens),
        format!("upstream-refresh-{}", scene.tokens),
    );
    let mut answer = json!({
        "access_token": access, "expires_in": 3600, "scope": "read:me offline_access",
        "token_type": "Bearer"
    });
    scene.accounts.insert(access, account.clone());
    if scene.keeps_refresh && body["grant_type"] == "refresh_token" {
        let kept = body["refresh_token"].as_str().unwrap().to_owned();
        scene.accounts.insert(kept, account);
    } else {
        answer["refresh_token"] = refresh.as_str().into();
        scene.accounts.insert(refresh, account);
    }
    Json(answer).into_response()
}

fn bearer(scene: &Scene, headers: &HeaderMap) -> Option<String> {
    let header = headers.get("authorization")?.to_str().ok()?;
    scene.accounts.get(header.strip_prefix("Bearer ")?).cloned()
}

async fn me(State(scene): State<SharedScene>, headers: HeaderMap) -> Response {
    match bearer(&scene.lock().unwrap(), &headers) {
        Some(account) => {
            Json(json!({"account_id": account, "name": "Ada <b>", "email": "ada@example.com"}))
                .into_response()
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn resources(State(scene): State<SharedScene>, headers: HeaderMap) -> Response {
    let scene = scene.lock().unwrap();
    if bearer(&scene, &headers).is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let usual = json!([
        {"id": "cloud-1", "name": "acme", "url": "https://acme.atlassian.net", "scopes": []},
        {"id": "cloud-2", "name": "other", "url": "https://other.atlassian.net", "scopes": []},
    ]);
    Json(scene.sites.clone().unwrap_or(usual)).into_response()
}

async fn tenant_info(State(scene): State<SharedScene>) -> Json<Value> {
    let scene = scene.lock().unwrap();
    let cloud_id = scene.cloud_id.as_deref().unwrap_or("cloud-1");
    Json(json!({"cloudId": cloud_id}))
}

/// An API token is the name of its account; `scoped-` before it makes it one with scopes.
async fn myself(headers: HeaderMap) -> Response {
    match basic(&headers) {
        Some(token) if token != "revoked" && !token.starts_with("scoped-") => owner(&token),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn myself_by_gateway(headers: HeaderMap) -> Response {
    match basic(&headers)
        .as_deref()
        .and_then(|token| token.strip_prefix("scoped-"))
    {
        Some(account) => owner(account),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

fn owner(account: &str) -> Response {
    Json(json!({"accountId": account, "displayName": "Ada"})).into_response()
}

fn basic(headers: &HeaderMap) -> Option<String> {
    let header = headers.get("authorization")?.to_str().ok()?;
    let bytes = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let pair = String::from_utf8(bytes).ok()?;
    Some(pair.split_once(':')?.1.to_owned())
}
