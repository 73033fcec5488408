//! What a person sees of the clients that act for them, and taking it back.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::super::*;
use super::world::*;
use crate::base::clock::Clock as _;
use crate::base::ids::AccountId;
use crate::store::keys::{Key, Kind, family_index};
use crate::store::{Order, Span};

const WEB: &str = "https://app.example.com/cb";

/// A client that need not be asked for twice.
async fn web_client(world: &World) -> Client {
    let registration = serde_json::from_value(json!({
        "client_name": "App", "redirect_uris": [WEB], "token_endpoint_auth_method": "none"
    }))
    .unwrap();
    let registered = world.server.register(registration, "192.0.2.1").await;
    registered.unwrap().client
}

fn asked_of_web(client: &Client) -> AuthorizeParams {
    AuthorizeParams {
        redirect_uri: Some(WEB.to_owned()),
        ..asked(client)
    }
}

async fn redeem(world: &World, client: &Client, code: &str) -> Result<TokenPair, TokenError> {
    let brought = Redemption {
        redirect_uri: Some(WEB),
        ..redemption(code)
    };
    world.server.redeem_code(client, &brought).await
}

async fn sign_in(world: &World, client: &Client, person: Person) -> TokenPair {
    let code = world.code_for(client, asked_of_web(client), person).await;
    redeem(world, client, &code).await.unwrap()
}

fn bob() -> Person {
    Person {
        account: AccountId::new("bob"),
        name: None,
    }
}

#[tokio::test]
async fn a_person_sees_who_acts_for_them_and_since_when() {
    let world = world();
    let (web, desktop) = (web_client(&world).await, world.client().await);
    let server = &world.server;
    let start = world.clock.now();
    let ada = ada().account;
    assert_eq!(server.connections(&ada).await.unwrap(), []);
    let pair = sign_in(&world, &web, super::world::ada()).await;
    sign_in(&world, &web, bob()).await;
    world.clock.advance(Duration::from_mins(1));
    world.pair(&desktop).await;
    world.clock.advance(Duration::from_mins(1));
    let again = server.refresh(&web, pair.refresh.expose(), None, None);
    again.await.unwrap();
    let found = server.connections(&ada).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].client, desktop.id);
    assert_eq!(found[0].name, None);
    assert_eq!(
        found[1],
        Connection {
            client: web.id.clone(),
            name: Some("App".to_owned()),
            redirect: RedirectUri::parse(WEB).unwrap(),
            scopes: Scopes::DEFAULT,
            approved_at: start,
            last_used: Some(start.plus(Duration::from_mins(2))),
            sign_ins: 1,
        }
    );
}

#[tokio::test]
async fn withdrawing_ends_every_token_of_that_client_at_once() {
    let world = world();
    let (web, desktop) = (web_client(&world).await, world.client().await);
    let server = &world.server;
    let first = sign_in(&world, &web, ada()).await;
    let second = sign_in(&world, &web, ada()).await;
    let other_client = world.pair(&desktop).await;
    let other_person = sign_in(&world, &web, bob()).await;
    assert!(server.withdraw(&ada().account, &web.id).await.unwrap());
    for pair in [&first, &second] {
        assert!(!world.works(pair).await);
        let again = server.refresh(&web, pair.refresh.expose(), None, None);
        assert!(is_invalid_grant(again.await));
    }
    assert!(world.works(&other_client).await);
    assert!(world.works(&other_person).await);
    let left = server.connections(&ada().account).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].client, desktop.id);
    assert_eq!(server.connections(&bob().account).await.unwrap().len(), 1);
    assert_eq!(world.count(AuthEventKind::ApprovalWithdrawn), 1);
    // Nothing is left to take back, and nothing is told of it.
    assert!(!server.withdraw(&ada().account, &web.id).await.unwrap());
    assert_eq!(world.count(AuthEventKind::ApprovalWithdrawn), 1);
}

#[tokio::test]
async fn a_withdrawn_client_is_asked_again() {
    let world = world();
    let web = web_client(&world).await;
    let server = &world.server;
    sign_in(&world, &web, ada()).await;
    let request = server.check_request(asked_of_web(&web)).await.unwrap();
    let account = ada().account;
    assert!(server.is_approved(&account, &request).await.unwrap());
    server.withdraw(&account, &web.id).await.unwrap();
    assert!(!server.is_approved(&account, &request).await.unwrap());
    // One that was on its way to Atlassian without having been asked comes to nothing.
    let late = server.give_code(request, ada()).await;
    assert!(matches!(late, Err(StateError::Withdrawn)));
    assert_eq!(server.connections(&account).await.unwrap(), []);
}

