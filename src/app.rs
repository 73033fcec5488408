//! The composition root: the only place that knows which store, clock and client the parts get.

mod footing;
mod house;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::footing::Footing;
use self::house::keep_house;
use crate::audit::Audit;
use crate::auth::{AuthServer, DocumentSource, Scope, Scopes, WebDocuments};
use crate::base::clock::SharedClock;
use crate::base::pause::{SharedPause, TimerPause};
use crate::base::random::SharedRandom;
use crate::catalog;
use crate::change_sets::ChangeSets;
use crate::config::{Settings, StoreSettings};
use crate::consent::Consent;
use crate::dispatch::jobs::Jobs;
use crate::dispatch::{Dispatcher, Parts};
use crate::http::access_log;
use crate::http::connect::plans::{self, PlanPages};
use crate::http::health::{self, Readiness};
use crate::http::mcp::{self, McpParts};
use crate::http::oauth::{self, AuthState};
use crate::http::root;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::mcp::{Handler, Listing};
use crate::policy::{Policy, Rules};
use crate::seal::Ring;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;
use crate::tools;
use crate::upstream::{Bases, Manners};

/// How long running calls may take after the server was told to stop.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// A server, ready to be given a listener.
#[derive(Debug)]
pub struct App {
    router: Router,
    store: Arc<dyn Store>,
    auth: Arc<AuthServer>,
    dispatcher: Dispatcher,
    readiness: Readiness,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl App {
    /// Puts the parts together over the store that the settings name.
    ///
    /// # Errors
    /// When the store or the audit record cannot be opened, or the platform gives no HTTP client.
    pub fn build(settings: Settings, clock: SharedClock, random: SharedRandom) -> Result<Self> {
        let ground = Ground::open(&settings.store, clock, random)?;
        Self::over(settings, ground)
    }

    /// Puts the parts together over what is handed in; the store of the settings is left alone.
    ///
    /// # Errors
    /// When the audit record cannot be opened, or the platform gives no HTTP client.
    pub fn over(settings: Settings, ground: Ground) -> Result<Self> {
        let policy = Policy::new(Rules::of(&settings));
        let issuer = settings
            .server
            .public_url
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        let store = Arc::clone(&ground.store);
        let ring = Ring::new(
            settings.seal.current,
            settings.seal.older,
            Arc::clone(&ground.random),
        );
        let footing = Footing {
            vault: Vault::new(Arc::clone(&store), Arc::new(ring)),
            audit: Audit::open(&settings.audit, Arc::clone(&ground.clock))
                .context("cannot open the audit record")?,
            tasks: TaskTracker::new(),
            ground,
        };
        let stop = CancellationToken::new();
        let org_id = settings.org.as_ref().map(|org| org.org_id.clone());
        let limits = Limits::new(
            footing.vault.clone(),
            Arc::clone(&footing.ground.clock),
            settings.limits,
        );
        let bases = Bases {
            api: settings.oauth.api_base.clone(),
            site_template: settings.oauth.site_template.clone(),
        };
        let pin = settings.policy.pin.clone();
        let grants = footing.grants(settings.oauth, settings.org, pin.clone(), &issuer)?;
        let upstream = footing.upstream(bases, grants.clone(), limits.clone())?;
        let offered = offered_scopes(&settings.policy.groups);
        let auth = footing.auth(issuer.clone(), offered, settings.alerts)?;
        let auth_state = AuthState {
            auth: Arc::clone(&auth),
            grants: grants.clone(),
            random: Arc::clone(&footing.ground.random),
            groups: titles(&settings.policy.groups),
            trusted_proxies: settings.server.trusted_proxies.into(),
        };
        let vault = || footing.vault.clone();
        let random = || Arc::clone(&footing.ground.random);
        let dispatcher = Dispatcher::new(Parts {
            policy,
            limits,
            auth: Arc::clone(&auth),
            grants: Arc::new(grants),
            upstream,
            consent: Consent::new(vault(), random(), settings.policy.consent),
            journal: Journal::new(vault(), random(), settings.journal.ttl),
            change_sets: ChangeSets::new(vault(), random(), settings.journal.ttl),
            jobs: Jobs::new(vault(), random()),
            audit: footing.audit.clone(),
            handlers: tools::handler,
            vault: vault(),
            clock: Arc::clone(&footing.ground.clock),
            random: random(),
            org_id,
            auditors: settings.policy.auditors,
            surface: settings.policy.surface,
            pause: Arc::clone(&footing.ground.pause),
            pages_url: issuer,
            pin: pin.clone(),
        });
        let listing = Arc::new(Listing::new(catalog::tools(), pin.is_none())?);
        let readiness = Readiness::default();
        let router = root::router()
            .merge(health::router(Arc::clone(&store), readiness.clone()))
            .merge(oauth::router(auth_state.clone()))
            .merge(plans::router(PlanPages {
                auth: auth_state,
                dispatcher: dispatcher.clone(),
            }))
            .merge(mcp::router(McpParts {
                auth: Arc::clone(&auth),
                dispatcher: dispatcher.clone(),
                handler: Handler::new(dispatcher.clone(), listing),
                public_url: settings.server.public_url,
                allowed_origins: settings.server.allowed_origins,
                stop: stop.clone(),
            }))
            .layer(axum::middleware::from_fn(access_log::layer));
        Ok(Self {
            router,
            store,
            auth,
            dispatcher,
            readiness,
            stop,
            tasks: footing.tasks,
        })
    }

    /// Every route, for a listener of one's own. [`App::serve`] also keeps house.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// What takes calls, below the wire formats.
    pub const fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// The authorisation server.
    pub const fn auth(&self) -> &Arc<AuthServer> {
        &self.auth
    }

    /// Serves until `stopped` ends, then lets running calls end and flushes what is open.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        let keeper = tokio::spawn(keep_house(
            Arc::clone(&self.store),
            self.dispatcher.clone(),
            self.stop.clone(),
        ));
        self.readiness.set(true);
        let drained = CancellationToken::new();
        let server = {
            let (readiness, drained) = (self.readiness.clone(), drained.clone());
            axum::serve(
                listener,
                self.router
                    .into_make_service_with_connect_info::<std::net::SocketAddr>(),
            )
            .with_graceful_shutdown(async move {
                stopped.await;
                readiness.set(false);
                drained.cancel();
            })
        };
        let stop = self.stop.clone();
        let limit = async move {
            drained.cancelled().await;
            tokio::time::sleep(DRAIN_LIMIT).await;
            stop.cancel();
        };
        tokio::select! {
            outcome = server => outcome.context("the listener failed")?,
            () = limit => tracing::warn!("calls were still running when the time to end was over"),
        }
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.dispatcher.drain(DRAIN_LIMIT).await;
        keeper.await?;
        Ok(())
    }
}

