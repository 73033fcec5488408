//! POST /mcp: lets nobody pass without a bearer, and gives the protocol a clean request.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::{HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;
use tower::Service as _;
use url::Url;

use super::cors;
use super::message::{LARGEST_BODY, Message};
use crate::auth::{AuthServer, ChallengeReason, Scopes};
use crate::dispatch::Dispatcher;
use crate::mcp::Handler;

type Protocol = StreamableHttpService<Handler, NeverSessionManager>;

/// What the route needs.
#[derive(Debug)]
pub struct McpParts {
    /// Who is who.
    pub auth: Arc<AuthServer>,
    /// What a call needs.
    pub dispatcher: Dispatcher,
    /// What speaks the protocol.
    pub handler: Handler,
    /// Our own address.
    pub public_url: Url,
    /// Browser origins besides our own.
    pub allowed_origins: Vec<String>,
    /// Ends running calls when the server stops.
    pub stop: CancellationToken,
}

#[derive(Clone)]
struct Gate {
    auth: Arc<AuthServer>,
    dispatcher: Dispatcher,
    protocol: Protocol,
}

/// The route.
pub fn router(parts: McpParts) -> Router {
    let handler = parts.handler;
    let protocol = StreamableHttpService::new(
        move || Ok(handler.clone()),
        Arc::new(NeverSessionManager::default()),
        protocol_config(&parts.public_url, &parts.allowed_origins, parts.stop),
    );
    let allowed = cors::ours(&parts.public_url, &parts.allowed_origins);
    Router::new()
        .route("/mcp", any(serve))
        .layer(allowed)
        .with_state(Gate {
            auth: parts.auth,
            dispatcher: parts.dispatcher,
            protocol,
        })
}

/// Both protocol eras without sessions, our own host and loopback only, browsers of known origins only.
fn protocol_config(
    public_url: &Url,
    origins: &[String],
    stop: CancellationToken,
) -> StreamableHttpServerConfig {
    let mut hosts: Vec<String> = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    hosts.extend(
        public_url
            .host_str()
            .map(|host| host.trim_matches(['[', ']']).to_owned()),
    );
    let own = with_port(public_url);
    let others = origins.iter().map(|origin| match Url::parse(origin) {
        Ok(url) => with_port(&url),
        Err(_) => origin.clone(),
    });
    StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(LARGEST_BODY)
        .with_allowed_hosts(hosts)
        .with_allowed_origins(std::iter::once(own).chain(others))
        .enforce_origin_validation()
        .with_cancellation_token(stop)
}

/// An origin that names its port, so that only that port is meant.
fn with_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    format!("{}://{host}:{port}", url.scheme())
}

async fn serve(State(gate): State<Gate>, request: Request) -> Response {
    let bearer = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let principal = match gate.auth.bearer(bearer).await {
        Ok(principal) => principal,
        Err(challenge) => return challenge.into_response(),
    };
    let (mut parts, body) = request.into_parts();
    // The bearer is no business of anything behind this line.
    parts.headers.remove(AUTHORIZATION);
    let body = if parts.method == Method::POST {
        let message = match Message::read(body).await {
            Ok(message) => message,
            Err(refusal) => return refusal.into_response(),
        };
        let mut needed = Scopes::NONE;
        for call in &message.calls {
            let missing = gate
                .dispatcher
                .missing_scopes(&principal, &call.name, &call.arguments);
            needed = needed.or(missing.await);
        }
        if !needed.is_empty() {
            if let Some(call) = message.calls.first() {
                gate.dispatcher
                    .refused(&principal, &call.name, &call.arguments)
                    .await;
            }
            let scopes = principal.scopes.or(needed);
            return gate
                .auth
                .challenge(ChallengeReason::InsufficientScope, scopes)
                .into_response();
        }
        parts
            .headers
            .insert(CONTENT_LENGTH, HeaderValue::from(message.bytes.len()));
        Body::from(message.bytes)
    } else {
        body
    };
    parts.extensions.insert(principal);
    let mut protocol = gate.protocol.clone();
    match protocol.call(Request::from_parts(parts, body)).await {
        Ok(answer) => answer.into_response(),
        Err(never) => match never {},
    }
}
