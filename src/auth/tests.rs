//! The authorisation server over the real store, with a held clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use super::*;
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::{AccountId, ClientId};
use crate::base::net::FetchError;
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;
use crate::store::keys::digest;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "http://127.0.0.1:5000/cb";
const RESOURCE: &str = "https://mcp.example.com/mcp";

#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<AuthEvent>>);

#[async_trait]
impl AuthEvents for Recorder {
    async fn record(&self, event: AuthEvent) {
        self.0.lock().unwrap().push(event);
    }
}

/// One document for every address, and how often it was fetched.
#[derive(Debug, Default)]
struct OneDocument(Mutex<(Option<Document>, usize)>);

#[async_trait]
impl DocumentSource for OneDocument {
    async fn fetch(&self, _address: &Url) -> Result<Document, DocumentError> {
        let mut held = self.0.lock().unwrap();
        held.1 += 1;
        held.0
            .clone()
            .ok_or(DocumentError::Fetch(FetchError::NotPublic))
    }
}

struct World {
    server: Arc<AuthServer>,
    vault: Vault,
    clock: HeldClock,
    events: Arc<Recorder>,
    documents: Arc<OneDocument>,
    _dir: tempfile::TempDir,
}

fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let clock = HeldClock::at(Timestamp(1_795_000_000_000));
    let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(clock.clone())).unwrap();
    let ring = Ring::new(Secret::new([7; 32]), Vec::new(), Arc::new(SystemRandom));
    let vault = Vault::new(Arc::new(store), Arc::new(ring));
    let events = Arc::new(Recorder::default());
    let documents = Arc::new(OneDocument::default());
    let server = Arc::new(AuthServer::new(AuthParts {
        vault: vault.clone(),
        clock: Arc::new(clock.clone()),
        random: Arc::new(SystemRandom),
        events: events.clone(),
        documents: documents.clone(),
        issuer: "https://mcp.example.com/".to_owned(),
        offered: Scopes::DEFAULT,
    }));
    World {
        server,
        vault,
        clock,
        events,
        documents,
        _dir: dir,
    }
}

impl World {
    async fn client(&self) -> Client {
        let registration = serde_json::from_value(json!({
            "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"
        }))
        .unwrap();
        let registered = self.server.register(registration, "192.0.2.1").await;
        registered.unwrap().client
    }

    async fn code(&self, client: &Client) -> String {
        let request = self.server.check_request(asked(client)).await.unwrap();
        self.server.give_code(request, ada()).await.unwrap()
    }

    async fn pair(&self, client: &Client) -> TokenPair {
        let code = self.code(client).await;
        self.server
            .redeem_code(client, &redemption(&code))
            .await
            .unwrap()
    }

    fn count(&self, kind: AuthEventKind) -> usize {
        let events = self.events.0.lock().unwrap();
        events.iter().filter(|event| event.kind == kind).count()
    }

    async fn works(&self, pair: &TokenPair) -> bool {
        let found = self.server.principal(pair.access.expose()).await.unwrap();
        found.is_some()
    }
}

fn ada() -> Person {
    Person {
        account: AccountId::new("ada"),
        name: Some("Ada".to_owned()),
    }
}

fn asked(client: &Client) -> AuthorizeParams {
    let some = |text: &str| Some(text.to_owned());
    AuthorizeParams {
        response_type: some("code"),
        client_id: some(client.id.as_str()),
        redirect_uri: some(REDIRECT),
        code_challenge: some(&digest(VERIFIER)),
        code_challenge_method: some("S256"),
        scope: None,
        state: some("xyz"),
        resource: some(RESOURCE),
    }
}

fn redemption(code: &str) -> Redemption<'_> {
    Redemption {
        code,
        redirect_uri: Some(REDIRECT),
        verifier: VERIFIER,
        resource: Some(RESOURCE),
    }
}

fn is_invalid_grant<T: std::fmt::Debug>(outcome: Result<T, TokenError>) -> bool {
    matches!(outcome, Err(TokenError::InvalidGrant(_)))
}

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
    assert_eq!(world.count(AuthEventKind::RefreshTokenReuse), 1);
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
    let state = server.open_state(Purpose::Session, &mine).await.unwrap();
    assert_eq!(server.close_state(&state, &foreign).await.unwrap(), None);
    assert_eq!(
        server.close_state(&state, &mine).await.unwrap(),
        Some(Purpose::Session)
    );
    assert_eq!(server.close_state(&state, &mine).await.unwrap(), None);
    let state = server.open_state(Purpose::Session, &mine).await.unwrap();
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
    assert_eq!(server.take_request(&id, &foreign).await.unwrap(), None);
    assert_eq!(
        server.take_request(&id, &mine).await.unwrap(),
        Some(request)
    );
    assert_eq!(server.take_request(&id, &mine).await.unwrap(), None);
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
    server.give_code(web.clone(), ada()).await.unwrap();
    assert!(server.is_approved(&account, &web).await.unwrap());
    let other = AccountId::new("eve");
    assert!(!server.is_approved(&other, &web).await.unwrap());
    let more = ask("https://app.example.com/cb", "read write")
        .await
        .unwrap();
    assert!(!server.is_approved(&account, &more).await.unwrap());
    let local = ask(REDIRECT, "read").await.unwrap();
    server.give_code(local.clone(), ada()).await.unwrap();
    assert!(!server.is_approved(&account, &local).await.unwrap());
}

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
    for (key, value) in world.vault.store().dump().await.unwrap() {
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
async fn no_bearer_stands_in_the_store() {
    let world = world();
    let client = world.client().await;
    let code = world.code(&client).await;
    let pair = world.pair(&client).await;
    let browser = Browser::random(&SystemRandom).unwrap();
    let state = world.server.open_state(Purpose::Session, &browser).await;
    let cookie = world.server.open_session(ada(), &browser).await.unwrap();
    let bearers = [
        code,
        pair.access.expose().clone(),
        pair.refresh.expose().clone(),
        state.unwrap(),
        cookie,
        browser.cookie().to_owned(),
    ];
    for (key, value) in world.vault.store().dump().await.unwrap() {
        for bearer in &bearers {
            assert!(!key.contains(bearer.as_str()), "{key}");
            let found = value
                .windows(bearer.len())
                .any(|part| part == bearer.as_bytes());
            assert!(!found, "{key}");
        }
    }
}
