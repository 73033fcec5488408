//! A dispatcher over a real store and the sandbox, with people signed in to it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use atlassian_sandbox::{Options, Sandbox};
use gojira_mcp::audit::Audit;
use gojira_mcp::auth::{AuthEvent, AuthEvents, Principal, Scopes};
use gojira_mcp::base::clock::{Clock, HeldClock, Timestamp};
use gojira_mcp::base::fault::Fault;
use gojira_mcp::base::ids::{AccountId, ClientId, CloudId};
use gojira_mcp::base::net;
use gojira_mcp::base::pause::YieldPause;
use gojira_mcp::base::random::SystemRandom;
use gojira_mcp::base::secret::Secret;
use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Credential;
use gojira_mcp::config::{AuditSettings, AuditTarget, ConsentMode, LimitSettings};
use gojira_mcp::consent::Consent;
use gojira_mcp::dispatch::jobs::Jobs;
use gojira_mcp::dispatch::{Dispatcher, Invocation, Parts, Reply};
use gojira_mcp::grants::{Access, AtlassianApp, Binding, GrantParts, Grants, OrgKey};
use gojira_mcp::journal::Journal;
use gojira_mcp::limits::Limits;
use gojira_mcp::policy::{Policy, Rules};
use gojira_mcp::seal::Ring;
use gojira_mcp::store::Store;
use gojira_mcp::store::sqlite::SqliteStore;
use gojira_mcp::store::vault::Vault;
use gojira_mcp::tools;
use gojira_mcp::upstream::{self, Bases, Manners, Renew, Upstream};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// The moment at which tests begin, when nothing has been issued yet.
const START: &str = "2026-11-23T06:00:00Z";

/// Puts something between the server and its store.
type Wrap = Box<dyn FnOnce(Arc<dyn Store>) -> Arc<dyn Store> + Send>;

/// What a rig may differ in.
pub(crate) struct Choice {
    pub(crate) rules: Rules,
    pub(crate) consent: ConsentMode,
    pub(crate) store: Wrap,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            rules: everything(),
            consent: ConsentMode::Plan,
            store: Box::new(|store| store),
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

/// The whole below the wire formats.
pub(crate) struct Rig {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) principal: Principal,
    world: World,
}

/// What several servers over one tenant and one store have in common.
#[derive(Clone)]
struct World {
    clock: HeldClock,
    vault: Vault,
    grants: Arc<Grants>,
    audit: Audit,
    http: reqwest::Client,
    consent: ConsentMode,
    admins: BTreeSet<AccountId>,
    dir: Arc<tempfile::TempDir>,
}

#[derive(Debug)]
struct Silent;

#[async_trait]
impl AuthEvents for Silent {
    async fn record(&self, _event: AuthEvent) {}
}

struct NoRenewal;

#[async_trait]
impl Renew for NoRenewal {
    async fn renew(&self, _refused: &Access) -> Result<Option<Access>, Fault> {
        Ok(None)
    }
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(Choice::default()).await
    }

    pub(crate) async fn with(choice: Choice) -> Self {
        let clock = HeldClock::at(Timestamp::parse(START).unwrap());
        let sandbox = sandbox(&clock).await;
        let facts = sandbox.facts();
        let admin = &facts.users[0];
        let account = AccountId::new(&admin.account_id);
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&dir.path().join("store"), Arc::new(clock.clone())).unwrap();
        let random = Arc::new(SystemRandom);
        let ring = Ring::new(Secret::new([9; 32]), Vec::new(), random.clone());
        let vault = Vault::new((choice.store)(Arc::new(store)), Arc::new(ring));
        let http = net::client(Duration::from_secs(15)).unwrap();
        let pin = CloudId::new(&facts.cloud_id);
        let audit = Audit::open(
            &settings(&dir.path().join("audit")),
            Arc::new(clock.clone()),
        )
        .unwrap();
        let admins: BTreeSet<_> = [account.clone()].into();
        let grants = Grants::new(GrantParts {
            vault: vault.clone(),
            clock: Arc::new(clock.clone()),
            random: random.clone(),
            pause: Arc::new(YieldPause),
            events: Arc::new(Silent),
            http: http.clone(),
            app: app(&sandbox),
            pin: Some(pin.clone()),
            org: Some(OrgKey {
                org_id: facts.org_id.clone(),
                key: Secret::from(facts.org_api_key.as_str()),
                accounts: admins.clone(),
            }),
            mend_url: "https://gojira.test/connect/api-token".to_owned(),
            tasks: TaskTracker::new(),
        });
        sign_in(&grants, &http, &admin.email, &admin.api_token, &clock).await;
        let principal = Principal {
            account,
            client: ClientId::new("client"),
            scopes: Scopes::ALL,
            family: "family".to_owned(),
            name: Some(admin.name.clone()),
        };
        let world = World {
            clock,
            vault,
            grants: Arc::new(grants),
            audit,
            http,
            consent: choice.consent,
            admins,
            dir: Arc::new(dir),
        };
        Self {
            dispatcher: world.dispatcher(&sandbox, choice.rules),
            sandbox: Arc::new(sandbox),
            principal,
            world,
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, span: Duration) {
        self.world.clock.advance(span);
    }

    /// Another server over the same tenant and store, under other rules.
    pub(crate) fn under(&self, rules: Rules) -> Self {
        Self {
            dispatcher: self.world.dispatcher(&self.sandbox, rules),
            sandbox: self.sandbox.clone(),
            principal: self.principal.clone(),
            world: self.world.clone(),
        }
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
        let text = std::fs::read_to_string(self.world.dir.path().join("audit")).unwrap();
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    /// Previews a write and commits the plan; gives the answer of the commit.
    pub(crate) async fn commit(&self, name: &str, arguments: Value) -> Value {
        let dry = self.ok(name, arguments.clone()).await;
        assert_eq!(dry["result"]["dry_run"], true, "{name}: {dry:#}");
        let mut arguments = arguments;
        arguments["commit"] = json!(true);
        arguments["plan_id"] = dry["result"]["plan_id"].clone();
        let done = self.ok(name, arguments).await;
        assert!(done["operation_id"].is_string(), "{name}: {done:#}");
        done
    }
}

