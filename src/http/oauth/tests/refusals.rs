//! What is refused, and who hears of it.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::browser::{Tab, param};
use super::flow::{
    REDIRECT, VERIFIER, agree, authorize_url, come_back, exchange, post_json, register,
};
use super::world::{ISSUER, World};
use crate::auth::{AuthEventKind, ChallengeReason, Scopes};

#[tokio::test]
async fn an_untrusted_redirect_is_told_on_a_page() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    for change in [
        ("client_id", "nobody"),
        ("client_id", ""),
        ("redirect_uri", "https://evil.example.com/"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", ""),
    ] {
        let seen = tab.get(&authorize_url(&client, &[change])).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{change:?}");
        assert!(seen.headers.get("location").is_none());
        assert!(!seen.text.contains("alert(1)"));
    }
}

#[tokio::test]
async fn a_client_hears_of_its_own_faults() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("scope", "su\"do"), "invalid_scope"),
        (
            ("resource", "https://other.example.com/mcp"),
            "invalid_target",
        ),
    ] {
        let url = tab.get(&authorize_url(&client, &[change])).await.location();
        assert!(url.as_str().starts_with(REDIRECT), "{change:?}");
        assert_eq!(param(&url, "error").as_deref(), Some(error), "{change:?}");
        assert_eq!(param(&url, "state").as_deref(), Some("client state"));
        assert_eq!(param(&url, "iss").as_deref(), Some(ISSUER));
        assert!(!param(&url, "error_description").unwrap().contains('"'));
    }
}

#[tokio::test]
async fn a_refusal_on_the_page_goes_back_to_the_client() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let consent = tab.get(&authorize_url(&client, &[])).await.location();
    let page = tab.get(consent.as_str()).await;
    let (id, token) = (page.hidden("request"), page.hidden("form_token"));
    let fields = [
        ("request", id.as_str()),
        ("form_token", &token),
        ("decision", "refuse"),
    ];
    let url = tab.post("/consent", &fields).await.forwards_to();
    assert_eq!(param(&url, "error").as_deref(), Some("access_denied"));
    assert_eq!(world.count(AuthEventKind::ConsentRefused), 1);
    // The decision stands.
    let fields = [
        ("request", id.as_str()),
        ("form_token", &token),
        ("decision", "allow"),
    ];
    let seen = tab.post("/consent", &fields).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_forged_or_foreign_consent_decides_nothing() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let consent = tab.get(&authorize_url(&client, &[])).await.location();
    let page = tab.get(consent.as_str()).await;
    let (id, token) = (page.hidden("request"), page.hidden("form_token"));
    let allow = |token| {
        [
            ("request", id.as_str()),
            ("form_token", token),
            ("decision", "allow"),
        ]
    };
    let mut foreign = Tab::of(&world.router);
    assert_eq!(
        foreign.get(consent.as_str()).await.status,
        StatusCode::BAD_REQUEST
    );
    foreign.get(&authorize_url(&client, &[])).await;
    assert_eq!(
        foreign.get(consent.as_str()).await.status,
        StatusCode::BAD_REQUEST
    );
    for forged in ["", "guess"] {
        let seen = tab.post("/consent", &allow(forged)).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
    }
    let seen = foreign.post("/consent", &allow(&token)).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    // The person's own form still counts.
    tab.post("/consent", &allow(&token)).await.forwards_to();
}

