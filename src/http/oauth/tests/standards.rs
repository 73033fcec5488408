//! Single sentences of the standards, each held by the real router.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::browser::{Seen, Tab, param};
use super::flow::{
    REDIRECT, VERIFIER, agree, authorize_url, come_back, exchange, post_json, register,
};
use super::world::{ISSUER, World};

const OPEN: [&str; 4] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/token",
    "/register",
];

async fn preflight(world: &World, path: &str) -> Seen {
    let request = Request::options(path)
        .header("origin", "http://localhost:6274")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,mcp-protocol-version",
        )
        .body(Body::empty())
        .unwrap();
    Tab::of(&world.router).send(request).await
}

fn allowed_origin(seen: &Seen) -> Option<&str> {
    let value = seen.headers.get("access-control-allow-origin")?;
    value.to_str().ok()
}

async fn signed_in(world: &World, client: &str) -> serde_json::Value {
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(client, &[])).await;
    let back = come_back(&mut tab, &state, "ada").await;
    exchange(world, client, &param(&back, "code").unwrap())
        .await
        .json()
}

/// The CORS protocol: what needs no cookie is open to scripts, the pages are not.
#[tokio::test]
async fn scripts_of_any_origin_may_sign_in_and_touch_no_page() {
    let world = World::new().await;
    for path in OPEN.into_iter().chain(["/revoke"]) {
        let seen = preflight(&world, path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert_eq!(allowed_origin(&seen), Some("*"), "{path}");
        let headers = seen.headers["access-control-allow-headers"]
            .to_str()
            .unwrap();
        for name in ["authorization", "content-type", "mcp-protocol-version"] {
            assert!(headers.contains(name), "{path}: {headers}");
        }
        assert!(
            !seen
                .headers
                .contains_key("access-control-allow-credentials")
        );
    }
    // The answers as well, refusals included.
    let seen = Tab::of(&world.router).post("/token", &[]).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(allowed_origin(&seen), Some("*"));
    let client = register(&world, REDIRECT).await;
    for path in [
        &authorize_url(&client, &[]),
        "/consent",
        "/connect/api-token",
        "/oauth/atlassian-callback",
    ] {
        let path = path.strip_prefix(ISSUER).unwrap_or(path);
        assert_eq!(
            allowed_origin(&preflight(&world, path).await),
            None,
            "{path}"
        );
        let seen = Tab::of(&world.router).get(path).await;
        assert_eq!(allowed_origin(&seen), None, "{path}");
    }
}

/// RFC 7591, section 3.2.1: all registered metadata is returned.
#[tokio::test]
async fn a_registration_is_echoed_whole() {
    let world = World::new().await;
    let body = json!({
        "redirect_uris": [REDIRECT, "https://app.example.com/cb"],
        "client_name": "App",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "read",
        "application_type": "native",
    });
    let seen = post_json(&world, "/register", &body).await;
    assert_eq!(seen.status, StatusCode::CREATED);
    assert_eq!(seen.headers["cache-control"], "no-store");
    let answer = seen.json();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name}");
    }
    assert!(answer["client_id_issued_at"].is_i64());
    assert!(answer["client_secret"].is_string());
}

/// RFC 7591, section 3.2.2: which error it is.
#[tokio::test]
async fn a_refused_registration_says_what_is_wrong() {
    let world = World::new().await;
    for (body, error) in [
        (
            json!({"redirect_uris": ["http://example.com/"]}),
            "invalid_redirect_uri",
        ),
        (json!({"redirect_uris": []}), "invalid_redirect_uri"),
        (
            json!({"redirect_uris": [REDIRECT], "application_type": "x"}),
            "invalid_client_metadata",
        ),
        (
            json!({"redirect_uris": [REDIRECT], "grant_types": []}),
            "invalid_client_metadata",
        ),
        (json!({"redirect_uris": 7}), "invalid_client_metadata"),
        (json!(["x"]), "invalid_client_metadata"),
    ] {
        let seen = post_json(&world, "/register", &body).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(seen.json()["error"], error, "{body}");
    }
}

/// RFC 7009, sections 2.1 and 2.2: the hint is only a hint, an unknown token is no error.
#[tokio::test]
async fn revoking_needs_no_hint_and_knows_no_unknown_token() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let tokens = signed_in(&world, &client).await;
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let mut tab = Tab::of(&world.router);
    for token in ["nonsense", "gjr_x.y"] {
        let fields = [("client_id", client.as_str()), ("token", token)];
        assert_eq!(tab.post("/revoke", &fields).await.status, StatusCode::OK);
    }
    let header = format!("Bearer {access}");
    assert!(world.auth.bearer(Some(&header)).await.is_ok());
    let fields = [
        ("client_id", client.as_str()),
        ("token", refresh),
        ("token_type_hint", "access_token"),
    ];
    assert_eq!(tab.post("/revoke", &fields).await.status, StatusCode::OK);
    assert!(world.auth.bearer(Some(&header)).await.is_err());
    let seen = tab.post("/revoke", &[("client_id", client.as_str())]).await;
    assert_eq!(seen.json()["error"], "invalid_request");
}

