//! Clients: who may register, and who they are.

use std::time::Duration;

use serde_json::json;

use super::super::*;
use super::world::*;
use crate::base::ids::ClientId;
use crate::base::secret::Secret;

#[tokio::test]
async fn a_confidential_client_needs_its_secret_and_a_public_one_has_none() {
    let world = world();
    let server = &world.server;
    let registration = |method: &str| {
        serde_json::from_value(
            json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": method}),
        )
        .unwrap()
    };
    let public = server.register(registration("none"), "a").await.unwrap();
    assert!(public.secret.is_none());
    let private = server
        .register(registration("client_secret_post"), "a")
        .await;
    let private = private.unwrap();
    let secret = private.secret.unwrap();
    let show = |id: &ClientId, secret: Option<Secret<String>>| ClientCredential {
        id: id.clone(),
        secret,
    };
    let (public, private) = (public.client.id, private.client.id);
    for (credential, good) in [
        (show(&public, None), true),
        (show(&public, Some("guess".into())), false),
        (show(&private, None), false),
        (show(&private, Some("guess".into())), false),
        (show(&private, Some(secret.clone())), true),
        (show(&ClientId::new("nobody"), None), false),
    ] {
        assert_eq!(
            server.recognise(&credential).await.is_ok(),
            good,
            "{credential:?}"
        );
    }
    for (key, value) in world.vault.store().dump().await.unwrap().values {
        assert!(!key.contains(secret.expose()));
        assert!(
            !value
                .windows(43)
                .any(|part| part == secret.expose().as_bytes())
        );
    }
}

#[tokio::test]
async fn registration_is_bounded_by_address_and_in_total() {
    let world = world();
    let registration = || Registration {
        redirect_uris: vec![REDIRECT.to_owned()],
        ..Registration::default()
    };
    let server = &world.server;
    for _ in 0..20 {
        server.register(registration(), "one").await.unwrap();
    }
    let outcome = server.register(registration(), "one").await;
    assert!(matches!(outcome, Err(ClientError::TooMany(wait)) if !wait.is_zero()));
    for at in 0..480 {
        let address = format!("other {at}");
        server.register(registration(), &address).await.unwrap();
    }
    let outcome = server.register(registration(), "new").await;
    assert!(matches!(outcome, Err(ClientError::TooMany(_))));
}

#[tokio::test]
async fn a_document_is_fetched_once_while_it_is_fresh() {
    let world = world();
    let id = ClientId::new("https://app.example.com/client.json");
    assert!(matches!(
        world.server.client(&id).await,
        Err(ClientError::Document(_))
    ));
    let body = json!({"client_id": id, "client_name": "App", "redirect_uris": [REDIRECT]});
    world.documents.0.lock().unwrap().0 = Some(Document {
        body: body.to_string().into_bytes(),
        fresh_for: Duration::from_mins(1),
    });
    for _ in 0..3 {
        assert_eq!(world.server.client(&id).await.unwrap().id, id);
    }
    assert_eq!(world.documents.0.lock().unwrap().1, 2);
    world.clock.advance(Duration::from_mins(1));
    world.server.client(&id).await.unwrap();
    assert_eq!(world.documents.0.lock().unwrap().1, 3);
}

#[tokio::test]
async fn strangers_cannot_make_the_server_fetch_without_end() {
    let world = world();
    for at in 0..60 {
        let id = ClientId::new(format!("https://app.example.com/{at}.json"));
        let outcome = world.server.client(&id).await;
        assert!(matches!(outcome, Err(ClientError::Document(_))), "{at}");
    }
    let id = ClientId::new("https://app.example.com/more.json");
    let outcome = world.server.client(&id).await;
    assert!(matches!(outcome, Err(ClientError::TooMany(_))));
    assert_eq!(world.documents.0.lock().unwrap().1, 60);
}
