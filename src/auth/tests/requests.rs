//! Requests, states and approvals, and what stands in the store.

use std::time::Duration;

use serde_json::json;

use super::super::*;
use super::world::*;
use crate::base::clock::Clock as _;
use crate::base::ids::AccountId;
use crate::base::random::SystemRandom;

#[tokio::test]
async fn scopes_shrink_and_never_grow() {
    let world = world();
    let client = world.client().await;
    let request = |scope: &str| AuthorizeParams {
        scope: Some(scope.to_owned()),
        ..asked(&client)
    };
    let server = &world.server;
    let granted = server.check_request(request("read")).await.unwrap();
    assert_eq!(granted.scopes.to_string(), "read");
    // Organisation administration is not offered here.
    let granted = server
        .check_request(request("read admin:org"))
        .await
        .unwrap();
    assert_eq!(granted.scopes.to_string(), "read");
    for bad in ["admin:org", "sudo"] {
        assert!(matches!(
            server.check_request(request(bad)).await,
            Err(AuthorizeError::ToClient {
                code: "invalid_scope",
                ..
            })
        ));
    }
    let pair = world.pair(&client).await;
    let refresh = |scope| server.refresh(&client, pair.refresh.expose(), scope, None);
    assert!(matches!(
        refresh(Some("admin:org")).await,
        Err(TokenError::InvalidScope)
    ));
    let narrowed = refresh(Some("read")).await.unwrap();
    let found = server.principal(narrowed.access.expose()).await.unwrap();
    assert_eq!(found.unwrap().scopes.to_string(), "read");
}

#[tokio::test]
async fn what_a_client_registered_with_does_not_stand_in_the_way_of_more() {
    let world = world();
    let registration = serde_json::from_value(json!({
        "redirect_uris": ["http://127.0.0.1/cb"], "scope": "read",
        "token_endpoint_auth_method": "none",
    }))
    .unwrap();
    let Registered { client, .. } = world
        .server
        .register(registration, "192.0.2.1")
        .await
        .unwrap();
    let granted = async |scope: Option<&str>| {
        let params = AuthorizeParams {
            redirect_uri: Some("http://127.0.0.1:5000/cb".to_owned()),
            scope: scope.map(str::to_owned),
            ..asked(&client)
        };
        let request = world.server.check_request(params).await.unwrap();
        request.scopes.to_string()
    };
    assert_eq!(granted(None).await, "read");
    assert_eq!(granted(Some("read write")).await, "read write");
}

