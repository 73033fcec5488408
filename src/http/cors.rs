//! What scripts of other origins may do (the CORS protocol): sign a client in, and call /mcp from
//! origins that the operator named. No answer ever allows credentials, for no cookie counts there.

use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};
use url::Url;

/// How long a browser may remember a preflight.
const REMEMBERED: Duration = Duration::from_hours(1);
/// Sent by clients of the protocol, the fetch of metadata included.
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// Given by servers with sessions; clients read it in any case.
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");

/// For what anyone may ask without a cookie: metadata, registration, tokens.
pub(super) fn anyone() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, PROTOCOL_VERSION])
        .expose_headers([RETRY_AFTER, WWW_AUTHENTICATE])
        .max_age(REMEMBERED)
}

/// For /mcp: our own origin and those that the operator named. The headers are not listed, since a
/// tool's schema may name further `Mcp-Param-*`.
pub(super) fn ours(public_url: &Url, others: &[String]) -> CorsLayer {
    let others = others.iter().filter_map(|origin| Url::parse(origin).ok());
    let origins: Vec<HeaderValue> = std::iter::once(public_url.clone())
        .chain(others)
        .map(|url| url.origin())
        .filter(url::Origin::is_tuple)
        .filter_map(|origin| HeaderValue::from_str(&origin.ascii_serialization()).ok())
        .collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([RETRY_AFTER, SESSION, WWW_AUTHENTICATE])
        .max_age(REMEMBERED)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::{HeaderMap, Request, StatusCode};
    use axum::routing::any;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(origin: &str, method: &str) -> HeaderMap {
        let own = Url::parse("https://mcp.example.com/").unwrap();
        let others = ["http://localhost:6274".to_owned(), "null".to_owned()];
        let refused = any(async || (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")]));
        let router: Router = Router::new()
            .route("/mcp", refused)
            .layer(ours(&own, &others));
        let request = Request::builder()
            .uri("/mcp")
            .method(method)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type,mcp-protocol-version,mcp-param-region",
            )
            .body(Body::empty())
            .unwrap();
        let answer = router.oneshot(request).await.unwrap();
        answer.headers().clone()
    }

    fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn named_origins_may_call_and_see_the_challenge() {
        for origin in ["http://localhost:6274", "https://mcp.example.com"] {
            let before = ask(origin, "OPTIONS").await;
            assert_eq!(text(&before, "access-control-allow-origin"), origin);
            assert!(text(&before, "access-control-allow-methods").contains("POST"));
            let allowed = text(&before, "access-control-allow-headers");
            for header in ["authorization", "content-type", "mcp-param-region"] {
                assert!(allowed.contains(header), "{allowed}");
            }
            let answer = ask(origin, "POST").await;
            assert_eq!(text(&answer, "access-control-allow-origin"), origin);
            let shown = text(&answer, "access-control-expose-headers");
            assert!(shown.contains("www-authenticate"), "{shown}");
            assert!(!answer.contains_key("access-control-allow-credentials"));
        }
    }

    #[tokio::test]
    async fn other_origins_may_not() {
        for origin in [
            "https://evil.example.com",
            "http://localhost:6275",
            "https://localhost:6274",
            "http://mcp.example.com",
            "https://mcp.example.com.evil.example.com",
            "null",
        ] {
            for method in ["OPTIONS", "POST"] {
                let answer = ask(origin, method).await;
                assert!(
                    !answer.contains_key("access-control-allow-origin"),
                    "{method} {origin}"
                );
            }
        }
    }
}
