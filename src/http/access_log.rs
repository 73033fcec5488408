//! One line in the log for every request: method, route, status and time; no query, header or body.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;

/// Logs the request around it.
pub async fn layer(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let answer = next.run(request).await;
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        target: "access",
        %method,
        route = matched.as_ref().map_or("-", MatchedPath::as_str),
        status = answer.status().as_u16(),
        took_us = micros,
    );
    answer
}
