//! The JSON-RPC message of a request, read and checked before the protocol sees it.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage};
use serde_json::{Value, json};

/// Largest request body.
pub(super) const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// A message that the protocol can be given.
#[derive(Debug)]
pub(super) struct Message {
    /// The body as it came.
    pub(super) bytes: Bytes,
    /// The tool it calls, when it is a call.
    pub(super) tool: Option<String>,
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
    /// The body broke off.
    BrokenOff,
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// [`Refusal`] when the body is no single JSON-RPC message.
    pub(super) async fn read(body: Body) -> Result<Self, Refusal> {
        let bytes = axum::body::to_bytes(body, LARGEST_BODY)
            .await
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
        let message: ClientJsonRpcMessage =
            serde_json::from_value(value).map_err(|_| Refusal::NotAMessage)?;
        let tool = match &message {
            JsonRpcMessage::Request(request) => match &request.request {
                ClientRequest::CallToolRequest(call) => Some(call.params.name.to_string()),
                _ => None,
            },
            _ => None,
        };
        Ok(Self { bytes, tool })
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
            Self::BrokenOff => (StatusCode::BAD_REQUEST, -32700, "the request broke off"),
        };
        let body = json!({
            "jsonrpc": "2.0",
            "id": null,
            "error": { "code": code, "message": words },
        });
        (status, Json(body)).into_response()
    }
}
