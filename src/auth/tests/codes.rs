//! Codes: bound to all they were asked with, and good once.

use std::time::Duration;

use super::super::*;
use super::world::*;
use crate::base::ids::AccountId;

#[tokio::test]
async fn a_code_gives_tokens_that_name_the_person() {
    let world = world();
    let client = world.client().await;
    let pair = world.pair(&client).await;
    let found = world.server.principal(pair.access.expose()).await.unwrap();
    let principal = found.unwrap();
    assert_eq!(principal.account, AccountId::new("ada"));
    assert_eq!(principal.client, client.id);
    assert_eq!(principal.scopes, Scopes::DEFAULT);
    assert_eq!(pair.expires_in, Duration::from_hours(1));
    for bad in [
        "",
        "x",
        pair.refresh.expose(),
        &format!("{}x", pair.access.expose()),
    ] {
        assert!(world.server.principal(bad).await.unwrap().is_none());
    }
    world.clock.advance(Duration::from_hours(1));
    assert!(!world.works(&pair).await);
}

#[tokio::test]
async fn a_code_is_bound_to_all_that_it_was_asked_with() {
    let world = world();
    let client = world.client().await;
    let other = world.client().await;
    let code = world.code(&client).await;
    let server = &world.server;
    let good = || redemption(&code);
    assert!(is_invalid_grant(server.redeem_code(&other, &good()).await));
    for redirect_uri in [None, Some("http://127.0.0.1:5001/cb")] {
        let brought = Redemption {
            redirect_uri,
            ..good()
        };
        assert!(is_invalid_grant(
            server.redeem_code(&client, &brought).await
        ));
    }
    let verifier = "a".repeat(43);
    let brought = Redemption {
        verifier: &verifier,
        ..good()
    };
    assert!(is_invalid_grant(
        server.redeem_code(&client, &brought).await
    ));
    let brought = Redemption {
        resource: Some("https://other.example.com/mcp"),
        ..good()
    };
    assert!(matches!(
        server.redeem_code(&client, &brought).await,
        Err(TokenError::InvalidTarget)
    ));
    assert!(server.redeem_code(&client, &good()).await.is_ok());
}

#[tokio::test]
async fn a_code_that_comes_again_revokes_what_it_gave() {
    let world = world();
    let client = world.client().await;
    let code = world.code(&client).await;
    let server = &world.server;
    let pair = server
        .redeem_code(&client, &redemption(&code))
        .await
        .unwrap();
    assert!(world.works(&pair).await);
    assert!(is_invalid_grant(
        server.redeem_code(&client, &redemption(&code)).await
    ));
    assert!(!world.works(&pair).await);
    assert!(is_invalid_grant(
        server
            .refresh(&client, pair.refresh.expose(), None, None)
            .await
    ));
    assert_eq!(world.count(AuthEventKind::CodeReuse), 1);
    assert_eq!(world.count(AuthEventKind::RefreshTokenReuse), 0);
}

#[tokio::test]
async fn a_code_lives_five_minutes() {
    let world = world();
    let client = world.client().await;
    let code = world.code(&client).await;
    world.clock.advance(Duration::from_mins(5));
    let outcome = world.server.redeem_code(&client, &redemption(&code)).await;
    assert!(is_invalid_grant(outcome));
}
