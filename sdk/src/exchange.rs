//! What happens between a generated method and the seam: the answer is read whole, within bounds, and
//! becomes JSON whatever it was.
//!
//! progenitor's hook can only fail with reqwest's own error. A failure of another kind travels in the
//! extensions of a made-up response, out of which [`failure`] takes it.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Request, Response};
use serde::de::IgnoredAny;

use crate::seam::{OperationId, SeamError};
use crate::session::Session;

/// The status of the made-up response; no registered status has this number.
const NO_ANSWER: u16 = 599;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The seam gave none.
    #[error("no answer through the seam")]
    Seam(#[source] SeamError),
    /// It is larger than the session allows.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The session's bound, in bytes.
        limit: usize,
    },
    /// The connection broke while it was read.
    #[error("the connection broke while the answer was read")]
    Broken(#[source] reqwest::Error),
}

/// Carries a failure through code that knows only responses.
#[derive(Clone)]
struct Carried(Arc<Mutex<Option<Failure>>>);

/// Sends the request through the session's seam. `operation` is `api:id`.
pub(crate) async fn exchange(
    session: &Session,
    request: Request,
    operation: &'static str,
) -> reqwest::Result<Response> {
    let operation = OperationId::of(operation);
    let outcome = match session
        .seam()
        .exchange(session.http(), &operation, request)
        .await
    {
        Ok(response) => read(response, session.body_limit()).await,
        Err(error) => Err(Failure::Seam(error)),
    };
    Ok(outcome.unwrap_or_else(carry))
}

/// The failure that a made-up response carries; nothing for a response of the site.
///
/// For callers of the typed clients: an `UnexpectedResponse` may hold one. It is taken out, so a
/// second look finds nothing.
pub fn failure(response: &Response) -> Option<Failure> {
    let carried = response.extensions().get::<Carried>()?;
    carried
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

fn carry(failure: Failure) -> Response {
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = http::StatusCode::from_u16(NO_ANSWER).unwrap_or_default();
    response
        .extensions_mut()
        .insert(Carried(Arc::new(Mutex::new(Some(failure)))));
    response.into()
}

/// Reads the answer whole and gives it back with a body that is JSON.
async fn read(mut response: Response, limit: usize) -> Result<Response, Failure> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |bytes| bytes > limit) {
        return Err(Failure::TooLarge { limit });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(Failure::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    let mut whole = http::Response::new(as_json(body));
    *whole.status_mut() = response.status();
    *whole.headers_mut() = response.headers().clone();
    Ok(whole.into())
}

/// JSON as it is; nothing as null; other text as a string; bytes as a string of base64.
fn as_json(body: Vec<u8>) -> Vec<u8> {
    if body.trim_ascii().is_empty() {
        return b"null".to_vec();
    }
    if serde_json::from_slice::<IgnoredAny>(&body).is_ok() {
        return body;
    }
    let text = String::from_utf8(body).unwrap_or_else(|error| STANDARD.encode(error.as_bytes()));
    serde_json::Value::String(text).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8]) -> String {
        String::from_utf8(as_json(body.to_vec())).unwrap()
    }

    #[test]
    fn every_body_becomes_json() {
        assert_eq!(text(b""), "null");
        assert_eq!(text(b" \r\n"), "null");
        assert_eq!(text(br#"{"b":1,"a":null}"#), r#"{"b":1,"a":null}"#);
        assert_eq!(text(b"<html>\"no\"</html>"), r#""<html>\"no\"</html>""#);
        assert_eq!(text(&[0xff, 0x00]), r#""/wA=""#);
    }

    #[test]
    fn a_failure_is_carried_once() {
        let response = carry(Failure::TooLarge { limit: 3 });
        assert!(matches!(
            failure(&response),
            Some(Failure::TooLarge { limit: 3 })
        ));
        assert!(failure(&response).is_none());
    }
}
