//! The site's answer, as it came.

use http::HeaderMap;
use progenitor_client::{Error, ResponseValue};
use serde_json::Value;

use super::error::CallError;
use crate::exchange::failure;
use crate::json::Json;

/// What the site answered, whatever the status.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, `Location` and `Retry-After` among them.
    pub headers: HeaderMap,
    /// The body: JSON as it came, null when empty, a string when it is other text, and a string of
    /// base64 when it is no text.
    pub body: Value,
}

/// Turns what a generated method gives into an answer.
pub(super) async fn answer<T>(
    outcome: Result<ResponseValue<Json<T>>, Error<()>>,
) -> Result<Answer, CallError> {
    match outcome {
        Ok(value) => Ok(Answer {
            status: value.status().as_u16(),
            headers: value.headers().clone(),
            body: value.into_inner().into_value(),
        }),
        Err(error) => unexpected(error).await,
    }
}

/// Answers outside 2xx come as errors: the documents' error shapes are left out on purpose.
async fn unexpected(error: Error<()>) -> Result<Answer, CallError> {
    match error {
        Error::UnexpectedResponse(response) => {
            if let Some(failure) = failure(&response) {
                return Err(failure.into());
            }
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let bytes = response.bytes().await.map_err(CallError::Transport)?;
            let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            Ok(Answer {
                status,
                headers,
                body,
            })
        }
        Error::ErrorResponse(value) => Ok(Answer {
            status: value.status().as_u16(),
            headers: value.headers().clone(),
            body: Value::Null,
        }),
        Error::CommunicationError(error)
        | Error::ResponseBodyError(error)
        | Error::InvalidUpgrade(error) => Err(CallError::Transport(error)),
        Error::InvalidRequest(reason) | Error::Custom(reason) => Err(CallError::Request(reason)),
        Error::InvalidResponsePayload(_, error) => Err(CallError::Request(error.to_string())),
    }
}
