//! A refused bearer on the wire (RFC 6750, section 3; RFC 9728, section 5.1).

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::auth::{Challenge, ChallengeReason};

impl IntoResponse for Challenge {
    fn into_response(self) -> Response {
        let (status, error, words) = match self.reason {
            ChallengeReason::Missing => (StatusCode::UNAUTHORIZED, None, "a bearer is required"),
            ChallengeReason::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                Some("invalid_token"),
                "the access token is unknown, expired or revoked",
            ),
            ChallengeReason::InsufficientScope => (
                StatusCode::FORBIDDEN,
                Some("insufficient_scope"),
                "the access token lacks a scope that this call needs",
            ),
            ChallengeReason::Unavailable => {
                let body = json!({"error": "temporarily_unavailable"});
                let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "5")];
                return (StatusCode::SERVICE_UNAVAILABLE, headers, Json(body)).into_response();
            }
        };
        let named = error.map_or_else(String::new, |error| {
            format!("error=\"{error}\", error_description=\"{words}\", ")
        });
        let value = format!(
            "Bearer {named}scope=\"{}\", resource_metadata=\"{}\"",
            self.scopes, self.resource_metadata
        );
        let headers = [
            (CACHE_CONTROL, "no-store".to_owned()),
            (WWW_AUTHENTICATE, value),
        ];
        let body = json!({"error": error.unwrap_or("unauthorized"), "error_description": words});
        (status, headers, Json(body)).into_response()
    }
}