impl World {
    fn dispatcher(&self, sandbox: &Sandbox, rules: Rules) -> Dispatcher {
        let facts = sandbox.facts();
        let random = Arc::new(SystemRandom);
        let clock = Arc::new(self.clock.clone());
        let vault = self.vault.clone();
        let limits = Limits::new(
            vault.clone(),
            clock.clone(),
            LimitSettings {
                per_user_per_min: 100_000,
                near_limit_extra: 0,
            },
        );
        let upstream = Upstream::new(upstream::Parts {
            bases: Bases {
                api: sandbox.api_base(),
                site_template: sandbox.site_url_template(),
            },
            http: self.http.clone(),
            renew: Arc::new(NoRenewal),
            limits: limits.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            random: random.clone(),
            manners: Manners {
                attempts: 2,
                first_wait: Duration::from_millis(1),
                longest_wait: Duration::from_millis(1),
                attempt: Duration::from_secs(10),
            },
        });
        Dispatcher::new(Parts {
            policy: Policy::new(Rules {
                org_admins: Some(self.admins.clone()),
                ..rules
            }),
            limits,
            grants: self.grants.clone(),
            upstream,
            consent: Consent::new(vault.clone(), random.clone(), self.consent),
            journal: Journal::new(vault.clone(), random.clone(), Duration::from_hours(30 * 24)),
            jobs: Jobs::new(vault.clone(), random.clone()),
            audit: self.audit.clone(),
            handlers: tools::handler,
            vault,
            clock,
            random,
            org_id: Some(facts.org_id),
            auditors: BTreeSet::new(),
            surface: None,
            pin: Some(CloudId::new(facts.cloud_id)),
        })
    }
}

fn settings(file: &Path) -> AuditSettings {
    AuditSettings {
        target: AuditTarget::File(file.to_owned()),
        org_target: None,
    }
}

async fn sandbox(clock: &HeldClock) -> Sandbox {
    let held = clock.clone();
    let mut options = Options::new(Arc::new(move || held.now().0));
    let first = Sandbox::start(options.clone()).await.unwrap();
    options.auto_approve = Some(first.facts().users[0].email.clone());
    first.stop().await;
    Sandbox::start(options).await.unwrap()
}

fn app(sandbox: &Sandbox) -> AtlassianApp {
    let client = sandbox.client();
    let scopes: BTreeSet<&str> = catalog::tools()
        .iter()
        .filter(|tool| tool.credential == Credential::Oauth)
        .flat_map(catalog::scopes_of)
        .chain(["offline_access", "read:me", "read:account"])
        .collect();
    AtlassianApp {
        client_id: client.client_id,
        client_secret: Secret::from(client.client_secret),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        callback: Url::parse("http://127.0.0.1:9/oauth/atlassian-callback").unwrap(),
        auth_base: sandbox.auth_base(),
        api_base: sandbox.api_base(),
        site_template: sandbox.site_url_template(),
    }
}

/// Signs a person in as a browser would, and binds their API token.
async fn sign_in(
    grants: &Grants,
    http: &reqwest::Client,
    email: &str,
    token: &str,
    clock: &HeldClock,
) {
    let url = grants.app().authorize_url("state").unwrap();
    let answer = http.get(url).send().await.unwrap();
    let location = answer
        .headers()
        .get("location")
        .and_then(|location| location.to_str().ok())
        .map(|location| Url::parse(location).unwrap());
    let Some(location) = location else {
        panic!("{}", answer.text().await.unwrap());
    };
    let mut pairs = location.query_pairs();
    let (_, code) = pairs.find(|(name, _)| name == "code").unwrap();
    let person = grants.sign_in(&code).await.unwrap().person;
    let binding = Binding {
        site: None,
        email: email.to_owned(),
        token: Secret::from(token),
        expires_at: clock.now().plus(Duration::from_hours(24)),
    };
    grants
        .bind_api_token(&person.account, binding)
        .await
        .unwrap();
}
