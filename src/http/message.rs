//! The JSON-RPC message of a request, read and checked before the protocol sees it.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonObject, JsonRpcMessage};
use serde_json::{Value, json};

use crate::catalog::within;

/// Largest request body.
pub(super) const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Longest time that a body may take to arrive.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Methods that this server answers and that take parameters.
const OURS: &[&str] = &["initialize", "tools/call", "tools/list"];

/// Where a request of revision 2026-07-28 or newer names its revision.
const ENVELOPE: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";

/// A message that the protocol can be given.
#[derive(Debug)]
pub(super) struct Message {
    /// The body as it came.
    pub(super) bytes: Bytes,
    /// The tools whose scopes it needs, when it is a call: the one it calls, and those that run
    /// through it.
    pub(super) calls: Vec<Called>,
}

/// A tool that a message calls.
#[derive(Debug)]
pub(super) struct Called {
    /// Its name or alias.
    pub(super) name: String,
    /// What it is given, as it came.
    pub(super) arguments: JsonObject,
}

/// Why a body is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Longer than [`LARGEST_BODY`].
    TooLarge,
    /// Not JSON.
    NotJson,
    /// More than one message.
    Batch,
    /// JSON, but no JSON-RPC message.
    NotAMessage,
    /// A method of the protocol with parameters of another shape.
    WrongParams,
    /// The body broke off.
    BrokenOff,
    /// The body did not arrive within [`LONGEST_WAIT`].
    TooSlow,
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// [`Refusal`] when the body is no single JSON-RPC message.
    pub(super) async fn read(body: Body) -> Result<Self, Refusal> {
        let arriving = axum::body::to_bytes(body, LARGEST_BODY);
        let bytes = tokio::time::timeout(LONGEST_WAIT, arriving)
            .await
            .map_err(|_| Refusal::TooSlow)?
            .map_err(|err| {
                let mut source = std::error::Error::source(&err);
                while let Some(inner) = source {
                    if inner.is::<http_body_util::LengthLimitError>() {
                        return Refusal::TooLarge;
                    }
                    source = inner.source();
                }
                Refusal::BrokenOff
            })?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::NotJson)?;
        if value.is_array() {
            return Err(Refusal::Batch);
        }
        let stands_alone = value.pointer(ENVELOPE).is_some();
        let message: ClientJsonRpcMessage =
            serde_json::from_value(value).map_err(|_| Refusal::NotAMessage)?;
        let calls = match message {
            JsonRpcMessage::Request(request) => match request.request {
                ClientRequest::CallToolRequest(call) => {
                    let outer = Called {
                        name: call.params.name.into_owned(),
                        arguments: call.params.arguments.unwrap_or_default(),
                    };
                    let inner = outer.inner();
                    std::iter::once(outer).chain(inner).collect()
                }
                // A request that names its revision belongs to one that has no `initialize`: the
                // protocol answers that there is no such method.
                ClientRequest::CustomRequest(custom)
                    if stands_alone && custom.method == "initialize" =>
                {
                    Vec::new()
                }
                // What fits no request of the protocol is taken for one that is not of it.
                ClientRequest::CustomRequest(custom) if OURS.contains(&custom.method.as_str()) => {
                    return Err(Refusal::WrongParams);
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        Ok(Self { bytes, calls })
    }
}

impl Called {
    /// The calls that run through this one.
    fn inner(&self) -> Vec<Self> {
        let calls = within::calls(&self.name, &self.arguments);
        calls
            .into_iter()
            .map(|call| Self {
                name: call.name.to_owned(),
                arguments: call.arguments.cloned().unwrap_or_default(),
            })
            .collect()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, words) = match self {
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                -32600,
                "the request is longer than 4 MiB",
            ),
            Self::NotJson => (StatusCode::BAD_REQUEST, -32700, "the request is not JSON"),
            Self::Batch => (
                StatusCode::BAD_REQUEST,
                -32600,
                "batches are not part of the protocol: send one message",
            ),
            Self::NotAMessage => (
                StatusCode::BAD_REQUEST,
                -32600,
                "the request is not a JSON-RPC 2.0 message of the protocol",
            ),
            Self::WrongParams => (
                StatusCode::BAD_REQUEST,
                -32602,
                "the parameters do not have the shape that this method takes",
            ),
            Self::BrokenOff => (StatusCode::BAD_REQUEST, -32700, "the request broke off"),
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                -32700,
                "the request did not arrive in time",
            ),
        };
        let body = json!({
            "jsonrpc": "2.0",
            "id": null,
            "error": { "code": code, "message": words },
        });
        (status, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_names_its_revision_is_not_told_how_to_initialize() {
        let of = |params: Value| {
            let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
            Message::read(Body::from(body.to_string()))
        };
        let revision = json!({"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}});
        assert!(of(revision).await.is_ok());
        assert_eq!(of(json!({})).await.err(), Some(Refusal::WrongParams));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let silent = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(Message::read(silent).await.err(), Some(Refusal::TooSlow));
    }

    async fn tools(params: Value) -> Vec<String> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let read = Message::read(Body::from(message.to_string())).await;
        let calls = read.unwrap().calls;
        calls.into_iter().map(|call| call.name).collect()
    }

    #[tokio::test]
    async fn the_tool_behind_the_tool_is_read_as_well() {
        let arguments = json!({"operation": "project_update", "arguments": {}});
        for through in ["plan_change", "read_operation"] {
            let call = json!({"name": through, "arguments": arguments});
            assert_eq!(tools(call).await, [through, "project_update"]);
        }
        let steps = json!({"steps": [arguments, {"operation": "org_group_create"}]});
        let call = json!({"name": "change_set_plan", "arguments": steps});
        let named = ["change_set_plan", "project_update", "org_group_create"];
        assert_eq!(tools(call).await, named);
        // Elsewhere the word means something else.
        let call = json!({"name": "describe_operation", "arguments": arguments});
        assert_eq!(tools(call).await, ["describe_operation"]);
        for odd in [
            json!({}),
            json!({"operation": 7}),
            json!({"operation": null}),
        ] {
            let call = json!({"name": "plan_change", "arguments": odd});
            assert_eq!(tools(call).await, ["plan_change"]);
        }
        assert_eq!(tools(json!({"name": "plan_change"})).await, ["plan_change"]);
    }
}