#[tokio::test]
async fn a_code_on_its_way_gives_nothing_after_a_withdrawal() {
    let world = world();
    let web = web_client(&world).await;
    let code = world.code_for(&web, asked_of_web(&web), ada()).await;
    let account = ada().account;
    assert!(world.server.withdraw(&account, &web.id).await.unwrap());
    assert!(is_invalid_grant(redeem(&world, &web, &code).await));
    assert_eq!(world.server.families(&account).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_sign_in_without_a_question_leaves_the_consent_as_it_was() {
    let world = world();
    let web = web_client(&world).await;
    let server = &world.server;
    let asked_at = world.clock.now();
    sign_in(&world, &web, ada()).await;
    let account = ada().account;
    let day = Duration::from_hours(24);
    world.clock.advance(60 * day);
    let params = AuthorizeParams {
        scope: Some("read".to_owned()),
        ..asked_of_web(&web)
    };
    let request = server.check_request(params).await.unwrap();
    let code = server.give_code(request, ada()).await.unwrap();
    redeem(&world, &web, &code).await.unwrap();
    let found = server.connections(&account).await.unwrap();
    assert_eq!(found[0].approved_at, asked_at);
    assert_eq!(found[0].scopes, Scopes::DEFAULT);
    assert_eq!(found[0].sign_ins, 2);
    // Ninety days after the question it is put again; what signed in since can still be withdrawn.
    world.clock.advance(31 * day);
    let request = server.check_request(asked_of_web(&web)).await.unwrap();
    assert!(!server.is_approved(&account, &request).await.unwrap());
    let found = server.connections(&account).await.unwrap();
    assert_eq!(found[0].sign_ins, 1);
    assert!(server.withdraw(&account, &web.id).await.unwrap());
}

#[tokio::test]
async fn signing_out_everywhere_leaves_nothing_but_other_persons() {
    let world = world();
    let (web, desktop) = (web_client(&world).await, world.client().await);
    let pairs = [
        sign_in(&world, &web, ada()).await,
        world.pair(&desktop).await,
    ];
    let others = sign_in(&world, &web, bob()).await;
    let account = ada().account;
    assert_eq!(world.server.end_all(&account).await.unwrap(), 2);
    for pair in &pairs {
        assert!(!world.works(pair).await);
    }
    assert!(world.works(&others).await);
    assert_eq!(world.server.connections(&account).await.unwrap(), []);
    assert_eq!(world.count(AuthEventKind::SignedOut), 1);
}

#[tokio::test]
async fn families_that_ended_leave_the_list() {
    let world = world();
    let client = world.client().await;
    world.pair(&client).await;
    let account = ada().account;
    let (id, _) = world.server.families(&account).await.unwrap().remove(0);
    // As after an expiry: the record is gone, the list still has it.
    let record = Key::new(Kind::Family, "record", &id);
    world.vault.delete(&record).await.unwrap();
    let listed = async || {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: 10,
            order: Order::Ascending,
        };
        let index = family_index(account.as_str());
        let found = world.vault.store().range(&index, span).await.unwrap();
        found.len()
    };
    assert_eq!(listed().await, 1);
    assert_eq!(
        world.server.connections(&account).await.unwrap()[0].sign_ins,
        0
    );
    assert_eq!(listed().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_that_races_a_withdrawal_leaves_no_living_family() {
    let world = world();
    let client = world.client().await;
    let account = ada().account;
    for _ in 0..16 {
        let mut pair = world.pair(&client).await;
        let rotating = {
            let (server, client) = (Arc::clone(&world.server), client.clone());
            tokio::spawn(async move {
                let mut given = vec![pair.access.clone()];
                while let Ok(next) = server
                    .refresh(&client, pair.refresh.expose(), None, None)
                    .await
                {
                    given.push(next.access.clone());
                    pair = next;
                }
                given
            })
        };
        tokio::task::yield_now().await;
        assert!(world.server.withdraw(&account, &client.id).await.unwrap());
        for access in rotating.await.unwrap() {
            let found = world.server.principal(access.expose()).await.unwrap();
            assert!(found.is_none());
        }
        assert_eq!(world.server.families(&account).await.unwrap().len(), 0);
        // What is agreed to next is later than this withdrawal.
        world.clock.advance(Duration::from_millis(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_in_that_races_a_withdrawal_leaves_no_living_family() {
    let world = world();
    let client = world.client().await;
    let account = ada().account;
    for _ in 0..16 {
        let code = world.code(&client).await;
        let redeeming = {
            let (server, client) = (Arc::clone(&world.server), client.clone());
            tokio::spawn(async move { server.redeem_code(&client, &redemption(&code)).await })
        };
        assert!(world.server.withdraw(&account, &client.id).await.unwrap());
        if let Ok(pair) = redeeming.await.unwrap() {
            assert!(!world.works(&pair).await);
        }
        assert_eq!(world.server.families(&account).await.unwrap().len(), 0);
        // What is agreed to next is later than this withdrawal.
        world.clock.advance(Duration::from_millis(1));
    }
}
