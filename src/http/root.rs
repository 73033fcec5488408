//! The bare address, and every address that leads nowhere.

use axum::Router;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;

use crate::web::{MessagePage, page};

/// A person who types the bare address finds their page. What leads nowhere is 404: a page for a
/// browser, nothing for a program, which tries well-known addresses and reads the status alone.
pub fn router() -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/connect")))
        .fallback(nowhere)
}

async fn nowhere(headers: HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if !accepts.is_some_and(|kinds| kinds.contains("text/html")) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let view = MessagePage {
        title: "There is nothing here",
        words: "This server has no page at this address.".to_owned(),
        mend: Some("Check the address, or go on to your own page."),
    };
    page(StatusCode::NOT_FOUND, &view)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str, accept: &str) -> Response {
        let request = Request::get(path).header(ACCEPT, accept);
        let request = request.body(Body::empty()).unwrap();
        router().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_bare_address_leads_to_the_persons_page() {
        let answer = ask("/", "text/html").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/connect");
    }

    #[tokio::test]
    async fn nowhere_is_a_page_for_a_browser_and_a_status_for_a_program() {
        let answer = ask("/wp-login.php", "text/html,*/*;q=0.8").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(answer.headers().contains_key("content-security-policy"));
        let answer = ask("/.well-known/openid-configuration", "application/json").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(!answer.headers().contains_key("content-type"));
    }
}