/// What a server stands on, and what a test or a rehearsal may put in its place.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub random: SharedRandom,
    /// How the holder of a lease is waited for.
    pub pause: SharedPause,
    /// How patient requests to Atlassian are.
    pub manners: Manners,
    /// Where client id metadata documents come from.
    pub documents: Arc<dyn DocumentSource>,
}

impl Ground {
    /// What a server in earnest stands on.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(store: &StoreSettings, clock: SharedClock, random: SharedRandom) -> Result<Self> {
        Ok(Self::on(open_store(store, &clock)?, clock, random))
    }

    /// The same over a store that is open already.
    pub fn on(store: Arc<dyn Store>, clock: SharedClock, random: SharedRandom) -> Self {
        Self {
            store,
            clock,
            random,
            pause: Arc::new(TimerPause),
            manners: Manners::default(),
            documents: Arc::new(WebDocuments),
        }
    }
}

/// Opens the store that the settings name.
///
/// # Errors
/// When it cannot be opened.
pub fn open_store(settings: &StoreSettings, clock: &SharedClock) -> Result<Arc<dyn Store>> {
    Ok(match settings {
        StoreSettings::Sqlite(path) => Arc::new(SqliteStore::open(path, Arc::clone(clock))?),
    })
}

/// Titles of the enabled groups, for the consent page.
fn titles(enabled: &BTreeSet<String>) -> Arc<[String]> {
    catalog::groups()
        .iter()
        .filter(|group| enabled.contains(group.name))
        .map(|group| group.title.to_owned())
        .collect()
}

/// The scopes of ours that make sense with these groups.
fn offered_scopes(groups: &BTreeSet<String>) -> Scopes {
    let organisation = catalog::groups().iter().any(|group| {
        groups.contains(group.name) && group.credential == catalog::model::Credential::OrgAdmin
    });
    if organisation {
        Scopes::DEFAULT.with(Scope::AdminOrg)
    } else {
        Scopes::DEFAULT
    }
}
