//! The whole way: register, authorize, consent, Atlassian, callback, token, refresh, revoke.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::browser::{Seen, Tab, param};
use super::world::{ISSUER, World};
use crate::auth::{AuthEventKind, ChallengeReason};
use crate::catalog::model::Credential;
use crate::store::keys::digest;

pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(in crate::http) const REDIRECT: &str = "http://127.0.0.1:5000/cb";

pub(super) async fn post_json(world: &World, path: &str, body: &Value) -> Seen {
    let request = Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    Tab::of(&world.router).send(request).await
}

pub(in crate::http) async fn register(world: &World, redirect: &str) -> String {
    let body = json!({
        "redirect_uris": [redirect], "client_name": "Desk <script>",
        "token_endpoint_auth_method": "none"
    });
    let seen = post_json(world, "/register", &body).await;
    assert_eq!(seen.status, StatusCode::CREATED, "{seen:?}");
    seen.json()["client_id"].as_str().unwrap().to_owned()
}

pub(in crate::http) fn authorize_url(client: &str, changes: &[(&str, &str)]) -> String {
    let challenge = digest(VERIFIER);
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", REDIRECT),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", "client state"),
        ("resource", "https://mcp.example.com/mcp"),
    ];
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        if !value.is_empty() {
            params.push((name, value));
        }
    }
    Url::parse_with_params(&format!("{ISSUER}/authorize"), params)
        .unwrap()
        .into()
}

/// Goes on to Atlassian; gives the state that was sent there.
pub(in crate::http) async fn agree(tab: &mut Tab, authorize: &str) -> String {
    let consent = tab.get(authorize).await.location();
    let page = tab.get(consent.as_str()).await;
    let (id, token) = (page.hidden("request"), page.hidden("form_token"));
    let fields = [
        ("request", id.as_str()),
        ("form_token", &token),
        ("decision", "allow"),
    ];
    let upstream = tab.post("/consent", &fields).await.forwards_to();
    param(&upstream, "state").unwrap()
}

/// Comes back from Atlassian as `account`.
pub(in crate::http) async fn come_back(tab: &mut Tab, state: &str, account: &str) -> Url {
    let path = format!("/oauth/atlassian-callback?code={account}&state={state}");
    tab.get(&path).await.location()
}

pub(in crate::http) async fn exchange(world: &World, client: &str, code: &str) -> Seen {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("resource", "https://mcp.example.com/mcp"),
    ];
    Tab::of(&world.router).post("/token", &fields).await
}

#[tokio::test]
async fn a_client_signs_a_person_in_and_out() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    let back = come_back(&mut tab, &state, "ada").await;
    assert!(back.as_str().starts_with("http://127.0.0.1:5000/cb?"));
    assert_eq!(param(&back, "state").as_deref(), Some("client state"));
    assert_eq!(param(&back, "iss").as_deref(), Some(ISSUER));
    let code = param(&back, "code").unwrap();

    let seen = exchange(&world, &client, &code).await;
    assert_eq!(seen.status, StatusCode::OK, "{seen:?}");
    assert_eq!(seen.headers["cache-control"], "no-store");
    let tokens = seen.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "read write");
    let header = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let principal = world.auth.bearer(Some(&header)).await.unwrap();
    assert_eq!(principal.account.as_str(), "ada");
    let access = world.grants.access(&principal, Credential::Oauth).await;
    assert_eq!(
        access.unwrap().tenant().unwrap().site(),
        "acme.atlassian.net"
    );

    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client.as_str()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let seen = Tab::of(&world.router).post("/token", &fields).await;
    let renewed = seen.json();
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);

    let fields = [
        ("client_id", client.as_str()),
        ("token", renewed["refresh_token"].as_str().unwrap()),
    ];
    let seen = Tab::of(&world.router).post("/revoke", &fields).await;
    assert_eq!(seen.status, StatusCode::OK);
    let refused = world.auth.bearer(Some(&header)).await.unwrap_err();
    assert_eq!(refused.reason, ChallengeReason::InvalidToken);
    for kind in [
        AuthEventKind::Register,
        AuthEventKind::SignIn,
        AuthEventKind::Consent,
        AuthEventKind::TokenIssued,
        AuthEventKind::TokenRefreshed,
        AuthEventKind::Revoked,
    ] {
        assert_eq!(world.count(kind), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn atlassian_is_asked_as_it_wants_to_be() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let consent = tab.get(&authorize_url(&client, &[])).await.location();
    let page = tab.get(consent.as_str()).await;
    let (id, token) = (page.hidden("request"), page.hidden("form_token"));
    let fields = [
        ("request", id.as_str()),
        ("form_token", &token),
        ("decision", "allow"),
    ];
    let url = tab.post("/consent", &fields).await.forwards_to();
    for (name, value) in [
        ("audience", "api.atlassian.com"),
        ("client_id", "our-app"),
        ("scope", "read:me offline_access"),
        (
            "redirect_uri",
            "https://mcp.example.com/oauth/atlassian-callback",
        ),
        ("response_type", "code"),
        ("prompt", "consent"),
    ] {
        assert_eq!(param(&url, name).as_deref(), Some(value), "{name}");
    }
    let state = param(&url, "state").unwrap();
    come_back(&mut tab, &state, "ada").await;
    let scene = world.scene.lock().unwrap();
    let sent = &scene.exchanges[0];
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["client_secret"], "our-secret");
}

