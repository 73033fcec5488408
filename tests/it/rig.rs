//! The server over a real store and the sandbox, with the administrator signed in to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use atlassian_sandbox::{FactsUser, Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use gojira_mcp::app::{App, Ground};
use gojira_mcp::auth::{AuthServer, Principal};
use gojira_mcp::base::clock::{Clock as _, HeldClock, SharedClock, Timestamp};
use gojira_mcp::base::pause::{SharedPause, YieldPause};
use gojira_mcp::base::random::{Random as _, SharedRandom};
use gojira_mcp::base::secret::Secret;
use gojira_mcp::catalog;
use gojira_mcp::cli::rehearsal;
use gojira_mcp::cli::sign_in::{self, Tokens};
use gojira_mcp::config::{
    AuditSettings, AuditTarget, ConsentMode, Environment, LimitSettings, SealSettings, Settings,
};
use gojira_mcp::dispatch::{Dispatcher, Invocation, Reply};
use gojira_mcp::policy::Rules;
use gojira_mcp::seal::{Ring, SealKey};
use gojira_mcp::store::Store;
use gojira_mcp::store::sqlite::SqliteStore;
use gojira_mcp::upstream::Manners;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::secrets::{Guard, Recorded};

/// The moment at which tests begin, when nothing has been issued yet.
const START: &str = "2026-11-23T06:00:00Z";

/// Puts something between the server and its store.
pub(crate) type Wrap = Box<dyn FnOnce(Arc<dyn Store>) -> Arc<dyn Store> + Send>;

/// Changes what a server is set to.
pub(crate) type Adjust = Arc<dyn Fn(&mut Settings) + Send + Sync>;

/// Opens the store of a world, which is empty, for a world with this directory and clock.
pub(crate) type Open = fn(PathBuf, SharedClock) -> BoxFuture<'static, Arc<dyn Store>>;

/// The store in a file named `store`, as on one machine.
pub(crate) fn sqlite(dir: PathBuf, clock: SharedClock) -> BoxFuture<'static, Arc<dyn Store>> {
    async move { Arc::new(SqliteStore::open(&dir.join("store"), clock).unwrap()) as Arc<dyn Store> }
        .boxed()
}

/// What a rig may differ in.
pub(crate) struct Choice {
    pub(crate) rules: Rules,
    pub(crate) consent: ConsentMode,
    /// The backend.
    pub(crate) open: Open,
    pub(crate) store: Wrap,
    /// How the server waits.
    pub(crate) pause: SharedPause,
    /// Whether there is a second site, and the server is pinned to none.
    pub(crate) two_sites: bool,
    /// Whatever else is set otherwise.
    pub(crate) adjust: Adjust,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            rules: everything(),
            consent: ConsentMode::Plan,
            open: sqlite,
            store: Box::new(|store| store),
            pause: Arc::new(YieldPause),
            two_sites: false,
            adjust: Arc::new(|_| {}),
        }
    }
}

/// Rules under which everything is allowed.
pub(crate) fn everything() -> Rules {
    Rules {
        groups: catalog::groups()
            .iter()
            .map(|group| group.name.to_owned())
            .collect(),
        ..Rules::default()
    }
}

/// The whole server, called below the wire formats.
pub(crate) struct Rig {
    /// Looks for secrets when the last server of the world ends; before the world, whose directory
    /// holds the audit records.
    guard: Arc<Guard>,
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) principal: Principal,
    /// What the client holds that was signed in first.
    pub(crate) tokens: Tokens,
    auth: Arc<AuthServer>,
    world: World,
    audit: String,
}

