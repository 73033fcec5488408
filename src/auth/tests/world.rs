//! A server over the real store, with a held clock, and a client that signs in.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use super::super::*;
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::AccountId;
use crate::base::net::FetchError;
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;
use crate::store::Store;
use crate::store::keys::digest;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;

pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const REDIRECT: &str = "http://127.0.0.1:5000/cb";
pub(super) const RESOURCE: &str = "https://mcp.example.com/mcp";

#[derive(Debug, Default)]
pub(super) struct Recorder(pub(super) Mutex<Vec<AuthEvent>>);

#[async_trait]
impl AuthEvents for Recorder {
    async fn record(&self, event: AuthEvent) {
        self.0.lock().unwrap().push(event);
    }
}

/// One document for every address, and how often it was fetched.
#[derive(Debug, Default)]
pub(super) struct OneDocument(pub(super) Mutex<(Option<Document>, usize)>);

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

pub(super) struct World {
    pub(super) server: Arc<AuthServer>,
    pub(super) vault: Vault,
    pub(super) clock: HeldClock,
    pub(super) events: Arc<Recorder>,
    pub(super) documents: Arc<OneDocument>,
    _dir: tempfile::TempDir,
}

pub(super) fn world() -> World {
    let events = Arc::new(Recorder::default());
    let listener = Arc::clone(&events);
    World {
        events,
        ..world_with(listener)
    }
}

/// A world whose events go elsewhere.
pub(super) fn world_with(listener: Arc<dyn AuthEvents>) -> World {
    world_over(|store| store, listener)
}

/// A world whose store is wrapped into another.
pub(super) fn world_over(
    wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>,
    listener: Arc<dyn AuthEvents>,
) -> World {
    let dir = tempfile::tempdir().unwrap();
    let clock = HeldClock::at(Timestamp(1_795_000_000_000));
    let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(clock.clone())).unwrap();
    let ring = Ring::new(Secret::new([7; 32]), Vec::new(), Arc::new(SystemRandom));
    let vault = Vault::new(wrap(Arc::new(store)), Arc::new(ring));
    let documents = Arc::new(OneDocument::default());
    let server = Arc::new(AuthServer::new(AuthParts {
        vault: vault.clone(),
        clock: Arc::new(clock.clone()),
        random: Arc::new(SystemRandom),
        events: listener,
        documents: documents.clone(),
        issuer: "https://mcp.example.com/".to_owned(),
        offered: Scopes::DEFAULT,
    }));
    World {
        server,
        vault,
        clock,
        events: Arc::default(),
        documents,
        _dir: dir,
    }
}

impl World {
    pub(super) async fn client(&self) -> Client {
        let registration = serde_json::from_value(json!({
            "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"
        }))
        .unwrap();
        let registered = self.server.register(registration, "192.0.2.1").await;
        registered.unwrap().client
    }

    pub(super) async fn code(&self, client: &Client) -> String {
        self.code_for(client, asked(client), ada()).await
    }

    /// A code for a person who was asked and agreed.
    pub(super) async fn code_for(
        &self,
        client: &Client,
        params: AuthorizeParams,
        person: Person,
    ) -> String {
        let request = self.server.check_request(params).await.unwrap();
        assert_eq!(request.client, client.id);
        let browser = Browser::random(&SystemRandom).unwrap();
        let id = self.server.hold_request(request, &browser).await.unwrap();
        let agreed = self.server.decide(&id, &browser, true).await.unwrap();
        let given = self.server.give_code(agreed.unwrap(), person).await;
        given.unwrap()
    }

    pub(super) async fn pair(&self, client: &Client) -> TokenPair {
        let code = self.code(client).await;
        self.server
            .redeem_code(client, &redemption(&code))
            .await
            .unwrap()
    }

    pub(super) fn count(&self, kind: AuthEventKind) -> usize {
        let events = self.events.0.lock().unwrap();
        events.iter().filter(|event| event.kind == kind).count()
    }

    pub(super) async fn works(&self, pair: &TokenPair) -> bool {
        let found = self.server.principal(pair.access.expose()).await.unwrap();
        found.is_some()
    }
}

pub(super) fn ada() -> Person {
    Person {
        account: AccountId::new("ada"),
        name: Some("Ada".to_owned()),
    }
}

pub(super) fn asked(client: &Client) -> AuthorizeParams {
    let some = |text: &str| Some(text.to_owned());
    AuthorizeParams {
        response_type: some("code"),
        response_mode: None,
        client_id: some(client.id.as_str()),
        redirect_uri: some(REDIRECT),
        code_challenge: some(&digest(VERIFIER)),
        code_challenge_method: some("S256"),
        scope: None,
        state: some("xyz"),
        resource: some(RESOURCE),
    }
}

pub(super) fn redemption(code: &str) -> Redemption<'_> {
    Redemption {
        code,
        redirect_uri: Some(REDIRECT),
        verifier: VERIFIER,
        resource: Some(RESOURCE),
    }
}

pub(super) fn is_invalid_grant<T: std::fmt::Debug>(outcome: Result<T, TokenError>) -> bool {
    outcome.is_err_and(|err| matches!(err, TokenError::InvalidGrant(_)))
}