#[tokio::test]
async fn the_consent_page_says_who_asks_and_cannot_be_framed() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let consent = tab.get(&authorize_url(&client, &[])).await.location();
    let page = tab.get(consent.as_str()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Desk &#60;script&#62;"), "{}", page.text);
    assert!(!page.text.contains("<script"));
    assert!(page.text.contains("127.0.0.1"));
    assert!(page.text.contains("a program on your own computer"));
    assert!(page.text.contains("cloud id cloud-1"));
    assert!(page.text.contains("Projects: look"));
    assert!(page.text.contains("<code>write</code>"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"));
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert!(!page.text.contains("style=") && !page.text.contains("<style"));

    let web = register(&world, "https://app.example.com/cb").await;
    let change = [
        ("redirect_uri", "https://app.example.com/cb"),
        ("scope", "read"),
    ];
    let consent = tab.get(&authorize_url(&web, &change)).await.location();
    let page = tab.get(consent.as_str()).await;
    assert!(page.text.contains("app.example.com"));
    assert!(!page.text.contains("a program on your own computer"));
    assert!(!page.text.contains("<code>write</code>"));
}

#[tokio::test]
async fn a_web_client_that_was_approved_is_not_asked_about_again() {
    let world = World::new().await;
    let redirect = "https://app.example.com/cb";
    let client = register(&world, redirect).await;
    let url = authorize_url(&client, &[("redirect_uri", redirect)]);
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &url).await;
    come_back(&mut tab, &state, "ada").await;
    let next = tab.get(&url).await.location();
    assert_eq!(next.path(), "/authorize", "to Atlassian: {next}");
    // Neither another browser nor another client gets this far.
    let next = Tab::of(&world.router).get(&url).await.location();
    assert_eq!(next.path(), "/consent");
    let other = register(&world, redirect).await;
    let url = authorize_url(&other, &[("redirect_uri", redirect)]);
    assert_eq!(tab.get(&url).await.location().path(), "/consent");
}

#[tokio::test]
async fn the_documents_agree_with_the_routes() {
    let world = World::new().await;
    let mut tab = Tab::of(&world.router);
    for suffix in ["", "/mcp"] {
        let path = format!("/.well-known/oauth-protected-resource{suffix}");
        let document = tab.get(&path).await.json();
        assert_eq!(document["resource"], "https://mcp.example.com/mcp");
        assert_eq!(document["authorization_servers"], json!([ISSUER]));
        assert_eq!(document["scopes_supported"], json!(["read", "write"]));
        let path = format!("/.well-known/oauth-authorization-server{suffix}");
        let document = tab.get(&path).await.json();
        assert_eq!(document["issuer"], ISSUER);
        assert_eq!(
            document["code_challenge_methods_supported"],
            json!(["S256"])
        );
        let methods = json!(["none", "client_secret_basic", "client_secret_post"]);
        assert_eq!(document["token_endpoint_auth_methods_supported"], methods);
        for yes in [
            "authorization_response_iss_parameter_supported",
            "client_id_metadata_document_supported",
        ] {
            assert_eq!(document[yes], true);
        }
    }
    let seen = tab.get("/assets/style.css").await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(seen.headers["content-type"], "text/css; charset=utf-8");
}
