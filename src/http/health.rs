//! GET /health and GET /ready: whether the process lives and whether it takes calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::store::Store;

/// A store that takes longer than this does not answer.
const PING_LIMIT: Duration = Duration::from_secs(2);

/// Whether the server takes calls.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on it does, or does not.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::SeqCst);
    }

    /// Whether it does.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Debug, Clone)]
struct Health {
    store: Arc<dyn Store>,
    readiness: Readiness,
}

/// The two routes.
pub fn router(store: Arc<dyn Store>, readiness: Readiness) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .with_state(Health { store, readiness })
}

impl Health {
    /// Milliseconds the store took to answer, or nothing when it did not.
    async fn ping_ms(&self) -> Option<f64> {
        let begun = Instant::now();
        match tokio::time::timeout(PING_LIMIT, self.store.ping()).await {
            Ok(Ok(())) => Some((begun.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0),
            Ok(Err(err)) => {
                tracing::error!(error = %err, "the store does not answer");
                None
            }
            Err(_) => {
                tracing::error!("the store does not answer in time");
                None
            }
        }
    }
}

async fn health(State(health): State<Health>) -> Response {
    match health.ping_ms().await {
        Some(ping_ms) => {
            Json(json!({ "status": "ok", "store": { "ping_ms": ping_ms } })).into_response()
        }
        None => unavailable("the store does not answer"),
    }
}

async fn ready(State(health): State<Health>) -> Response {
    if !health.readiness.get() {
        return unavailable("not taking calls");
    }
    match health.ping_ms().await {
        Some(_) => Json(json!({ "status": "ready" })).into_response(),
        None => unavailable("the store does not answer"),
    }
}

fn unavailable(why: &str) -> Response {
    let body = Json(json!({ "status": "unavailable", "why": why }));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}