#[tokio::test]
async fn a_state_from_a_foreign_browser_is_a_plain_page() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    let path = format!("/oauth/atlassian-callback?code=eve&state={state}");
    let mut foreign = Tab::of(&world.router);
    foreign.get(&authorize_url(&client, &[])).await;
    for path in [
        path.as_str(),
        "/oauth/atlassian-callback",
        "/oauth/atlassian-callback?code=x&state=y",
        "/oauth/atlassian-callback?error=access_denied",
    ] {
        let seen = foreign.get(path).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(seen.headers.get("location").is_none());
    }
    assert!(world.scene.lock().unwrap().exchanges.is_empty());
    // It was not spent, and is good once.
    let back = come_back(&mut tab, &state, "ada").await;
    assert!(param(&back, "code").is_some());
    let path = format!("/oauth/atlassian-callback?code=ada&state={state}");
    assert_eq!(tab.get(&path).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_failure_at_atlassian_reaches_the_client() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let mut come = async |query: &str| {
        let state = agree(&mut tab, &authorize_url(&client, &[])).await;
        let path = format!("/oauth/atlassian-callback?{query}&state={state}");
        let url = tab.get(&path).await.location();
        assert!(url.as_str().starts_with(REDIRECT));
        assert_eq!(param(&url, "state").as_deref(), Some("client state"));
        assert_eq!(param(&url, "iss").as_deref(), Some(ISSUER));
        param(&url, "error").unwrap()
    };
    assert_eq!(come("error=access_denied").await, "access_denied");
    assert_eq!(come("error=%00weird%22").await, "server_error");
    assert_eq!(come("nothing=1").await, "server_error");
    for (status, body, error) in [
        (401, json!({"error": "invalid_client"}), "server_error"),
        (403, json!({"error": "invalid_grant"}), "server_error"),
        (503, json!("away"), "temporarily_unavailable"),
        (200, json!({"access_token": 7}), "server_error"),
    ] {
        world.scene.lock().unwrap().token_refusal = Some((status, body));
        assert_eq!(come("code=ada").await, error, "{status}");
    }
    world.scene.lock().unwrap().token_refusal = None;
    let other = json!([{"id": "cloud-9", "url": "https://other.atlassian.net"}]);
    world.scene.lock().unwrap().sites = Some(other);
    assert_eq!(come("code=ada").await, "access_denied");
    assert_eq!(world.count(AuthEventKind::SignIn), 0);
}

#[tokio::test]
async fn a_confidential_client_proves_itself_in_either_way() {
    let world = World::new().await;
    let body = json!({"redirect_uris": [REDIRECT]});
    let seen = post_json(&world, "/register", &body).await.json();
    assert_eq!(seen["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(seen["client_secret_expires_at"], 0);
    assert_eq!(
        seen["grant_types"],
        json!(["authorization_code", "refresh_token"])
    );
    let client = seen["client_id"].as_str().unwrap().to_owned();
    let secret = seen["client_secret"].as_str().unwrap().to_owned();
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    let back = come_back(&mut tab, &state, "ada").await;
    let code = param(&back, "code").unwrap();

    let seen = exchange(&world, &client, &code).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert_eq!(seen.json()["error"], "invalid_client");
    assert!(seen.headers.contains_key("www-authenticate"));

    let form: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .finish();
    let basic = STANDARD.encode(format!("{client}:{secret}"));
    let request = axum::http::Request::post("/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Basic {basic}"))
        .body(axum::body::Body::from(form))
        .unwrap();
    let seen = tab.send(request).await;
    assert_eq!(seen.status, StatusCode::OK, "{seen:?}");
    let refresh = seen.json()["refresh_token"].as_str().unwrap().to_owned();
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", &client),
        ("client_secret", &secret),
        ("refresh_token", &refresh),
    ];
    assert_eq!(tab.post("/token", &fields).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_challenge_shows_the_way() {
    let world = World::new().await;
    let header = |challenge: crate::auth::Challenge| {
        let response = challenge.into_response();
        let value = response.headers()["www-authenticate"].to_str().unwrap();
        (response.status(), value.to_owned())
    };
    let metadata =
        "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";
    let (status, value) = header(world.auth.bearer(None).await.unwrap_err());
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(
        value.contains(metadata) && !value.contains("error="),
        "{value}"
    );
    let (status, value) = header(world.auth.bearer(Some("Bearer x")).await.unwrap_err());
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(value.contains("error=\"invalid_token\"") && value.contains(metadata));
    let lacking = world
        .auth
        .challenge(ChallengeReason::InsufficientScope, Scopes::ALL);
    let (status, value) = header(lacking);
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(value.contains("scope=\"read write admin:org\""), "{value}");
}