/// What several servers over one tenant and one store have in common.
#[derive(Clone)]
struct World {
    clock: HeldClock,
    ground: Ground,
    origin: String,
    consent: ConsentMode,
    dir: Arc<tempfile::TempDir>,
    servers: Arc<AtomicU32>,
    adjust: Adjust,
    key: SealKey,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(Choice::default()).await
    }

    pub(crate) async fn with(choice: Choice) -> Self {
        let clock = HeldClock::at(Timestamp::parse(START).unwrap());
        let held = clock.clone();
        let mut options = Options::new(Arc::new(move || held.now().0));
        options.second_site = choice.two_sites;
        let sandbox = Sandbox::start(options);
        let sandbox = Arc::new(sandbox.await.unwrap());
        let dir = tempfile::tempdir().unwrap();
        let store = (choice.open)(dir.path().to_owned(), Arc::new(clock.clone())).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let world = World {
            ground: ground((choice.store)(store), choice.pause, &clock),
            origin: format!("http://{}", listener.local_addr().unwrap()),
            consent: choice.consent,
            clock,
            dir: Arc::new(dir),
            servers: Arc::default(),
            adjust: adjusted(choice.two_sites, choice.adjust),
            key: key(),
        };
        let guard = Guard::over(&sandbox, world.dir.path().to_owned());
        let (app, audit) = world.app(&sandbox, choice.rules);
        let service = app
            .router()
            .into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let tokens = world.sign_in(&sandbox.facts().users[0]).await;
        let principal = app.auth().principal(&tokens.access).await.unwrap().unwrap();
        Self {
            dispatcher: app.dispatcher().clone(),
            auth: app.auth().clone(),
            principal,
            tokens,
            sandbox,
            world,
            audit,
            guard: Arc::new(guard),
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, span: Duration) {
        self.world.clock.advance(span);
    }

    /// Another server over the same tenant and store, under other rules.
    pub(crate) fn under(&self, rules: Rules) -> Self {
        self.beside(self.world.clone(), rules)
    }

    /// Another server over the same tenant and store, set otherwise.
    pub(crate) fn adjusted(&self, adjust: impl Fn(&mut Settings) + Send + Sync + 'static) -> Self {
        let before = self.world.adjust.clone();
        let world = World {
            adjust: Arc::new(move |settings| {
                before(settings);
                adjust(settings);
            }),
            ..self.world.clone()
        };
        self.beside(world, everything())
    }

    /// Another server over the same tenant, with something between it and the store.
    pub(crate) fn over(&self, wrap: Wrap) -> Self {
        let mut world = self.world.clone();
        world.ground.store = wrap(world.ground.store);
        self.beside(world, everything())
    }

    fn beside(&self, world: World, rules: Rules) -> Self {
        let (app, audit) = world.app(&self.sandbox, rules);
        Self {
            dispatcher: app.dispatcher().clone(),
            auth: app.auth().clone(),
            sandbox: self.sandbox.clone(),
            principal: self.principal.clone(),
            tokens: self.tokens.clone(),
            world,
            audit,
            guard: self.guard.clone(),
        }
    }

    /// The same server, called by another person of the site.
    pub(crate) async fn of(&self, person: &FactsUser) -> Self {
        let tokens = self.sign_in(person).await;
        let principal = self.auth.principal(&tokens.access).await.unwrap().unwrap();
        Self {
            guard: self.guard.clone(),
            sandbox: self.sandbox.clone(),
            dispatcher: self.dispatcher.clone(),
            auth: self.auth.clone(),
            principal,
            tokens,
            world: self.world.clone(),
            audit: self.audit.clone(),
        }
    }

    /// Signs another client in, for a person of the site.
    pub(crate) async fn sign_in(&self, person: &FactsUser) -> Tokens {
        self.world.sign_in(person).await
    }

    /// What the time is.
    pub(crate) fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Where the server answers, without a trailing slash.
    pub(crate) fn origin(&self) -> &str {
        &self.world.origin
    }

    /// The store of the world.
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.world.ground.store
    }

    /// The ring of the world's one key.
    pub(crate) fn ring(&self) -> Ring {
        Ring::new(self.world.key.clone(), Vec::new(), Arc::new(Recorded))
    }

    /// The world's one key, as the settings have it.
    pub(crate) fn key_text(&self) -> String {
        STANDARD.encode(self.world.key.expose())
    }

    /// The directory of the store, a file of that name, and of the audit records.
    pub(crate) fn dir(&self) -> &Path {
        self.world.dir.path()
    }

    /// Calls a tool; the answer as it goes to the protocol.
    pub(crate) async fn reply(&self, name: &str, arguments: Value) -> Reply {
        let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
        self.dispatcher
            .call(Invocation {
                principal: self.principal.clone(),
                name: name.to_owned(),
                arguments,
                cancel: CancellationToken::new(),
                progress: None,
                asking: None,
            })
            .await
    }

    /// Calls a tool; the answer as JSON, and whether it is a failure.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> (Value, bool) {
        let reply = self.reply(name, arguments).await;
        (serde_json::from_str(&reply.text).unwrap(), reply.is_error)
    }

    /// Calls a tool that is to succeed.
    pub(crate) async fn ok(&self, name: &str, arguments: Value) -> Value {
        let (answer, failed) = self.call(name, arguments.clone()).await;
        assert!(!failed, "{name} {arguments}: {answer:#}");
        answer
    }

    /// Calls a tool that is to be refused; gives the code.
    pub(crate) async fn refused(&self, name: &str, arguments: Value) -> String {
        let (answer, failed) = self.call(name, arguments).await;
        assert!(failed, "{name}: {answer:#}");
        answer["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The audit record so far.
    pub(crate) fn audit(&self) -> Vec<Value> {
        self.lines(&self.audit)
    }

    /// The audit record of the organisation so far, where [`apart`] keeps one.
    pub(crate) fn org_audit(&self) -> Vec<Value> {
        self.lines(&format!("{}.org", self.audit))
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.world.dir.path().join(name)).unwrap();
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    /// Previews a write and commits the plan; gives the answer of the commit.
    pub(crate) async fn commit(&self, name: &str, arguments: Value) -> Value {
        let (done, failed) = self.try_commit(name, arguments).await;
        assert!(!failed, "{name}: {done:#}");
        assert!(done["operation_id"].is_string(), "{name}: {done:#}");
        done
    }

    /// Previews a write and commits the plan; the answer of the commit, and whether it is a failure.
    pub(crate) async fn try_commit(&self, name: &str, mut arguments: Value) -> (Value, bool) {
        let dry = self.ok(name, arguments.clone()).await;
        assert_eq!(dry["result"]["dry_run"], true, "{name}: {dry:#}");
        arguments["commit"] = json!(true);
        arguments["plan_id"] = dry["result"]["plan_id"].clone();
        self.call(name, arguments).await
    }
}

impl World {
    async fn sign_in(&self, person: &FactsUser) -> Tokens {
        let (email, token) = (&person.email, &person.api_token);
        let now = self.clock.now();
        let signed_in = sign_in::sign_in(&self.origin, email, token, now, &Recorded);
        signed_in.await.unwrap()
    }

    /// A server, and the name of its audit record.
    fn app(&self, sandbox: &Sandbox, rules: Rules) -> (App, String) {
        let nth = self.servers.fetch_add(1, Ordering::SeqCst);
        let audit = format!("audit-{nth}");
        let mut settings = settings(sandbox, &self.origin, self.dir.path());
        settings.seal = SealSettings {
            current: self.key.clone(),
            older: Vec::new(),
        };
        settings.audit = AuditSettings {
            target: AuditTarget::File(self.dir.path().join(&audit)),
            org_target: None,
        };
        settings.policy.groups = rules.groups;
        settings.policy.disabled_tools = rules.disabled_tools;
        settings.policy.read_only = rules.read_only;
        settings.policy.fence = rules.fence;
        settings.policy.consent = self.consent;
        (self.adjust)(&mut settings);
        (App::over(settings, self.ground.clone()).unwrap(), audit)
    }
}

/// The pin goes where there are two sites.
fn adjusted(two_sites: bool, adjust: Adjust) -> Adjust {
    Arc::new(move |settings| {
        if two_sites {
            settings.policy.pin = None;
        }
        adjust(settings);
    })
}

/// Keeps the organisation's audit record in a file of its own.
pub(crate) fn apart(settings: &mut Settings) {
    if let AuditTarget::File(main) = &settings.audit.target {
        settings.audit.org_target = Some(AuditTarget::File(main.with_extension("org")));
    }
}

/// Patient enough for one lost answer, and never waiting.
pub(crate) const MANNERS: Manners = Manners {
    attempts: 2,
    first_wait: Duration::from_millis(1),
    longest_wait: Duration::from_millis(1),
    attempt: Duration::from_secs(10),
};

fn ground(store: Arc<dyn Store>, pause: SharedPause, clock: &HeldClock) -> Ground {
    Ground {
        pause,
        manners: MANNERS,
        ..Ground::on(store, Arc::new(clock.clone()), Arc::new(Recorded))
    }
}

/// A key that all servers of a world share.
fn key() -> SealKey {
    let mut key = [0; 32];
    Recorded.fill(&mut key).unwrap();
    Secret::new(key)
}

/// The settings of a rehearsal, with room for every call of a test.
fn settings(sandbox: &Sandbox, origin: &str, dir: &Path) -> Settings {
    let random: SharedRandom = Arc::new(Recorded);
    let given = Environment::default();
    let mut settings = rehearsal::settings(sandbox, origin, dir, &given, &random).unwrap();
    settings.limits = LimitSettings {
        per_user_per_min: 100_000,
        near_limit_extra: 0,
    };
    settings
}
