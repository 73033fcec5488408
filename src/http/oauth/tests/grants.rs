//! The Atlassian grant of a signed-in person: refreshed once, stored, ended only when it must.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::browser::Tab;
use super::flow::{REDIRECT, agree, authorize_url, come_back, register};
use super::world::World;
use crate::auth::{AuthEventKind, Principal, Scopes};
use crate::base::fault::Code;
use crate::base::ids::{AccountId, ClientId};
use crate::catalog::model::Credential;
use crate::grants::{Access, AccessKind};

async fn signed_in() -> (World, Principal) {
    let world = World::new().await;
    let client = register(&world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    come_back(&mut tab, &state, "ada").await;
    let principal = Principal {
        account: AccountId::new("ada"),
        client: ClientId::new(client),
        scopes: Scopes::ALL,
        family: "f".to_owned(),
        name: None,
    };
    (world, principal)
}

fn bearer(access: &Access) -> String {
    match access.kind() {
        AccessKind::Bearer(token) => token.expose().clone(),
        other => panic!("{other:?}"),
    }
}

fn refreshes(world: &World) -> usize {
    let scene = world.scene.lock().unwrap();
    let of_refresh = |sent: &&serde_json::Value| sent["grant_type"] == "refresh_token";
    scene.exchanges.iter().filter(of_refresh).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_calls_at_once_make_one_refresh() {
    let (world, ada) = signed_in().await;
    let access = world.grants.access(&ada, Credential::Oauth).await.unwrap();
    assert_eq!(refreshes(&world), 0);
    world.clock.advance(Duration::from_secs(3600 - 59));
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (grants, ada) = (world.grants.clone(), ada.clone());
            tokio::spawn(async move {
                // Waiting costs nothing here, so that a patient caller asks again.
                loop {
                    match grants.access(&ada, Credential::Oauth).await {
                        Ok(access) => return bearer(&access),
                        Err(fault) => assert_eq!(fault.code, Code::UpstreamUnavailable),
                    }
                }
            })
        })
        .collect();
    let mut given = BTreeSet::new();
    for task in tasks {
        given.insert(task.await.unwrap());
    }
    assert_eq!(given.len(), 1);
    assert!(!given.contains(&bearer(&access)));
    assert_eq!(refreshes(&world), 1);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let (world, ada) = signed_in().await;
    let first = world.grants.access(&ada, Credential::Oauth).await.unwrap();
    let second = world.grants.forced_refresh(&first).await.unwrap();
    assert_ne!(bearer(&first), bearer(&second));
    // Another call that failed with the first token gets the second.
    let again = world.grants.forced_refresh(&first).await.unwrap();
    assert_eq!(bearer(&again), bearer(&second));
    assert_eq!(refreshes(&world), 1);
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_one_before() {
    let (world, ada) = signed_in().await;
    world.scene.lock().unwrap().keeps_refresh = true;
    for _ in 0..2 {
        world.clock.advance(Duration::from_hours(1));
        world.grants.access(&ada, Credential::Oauth).await.unwrap();
    }
    assert_eq!(refreshes(&world), 2);
}

#[tokio::test]
async fn only_invalid_grant_ends_the_grant() {
    let (world, ada) = signed_in().await;
    world.clock.advance(Duration::from_hours(1));
    let refuse = |status, body| world.scene.lock().unwrap().token_refusal = Some((status, body));
    for (status, body, code) in [
        (
            401,
            json!({"error": "invalid_client"}),
            Code::UpstreamUnexpected,
        ),
        (
            400,
            json!({"error": "invalid_request"}),
            Code::UpstreamUnexpected,
        ),
        (403, json!("no JSON object"), Code::UpstreamUnexpected),
        (
            500,
            json!({"error": "invalid_grant"}),
            Code::UpstreamUnavailable,
        ),
        (429, json!({}), Code::RateLimited),
    ] {
        refuse(status, body);
        let fault = world
            .grants
            .access(&ada, Credential::Oauth)
            .await
            .unwrap_err();
        assert_eq!(fault.code, code, "{status}");
        assert!(
            world.grants.status(&ada.account).await.unwrap().is_some(),
            "{status}"
        );
    }
    refuse(403, json!({"error": "invalid_grant"}));
    let fault = world
        .grants
        .access(&ada, Credential::Oauth)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthExpired);
    assert!(fault.mend.unwrap().contains("/connect/api-token"));
    assert!(world.grants.status(&ada.account).await.unwrap().is_none());
    assert_eq!(world.count(AuthEventKind::GrantEnded), 1);
    let fault = world
        .grants
        .access(&ada, Credential::Oauth)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthRequired);
}

#[tokio::test]
async fn a_failed_refresh_is_no_harm_while_the_token_lasts() {
    let (world, ada) = signed_in().await;
    world.scene.lock().unwrap().token_refusal = Some((503, json!({})));
    world.clock.advance(Duration::from_secs(3600 - 30));
    assert!(world.grants.access(&ada, Credential::Oauth).await.is_ok());
    world.clock.advance(Duration::from_secs(26));
    let fault = world
        .grants
        .access(&ada, Credential::Oauth)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::UpstreamUnavailable);
    // The lease was given back: it works again as soon as Atlassian does.
    world.scene.lock().unwrap().token_refusal = None;
    assert!(world.grants.access(&ada, Credential::Oauth).await.is_ok());
}

#[tokio::test]
async fn signing_out_forgets_and_the_gate_stays_shut() {
    let (world, ada) = signed_in().await;
    let status = world.grants.status(&ada.account).await.unwrap().unwrap();
    let sites: Vec<_> = status.sites.iter().map(|site| site.site.as_str()).collect();
    assert_eq!(sites, ["acme.atlassian.net"]);
    let fault = world
        .grants
        .access(&ada, Credential::OrgAdmin)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::InsufficientPermissions);
    let local = world.grants.access(&ada, Credential::Local).await.unwrap();
    assert!(local.tenant().is_none());
    world
        .grants
        .forget(&ada.account, Some(&ada.client), "signed out")
        .await
        .unwrap();
    let ended = world.told(AuthEventKind::GrantEnded);
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].client.as_ref(), Some(&ada.client));
    let fault = world
        .grants
        .access(&ada, Credential::Oauth)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthRequired);
    let eve = Principal {
        account: AccountId::new("eve"),
        ..ada
    };
    let fault = world
        .grants
        .access(&eve, Credential::Oauth)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthRequired);
}
