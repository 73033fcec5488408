//! The real router over the real store, with a held clock and a small Atlassian.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use tokio_util::task::TaskTracker;
use url::Url;

use super::atlassian::{self, Scene, SharedScene};
use crate::auth::{
    AuthEvent, AuthEventKind, AuthEvents, AuthParts, AuthServer, Scopes, WebDocuments,
};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::CloudId;
use crate::base::net;
use crate::base::pause::YieldPause;
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::grants::{AtlassianApp, GrantParts, Grants};
use crate::http::oauth::{AuthState, router};
use crate::seal::Ring;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;

pub(in crate::http) const ISSUER: &str = "https://mcp.example.com";

#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<AuthEvent>>);

#[async_trait]
impl AuthEvents for Recorder {
    async fn record(&self, event: AuthEvent) {
        self.0.lock().unwrap().push(event);
    }
}

pub(in crate::http) struct World {
    pub(in crate::http) router: Router,
    pub(in crate::http) auth: Arc<AuthServer>,
    pub(in crate::http) grants: Grants,
    pub(in crate::http) clock: HeldClock,
    pub(in crate::http) scene: SharedScene,
    events: Arc<Recorder>,
    _dir: tempfile::TempDir,
}

impl World {
    pub(in crate::http) async fn new() -> Self {
        Self::pinned(Some("cloud-1")).await
    }

    pub(in crate::http) async fn pinned(pin: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = HeldClock::at(Timestamp(1_795_000_000_000));
        let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(clock.clone())).unwrap();
        let ring = Ring::new(Secret::new([7; 32]), Vec::new(), Arc::new(SystemRandom));
        let vault = Vault::new(Arc::new(store), Arc::new(ring));
        let events = Arc::new(Recorder::default());
        let scene = SharedScene::new(Mutex::new(Scene::default()));
        let base = atlassian::serve(Arc::clone(&scene)).await;
        let auth = Arc::new(AuthServer::new(AuthParts {
            vault: vault.clone(),
            clock: Arc::new(clock.clone()),
            random: Arc::new(SystemRandom),
            events: events.clone(),
            documents: Arc::new(WebDocuments),
            issuer: ISSUER.to_owned(),
            offered: Scopes::DEFAULT,
        }));
        let grants = Grants::new(GrantParts {
            vault,
            clock: Arc::new(clock.clone()),
            random: Arc::new(SystemRandom),
            pause: Arc::new(YieldPause),
            events: events.clone(),
            http: net::client(Duration::from_secs(15)).unwrap(),
            app: AtlassianApp {
                client_id: "our-app".to_owned(),
                client_secret: "our-secret".into(),
                scopes: vec!["read:me".to_owned(), "offline_access".to_owned()],
                callback: Url::parse(&format!("{ISSUER}/oauth/atlassian-callback")).unwrap(),
                auth_base: base.clone(),
                api_base: base.clone(),
                site_template: format!("{base}/site"),
            },
            pin: pin.map(CloudId::new),
            org: None,
            mend_url: format!("{ISSUER}/connect/api-token"),
            tasks: TaskTracker::new(),
        });
        let router = router(AuthState {
            auth: Arc::clone(&auth),
            grants: grants.clone(),
            random: Arc::new(SystemRandom),
            groups: Arc::from(["Projects: look".to_owned()]),
            trusted_proxies: Arc::from(["10.0.0.0/8".parse().unwrap()]),
        });
        Self {
            router,
            auth,
            grants,
            clock,
            scene,
            events,
            _dir: dir,
        }
    }

    pub(in crate::http) fn count(&self, kind: AuthEventKind) -> usize {
        self.told(kind).len()
    }

    pub(in crate::http) fn told(&self, kind: AuthEventKind) -> Vec<AuthEvent> {
        let events = self.events.0.lock().unwrap();
        let of_kind = events.iter().filter(|event| event.kind == kind);
        of_kind.cloned().collect()
    }
}