/// RFC 7636, section 4.6.
#[tokio::test]
async fn a_code_without_its_verifier_is_refused_and_not_spent() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    let code = param(&come_back(&mut tab, &state, "ada").await, "code").unwrap();
    let bring = async |verifier: Option<&str>| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client.as_str()),
            ("code", &code),
            ("redirect_uri", REDIRECT),
        ];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        Tab::of(&world.router).post("/token", &fields).await
    };
    assert_eq!(bring(None).await.json()["error"], "invalid_request");
    let wrong = "a".repeat(43);
    assert_eq!(bring(Some(&wrong)).await.json()["error"], "invalid_grant");
    assert_eq!(bring(Some(VERIFIER)).await.status, StatusCode::OK);
}

/// RFC 8707, section 2: a target that is not here, or two.
#[tokio::test]
async fn a_resource_that_is_not_ours_is_an_invalid_target() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let url = authorize_url(&client, &[]);
    let two = format!("{url}&resource=https%3A%2F%2Fother.example.com%2Fmcp");
    let back = tab.get(&two).await.location();
    assert_eq!(param(&back, "error").as_deref(), Some("invalid_target"));
    let same = format!("{url}&resource=https%3A%2F%2Fmcp.example.com%2Fmcp");
    assert!(tab.get(&same).await.location().path().ends_with("/consent"));
    let tokens = signed_in(&world, &client).await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client.as_str()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("resource", "https://mcp.example.com/mcp"),
        ("resource", "https://other.example.com/mcp"),
    ];
    let seen = tab.post("/token", &fields).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(seen.json()["error"], "invalid_target");
}

/// RFC 8414, section 2, and RFC 9207, section 2: what is promised is kept, errors included.
#[tokio::test]
async fn a_response_mode_that_is_not_offered_is_refused_in_our_name() {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let metadata = tab.get(OPEN[0]).await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["response_modes_supported"], json!(["query"]));
    assert_eq!(
        metadata["authorization_response_iss_parameter_supported"],
        true
    );
    let url = authorize_url(&client, &[("response_mode", "fragment")]);
    let back = tab.get(&url).await.location();
    assert_eq!(param(&back, "error").as_deref(), Some("invalid_request"));
    assert_eq!(param(&back, "iss").as_deref(), Some(ISSUER));
    let url = authorize_url(&client, &[("response_mode", "query")]);
    assert!(tab.get(&url).await.location().path().ends_with("/consent"));
}

/// RFC 9728, sections 2 and 3.3: the resource is the exact URL that clients use.
#[tokio::test]
async fn the_resource_names_itself_and_its_server() {
    let world = World::new().await;
    let mut tab = Tab::of(&world.router);
    let document = tab.get(OPEN[1]).await.json();
    assert_eq!(document["resource"], format!("{ISSUER}/mcp"));
    assert_eq!(document["authorization_servers"], json!([ISSUER]));
    assert_eq!(document["bearer_methods_supported"], json!(["header"]));
}

/// The bound on registrations follows the sender through trusted proxies and nobody else.
#[tokio::test]
async fn a_forged_sender_does_not_widen_the_bound_on_registrations() {
    let world = World::new().await;
    let ask = async |peer: &str, forwarded: String| {
        let body = json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none"});
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let request = Request::post("/register")
            .header("content-type", "application/json")
            .header("x-forwarded-for", forwarded)
            .extension(ConnectInfo(peer))
            .body(Body::from(body.to_string()))
            .unwrap();
        Tab::of(&world.router).send(request).await.status
    };
    // Twenty an hour for one address, whatever it says of itself.
    for at in 0..21 {
        let due = if at < 20 {
            StatusCode::CREATED
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        let direct = ask("203.0.113.9:1", format!("198.51.100.{at}")).await;
        assert_eq!(direct, due, "{at}");
        let behind = ask("10.0.0.1:1", format!("198.51.100.{at}, 203.0.113.10")).await;
        assert_eq!(behind, due, "{at}");
    }
    // Others behind the same proxy have their own.
    let other = ask("10.0.0.1:1", "203.0.113.11".to_owned()).await;
    assert_eq!(other, StatusCode::CREATED);
}
