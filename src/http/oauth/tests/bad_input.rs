//! Malformed and oversized input: always an answer of its own, never a 500.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::browser::Tab;
use super::flow::{REDIRECT, post_json, register};
use super::world::World;

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(world: &World, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, String) {
    let request = Request::post(path)
        .header("content-type", kind)
        .body(Body::from(body))
        .unwrap();
    let seen = Tab::of(&world.router).send(request).await;
    (seen.status, seen.text)
}

#[tokio::test]
async fn no_body_breaks_a_route() {
    let world = World::new().await;
    let bodies: [Vec<u8>; 8] = [
        Vec::new(),
        b"\xff\xfe\x00".to_vec(),
        b"{".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"a=1&a=2".to_vec(),
        b"%zz=%".to_vec(),
        b"grant_type=authorization_code&client_id=%00&code=%F0%28&code_verifier=x".to_vec(),
    ];
    for path in [
        "/register",
        "/token",
        "/revoke",
        "/consent",
        "/connect/api-token",
    ] {
        for kind in [FORM, "application/json", "text/plain", ""] {
            for body in &bodies {
                let (status, text) = send(&world, path, kind, body.clone()).await;
                assert!(
                    status.is_client_error(),
                    "{path} {kind} {body:?}: {status} {text}"
                );
            }
            let (status, text) = send(&world, path, kind, vec![b'a'; 70_000]).await;
            assert!(status.is_client_error(), "{path} {kind}: {status} {text}");
        }
    }
    let (status, _) = send(&world, "/token", FORM, vec![b'a'; 70_000]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = send(&world, "/register", "application/json", vec![b' '; 70_000]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn no_query_breaks_a_page() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let long = "x".repeat(10_000);
    for path in ["/authorize", "/consent", "/oauth/atlassian-callback"] {
        for query in [
            "",
            "?",
            "?&&==",
            "?a=1&a=2",
            "?%ff=%00",
            "?request=%00&state=%F0&client_id=%22&redirect_uri=%22",
            &format!("?state={long}&request={long}&client_id={long}"),
            &format!("?client_id={client}&redirect_uri={long}"),
            "?client_id=https://127.0.0.1/client.json",
            "?client_id=https://localhost/client.json",
        ] {
            let seen = Tab::of(&world.router).get(&format!("{path}{query}")).await;
            assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{path} {seen:?}");
        }
    }
    let url = format!("/authorize?client_id={client}&redirect_uri={REDIRECT}&state={long}");
    let seen = Tab::of(&world.router).get(&url).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn registrations_are_told_what_is_wrong() {
    let world = World::new().await;
    for (body, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({"redirect_uris": "x"}), "invalid_client_metadata"),
        (json!({"redirect_uris": [7]}), "invalid_client_metadata"),
        (json!({"redirect_uris": ["data:x"]}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "tls"}),
            "invalid_client_metadata",
        ),
        (Value::Null, "invalid_client_metadata"),
    ] {
        let seen = post_json(&world, "/register", &body).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(seen.json()["error"], error, "{body}");
    }
    for _ in 0..20 {
        let seen = post_json(&world, "/register", &json!({"redirect_uris": [REDIRECT]})).await;
        if seen.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(seen.headers.contains_key("retry-after"));
            return;
        }
    }
    panic!("registrations are not bounded");
}

#[tokio::test]
async fn tokens_are_told_what_is_wrong() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let client = client.as_str();
    let mut tab = Tab::of(&world.router);
    for (fields, status, error) in [
        (vec![("client_id", client)], 400, "invalid_request"),
        (
            vec![("client_id", client), ("grant_type", "password")],
            400,
            "unsupported_grant_type",
        ),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            401,
            "invalid_client",
        ),
        (
            vec![("client_id", "nobody"), ("grant_type", "refresh_token")],
            401,
            "invalid_client",
        ),
        (
            vec![("client_id", client), ("grant_type", "refresh_token")],
            400,
            "invalid_request",
        ),
        (
            vec![
                ("client_id", client),
                ("grant_type", "refresh_token"),
                ("refresh_token", "gjr_{x}.y"),
            ],
            400,
            "invalid_grant",
        ),
    ] {
        let seen = tab.post("/token", &fields).await;
        assert_eq!(seen.status.as_u16(), status, "{fields:?}");
        assert_eq!(seen.json()["error"], error, "{fields:?}");
        assert_eq!(seen.headers["cache-control"], "no-store");
    }
    let seen = tab
        .post("/revoke", &[("client_id", client), ("token", "x")])
        .await;
    assert_eq!(seen.status, StatusCode::OK);
}
