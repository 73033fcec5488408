//! Several sites on a server without a pin: named, remembered for each client, never guessed.

use serde_json::json;

use super::browser::Tab;
use super::flow::{REDIRECT, agree, authorize_url, come_back, register};
use super::world::World;
use crate::auth::{Principal, Scopes};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, ClientId, CloudId};
use crate::base::secret::Secret;
use crate::catalog::model::Credential;
use crate::grants::{Access, AccessKind, Aim, ApiTokenKind, BindError, Binding};

async fn signed_in(pin: Option<&str>) -> (World, Principal) {
    let world = World::pinned(pin).await;
    let ada = again(&world).await;
    (world, ada)
}

async fn again(world: &World) -> Principal {
    let client = register(world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    come_back(&mut tab, &state, "ada").await;
    Principal {
        account: AccountId::new("ada"),
        client: ClientId::new(client),
        scopes: Scopes::ALL,
        family: "f".to_owned(),
        name: None,
    }
}

async fn oauth(world: &World, who: &Principal, aim: Aim<'_>) -> Result<Access, Fault> {
    world.grants.access_on(who, Credential::Oauth, aim).await
}

async fn host(world: &World, who: &Principal, aim: Aim<'_>) -> String {
    let access = oauth(world, who, aim).await.unwrap();
    access.tenant().unwrap().site().to_owned()
}

fn binding(site: Option<&str>, token: &str, world: &World) -> Binding {
    Binding {
        site: site.map(CloudId::new),
        email: "ada@example.com".to_owned(),
        token: Secret::from(token),
        expires_at: crate::base::clock::Clock::now(&world.clock)
            .plus(std::time::Duration::from_hours(10 * 24)),
    }
}

#[tokio::test]
async fn a_site_is_named_once_and_remembered_for_that_client() {
    let (world, ada) = signed_in(None).await;
    let fault = oauth(&world, &ada, Aim::Usual).await.unwrap_err();
    assert_eq!(fault.code, Code::ValidationError);
    assert_eq!(
        fault.details.unwrap()["sites"],
        json!([
            {"site": "acme.atlassian.net", "cloud_id": "cloud-1"},
            {"site": "other.atlassian.net", "cloud_id": "cloud-2"},
        ])
    );
    assert!(fault.mend.unwrap().contains("`site`"));
    let other = "other.atlassian.net";
    assert_eq!(
        host(&world, &ada, Aim::Named("OTHER.atlassian.net")).await,
        other
    );
    assert_eq!(host(&world, &ada, Aim::Usual).await, other);
    let exact = CloudId::new("cloud-1");
    let acme = "acme.atlassian.net";
    assert_eq!(host(&world, &ada, Aim::Exactly(&exact)).await, acme);
    // What a plan or an entry is for does not change what is remembered.
    assert_eq!(host(&world, &ada, Aim::Usual).await, other);
    let elsewhere = Principal {
        client: ClientId::new("another client"),
        ..ada.clone()
    };
    assert!(oauth(&world, &elsewhere, Aim::Usual).await.is_err());
    for wrong in ["", "evil.example", "cloud-3", "acme.atlassian.net/path"] {
        let fault = oauth(&world, &ada, Aim::Named(wrong)).await.unwrap_err();
        assert_eq!(fault.code, Code::ValidationError, "{wrong}");
    }
    let gone = CloudId::new("cloud-3");
    let fault = oauth(&world, &ada, Aim::Exactly(&gone)).await.unwrap_err();
    assert_eq!(fault.code, Code::InsufficientPermissions);
}

#[tokio::test]
async fn a_remembered_site_that_is_no_longer_reached_is_not_meant() {
    let (world, ada) = signed_in(None).await;
    host(&world, &ada, Aim::Named("cloud-2")).await;
    let site = |id: &str| json!({"id": id, "url": format!("https://{id}.atlassian.net")});
    let now = json!([site("cloud-1"), site("cloud-3")]);
    world.scene.lock().unwrap().sites = Some(now);
    again(&world).await;
    let fault = oauth(&world, &ada, Aim::Usual).await.unwrap_err();
    assert_eq!(fault.code, Code::ValidationError);
    world.scene.lock().unwrap().sites = Some(json!([site("cloud-1")]));
    again(&world).await;
    assert_eq!(
        host(&world, &ada, Aim::Usual).await,
        "cloud-1.atlassian.net"
    );
}

#[tokio::test]
async fn a_pinned_server_knows_no_other_site() {
    let (world, ada) = signed_in(Some("cloud-1")).await;
    let status = world.grants.status(&ada.account).await.unwrap().unwrap();
    assert_eq!(status.sites.len(), 1);
    assert!(oauth(&world, &ada, Aim::Named("cloud-1")).await.is_ok());
    for aim in [
        Aim::Named("cloud-2"),
        Aim::Exactly(&CloudId::new("cloud-2")),
    ] {
        let fault = oauth(&world, &ada, aim).await.unwrap_err();
        assert_eq!(fault.code, Code::InsufficientPermissions);
    }
    let bound = world
        .grants
        .bind_api_token(&ada.account, binding(Some("cloud-2"), "ada", &world))
        .await;
    assert!(bound.is_err(), "{bound:?}");
}

#[tokio::test]
async fn tokens_are_bound_for_a_site_and_their_kind_is_found_out() {
    let (world, ada) = signed_in(None).await;
    let (grants, account) = (&world.grants, &ada.account);
    let unsaid = grants
        .bind_api_token(account, binding(None, "ada", &world))
        .await;
    assert!(matches!(unsaid, Err(BindError::WhichSite)), "{unsaid:?}");
    let bound = grants
        .bind_api_token(account, binding(Some("cloud-1"), "scoped-ada", &world))
        .await
        .unwrap();
    assert_eq!(
        (bound.kind, bound.days_left),
        (ApiTokenKind::Scoped, Some(10))
    );
    let foreign = grants
        .bind_api_token(account, binding(Some("cloud-1"), "scoped-eve", &world))
        .await;
    assert!(
        matches!(foreign, Err(BindError::OtherAccount)),
        "{foreign:?}"
    );
    // The little Atlassian has one site, which says which one it is.
    world.scene.lock().unwrap().cloud_id = Some("cloud-2".to_owned());
    let other = grants
        .bind_api_token(account, binding(Some("cloud-1"), "ada", &world))
        .await;
    assert!(matches!(other, Err(BindError::OtherSite)), "{other:?}");
    let second = grants
        .bind_api_token(account, binding(Some("cloud-2"), "ada", &world))
        .await
        .unwrap();
    assert_eq!(second.kind, ApiTokenKind::Unscoped);
    let token = |site| grants.access_on(&ada, Credential::ApiToken, Aim::Named(site));
    let first = token("cloud-1").await.unwrap();
    assert!(matches!(first.kind(), AccessKind::Scoped { .. }));
    assert!(first.warning().unwrap().contains("/connect/api-token"));
    assert!(matches!(
        token("cloud-2").await.unwrap().kind(),
        AccessKind::Basic { .. }
    ));

    assert!(
        grants
            .remove_api_token(account, &bound.cloud_id)
            .await
            .unwrap()
    );
    assert!(
        !grants
            .remove_api_token(account, &bound.cloud_id)
            .await
            .unwrap()
    );
    assert_eq!(grants.api_tokens(account).await.unwrap(), [second]);
    grants.forget(account, None, "signed out").await.unwrap();
    assert!(grants.status(account).await.unwrap().is_none());
    assert!(grants.api_tokens(account).await.unwrap().is_empty());
    again(&world).await;
    let fault = oauth(&world, &ada, Aim::Usual).await.unwrap_err();
    assert_eq!(
        fault.code,
        Code::ValidationError,
        "the choice was forgotten too"
    );
}
