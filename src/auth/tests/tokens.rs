//! Tokens: rotation, races, reuse and ends.

use std::sync::Arc;
use std::time::Duration;

use super::super::*;
use super::world::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_at_once_get_one_and_the_same_pair() {
    let world = world();
    let client = world.client().await;
    let pair = world.pair(&client).await;
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (server, client) = (Arc::clone(&world.server), client.clone());
            let refresh = pair.refresh.clone();
            tokio::spawn(async move {
                let got = server.refresh(&client, refresh.expose(), None, None).await;
                got.unwrap().refresh.expose().clone()
            })
        })
        .collect();
    let mut given = std::collections::BTreeSet::new();
    for task in tasks {
        given.insert(task.await.unwrap());
    }
    assert_eq!(given.len(), 1);
    assert_eq!(world.count(AuthEventKind::TokenRefreshed), 1);
    assert_eq!(world.count(AuthEventKind::RefreshTokenReuse), 0);
    // The pair that all of them hold is good.
    let next = given.into_iter().next().unwrap();
    let got = world.server.refresh(&client, &next, None, None).await;
    assert!(world.works(&got.unwrap()).await);
}

#[tokio::test]
async fn a_rotated_token_that_comes_late_ends_the_family() {
    let world = world();
    let client = world.client().await;
    let first = world.pair(&client).await;
    let server = &world.server;
    let second = server
        .refresh(&client, first.refresh.expose(), None, None)
        .await;
    let second = second.unwrap();
    assert!(world.works(&first).await && world.works(&second).await);
    world.clock.advance(Duration::from_secs(9));
    let raced = server
        .refresh(&client, first.refresh.expose(), None, None)
        .await;
    assert_eq!(raced.unwrap().refresh.expose(), second.refresh.expose());
    world.clock.advance(Duration::from_secs(1));
    assert!(is_invalid_grant(
        server
            .refresh(&client, first.refresh.expose(), None, None)
            .await
    ));
    assert_eq!(world.count(AuthEventKind::RefreshTokenReuse), 1);
    assert!(!world.works(&first).await && !world.works(&second).await);
    assert!(is_invalid_grant(
        server
            .refresh(&client, second.refresh.expose(), None, None)
            .await
    ));
}

#[tokio::test]
async fn a_foreign_client_neither_refreshes_nor_alarms() {
    let world = world();
    let client = world.client().await;
    let other = world.client().await;
    let pair = world.pair(&client).await;
    let refresh = pair.refresh.expose();
    assert!(is_invalid_grant(
        world.server.refresh(&other, refresh, None, None).await
    ));
    assert!(is_invalid_grant(world.server.revoke(&other, refresh).await));
    assert!(world.works(&pair).await);
    assert!(
        world
            .server
            .refresh(&client, refresh, None, None)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_family_lives_ninety_days_whatever_its_use() {
    let world = world();
    let client = world.client().await;
    let mut pair = world.pair(&client).await;
    let day = Duration::from_hours(24);
    for _ in 0..4 {
        world.clock.advance(20 * day);
        let got = world
            .server
            .refresh(&client, pair.refresh.expose(), None, None);
        pair = got.await.unwrap();
    }
    world.clock.advance(10 * day);
    assert!(is_invalid_grant(
        world
            .server
            .refresh(&client, pair.refresh.expose(), None, None)
            .await
    ));
}

#[tokio::test]
async fn an_unused_refresh_token_lives_thirty_days() {
    let world = world();
    let client = world.client().await;
    let pair = world.pair(&client).await;
    world.clock.advance(Duration::from_hours(30 * 24));
    assert!(is_invalid_grant(
        world
            .server
            .refresh(&client, pair.refresh.expose(), None, None)
            .await
    ));
}

#[tokio::test]
async fn a_refused_bearer_is_recorded_and_strangers_cannot_flood_the_record() {
    let world = world();
    let client = world.client().await;
    let pair = world.pair(&client).await;
    let refused = async |shown: &str| {
        let header = format!("Bearer {shown}");
        let challenge = world.server.bearer(Some(&header)).await.unwrap_err();
        assert_eq!(challenge.reason, ChallengeReason::InvalidToken);
    };
    // What is no bearer of ours says nothing of anybody.
    refused("eyJhbGciOiJub25lIn0.e30.").await;
    refused(pair.refresh.expose()).await;
    assert_eq!(world.count(AuthEventKind::BearerRefused), 0);
    // An expired one names whose it was.
    world.clock.advance(std::time::Duration::from_hours(1));
    refused(pair.access.expose()).await;
    let told = || {
        let events = world.events.0.lock().unwrap();
        let last = events
            .iter()
            .rfind(|event| event.kind == AuthEventKind::BearerRefused);
        last.cloned().unwrap()
    };
    assert_eq!(told().account, Some(ada().account));
    assert_eq!(told().client, Some(client.id.clone()));
    assert!(!format!("{:?}", told()).contains(&pair.access.expose()[42..]));
    // A revoked one names its sign-in alone.
    world
        .server
        .revoke(&client, pair.refresh.expose())
        .await
        .unwrap();
    refused(pair.access.expose()).await;
    assert_eq!((told().account, told().client), (None, None));
    assert!(told().family.is_some());
    // A flood is answered, and not recorded beyond the bound.
    let invented = format!("gja_{}.{}", "0".repeat(36), "A".repeat(43));
    for _ in 0..100 {
        refused(&invented).await;
    }
    assert_eq!(world.count(AuthEventKind::BearerRefused), 60);
}