#[tokio::test]
async fn what_cannot_be_trusted_is_never_redirected_to() {
    let world = world();
    let client = world.client().await;
    let some = |text: &str| Some(text.to_owned());
    let base = || asked(&client);
    for params in [
        AuthorizeParams {
            client_id: None,
            ..base()
        },
        AuthorizeParams {
            client_id: some("nobody"),
            ..base()
        },
        AuthorizeParams {
            redirect_uri: None,
            ..base()
        },
        AuthorizeParams {
            redirect_uri: some("https://evil.example.com/cb"),
            ..base()
        },
        AuthorizeParams {
            redirect_uri: some("http://127.0.0.1:5000/cb#x"),
            ..base()
        },
        AuthorizeParams {
            redirect_uri: some("javascript:alert(1)"),
            ..base()
        },
    ] {
        let outcome = world.server.check_request(params).await;
        assert!(
            matches!(outcome, Err(AuthorizeError::Untrusted(_))),
            "{outcome:?}"
        );
    }
    for (params, want) in [
        (
            AuthorizeParams {
                response_type: None,
                ..base()
            },
            "invalid_request",
        ),
        (
            AuthorizeParams {
                response_type: some("token"),
                ..base()
            },
            "unsupported_response_type",
        ),
        (
            AuthorizeParams {
                code_challenge: None,
                ..base()
            },
            "invalid_request",
        ),
        (
            AuthorizeParams {
                code_challenge_method: some("plain"),
                ..base()
            },
            "invalid_request",
        ),
        (
            AuthorizeParams {
                code_challenge_method: None,
                ..base()
            },
            "invalid_request",
        ),
        (
            AuthorizeParams {
                resource: some("https://other.example.com"),
                ..base()
            },
            "invalid_target",
        ),
    ] {
        match world.server.check_request(params).await {
            Err(AuthorizeError::ToClient { code, state, .. }) => {
                assert_eq!((code, state.as_deref()), (want, Some("xyz")));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_state_serves_its_own_browser_once() {
    let world = world();
    let (mine, foreign) = (
        Browser::random(&SystemRandom).unwrap(),
        Browser::random(&SystemRandom).unwrap(),
    );
    let server = &world.server;
    let state = server
        .open_state(Purpose::Session(OwnPage::Overview), &mine)
        .await
        .unwrap();
    assert_eq!(server.close_state(&state, &foreign).await.unwrap(), None);
    assert_eq!(
        server.close_state(&state, &mine).await.unwrap(),
        Some(Purpose::Session(OwnPage::Overview))
    );
    assert_eq!(server.close_state(&state, &mine).await.unwrap(), None);
    let state = server
        .open_state(Purpose::Session(OwnPage::Overview), &mine)
        .await
        .unwrap();
    world.clock.advance(Duration::from_mins(10));
    assert_eq!(server.close_state(&state, &mine).await.unwrap(), None);
}

#[tokio::test]
async fn a_held_request_serves_its_own_browser_once() {
    let world = world();
    let client = world.client().await;
    let (mine, foreign) = (
        Browser::random(&SystemRandom).unwrap(),
        Browser::random(&SystemRandom).unwrap(),
    );
    let server = &world.server;
    let request = server.check_request(asked(&client)).await.unwrap();
    let id = server.hold_request(request.clone(), &mine).await.unwrap();
    assert_eq!(server.held_request(&id, &foreign).await.unwrap(), None);
    assert_eq!(server.decide(&id, &foreign, true).await.unwrap(), None);
    let agreed = AuthorizationRequest {
        agreed_at: Some(world.clock.now()),
        ..request
    };
    assert_eq!(server.decide(&id, &mine, true).await.unwrap(), Some(agreed));
    assert_eq!(server.decide(&id, &mine, true).await.unwrap(), None);
}

#[tokio::test]
async fn an_approval_covers_its_own_client_and_no_loopback() {
    let world = world();
    let registration = serde_json::from_value(json!({
        "redirect_uris": ["https://app.example.com/cb", "http://127.0.0.1/cb"],
        "token_endpoint_auth_method": "none"
    }))
    .unwrap();
    let server = &world.server;
    let client = server.register(registration, "a").await.unwrap().client;
    let ask = |redirect: &str, scope: &str| {
        server.check_request(AuthorizeParams {
            redirect_uri: Some(redirect.to_owned()),
            scope: Some(scope.to_owned()),
            ..asked(&client)
        })
    };
    let web = ask("https://app.example.com/cb", "read").await.unwrap();
    let account = ada().account;
    assert!(!server.is_approved(&account, &web).await.unwrap());
    let agreed = |request: &AuthorizationRequest| AuthorizationRequest {
        agreed_at: Some(world.clock.now()),
        ..request.clone()
    };
    server.give_code(agreed(&web), ada()).await.unwrap();
    assert!(server.is_approved(&account, &web).await.unwrap());
    let other = AccountId::new("eve");
    assert!(!server.is_approved(&other, &web).await.unwrap());
    let more = ask("https://app.example.com/cb", "read write")
        .await
        .unwrap();
    assert!(!server.is_approved(&account, &more).await.unwrap());
    let local = ask(REDIRECT, "read").await.unwrap();
    server.give_code(agreed(&local), ada()).await.unwrap();
    assert!(!server.is_approved(&account, &local).await.unwrap());
}

#[tokio::test]
async fn no_bearer_stands_in_the_store() {
    let world = world();
    let client = world.client().await;
    let code = world.code(&client).await;
    let pair = world.pair(&client).await;
    let browser = Browser::random(&SystemRandom).unwrap();
    let state = world
        .server
        .open_state(Purpose::Session(OwnPage::Overview), &browser)
        .await;
    let cookie = world.server.open_session(ada(), &browser).await.unwrap();
    let bearers = [
        code,
        pair.access.expose().clone(),
        pair.refresh.expose().clone(),
        state.unwrap(),
        cookie,
        browser.cookie().to_owned(),
    ];
    for (key, value) in world.vault.store().dump().await.unwrap().values {
        for bearer in &bearers {
            assert!(!key.contains(bearer.as_str()), "{key}");
            let found = value
                .windows(bearer.len())
                .any(|part| part == bearer.as_bytes());
            assert!(!found, "{key}");
        }
    }
}
