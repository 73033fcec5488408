//! A page as an answer, with the headers that keep it from being framed, cached or scripted.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Where the style sheet is.
pub const STYLE_PATH: &str = "/assets/style.css";

/// Where the mark is.
pub const MARK_PATH: &str = "/assets/mark.svg";

const MARK: &str = include_str!("../../templates/mark.svg");
const STYLE: &str = include_str!("../../templates/style.css");

const HEADERS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// The page as an answer.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, HEADERS, text).into_response(),
        Err(err) => {
            tracing::error!(error = &err as &dyn std::error::Error, "a page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The style sheet as an answer.
pub fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE)
}

/// The mark as an answer. Opened on its own it is a document, so it carries a policy too.
pub fn mark() -> Response {
    let mut response = asset("image/svg+xml", MARK);
    response.headers_mut().insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    response
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CACHE_CONTROL, "public, max-age=3600"),
        (CONTENT_TYPE, kind),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
