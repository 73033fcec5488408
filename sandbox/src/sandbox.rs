//! The running sandbox: starts a tenant on a loopback port and stops it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::auth::credentials::{App, Credentials};
use crate::facts::{self, Facts, OauthApp};
use crate::host::exchange::{Answer, Request};
use crate::host::fault::{Effect, Fault, Faults};
use crate::host::rate::Rates;
use crate::host::refusal::Refusal;
use crate::host::seen::SeenRequest;
use crate::host::service::{Inner, Service};
use crate::net::listener::{Door, Scissors};
use crate::options::{self, Options};
use crate::spec::document::Documents;
use crate::state::entropy::Entropy;
use crate::state::kind::Kind;
use crate::state::task::{self, TaskFate};
use crate::state::{seed, snapshot};

const MOST_BODY_BYTES: usize = 10 * 1024 * 1024;

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The loopback port cannot be had.
    #[error("the loopback port cannot be bound")]
    Bind(#[source] std::io::Error),
    /// The embedded documents cannot be read.
    #[error("the embedded documents cannot be read: {0}")]
    Documents(String),
    /// A seed file is malformed.
    #[error("the seed cannot be read")]
    Seed(#[source] serde_json::Error),
}

/// A running tenant. It stops when dropped.
pub struct Sandbox {
    service: Arc<Service>,
    facts: Facts,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Sandbox {
    /// Binds the port, seeds the tenant and begins to answer.
    pub async fn start(options: Options) -> Result<Self, SandboxError> {
        let documents = Documents::embedded().map_err(SandboxError::Documents)?;
        let now = (options.now)();
        let mut tenants = vec![seed::tenant(options.seed, now).map_err(SandboxError::Seed)?];
        if options.second_site {
            tenants.push(seed::second(options.seed, now).map_err(SandboxError::Seed)?);
        }
        let mut secrets = Entropy::new(options.seed ^ 0x5eed);
        let scopes = options
            .app_scopes
            .clone()
            .unwrap_or_else(|| options::all_scopes(documents));
        let app = App {
            client_id: secrets.token("app-"),
            client_secret: secrets.token("secret-"),
            scopes,
        };
        let mut credentials = Credentials::new(app, secrets.token("org-key-"));
        let facts = facts::gather(&tenants, &mut credentials, &mut secrets);

        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let listener = TcpListener::bind(address)
            .await
            .map_err(SandboxError::Bind)?;
        let origin = format!(
            "http://{}",
            listener.local_addr().map_err(SandboxError::Bind)?
        );
        let service = Arc::new(Service {
            origin,
            clock: options.now,
            auto_approve: options.auto_approve,
            documents,
            inner: Mutex::new(Inner {
                tenants,
                credentials,
                rates: Rates::new(options.rate_per_minute),
                faults: Faults::default(),
                seen: Vec::new(),
            }),
        });
        let router = Router::new()
            .fallback(handle)
            .with_state((Arc::clone(&service), options.delay))
            .into_make_service_with_connect_info::<Scissors>();
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            let served = axum::serve(Door(listener), router)
                .with_graceful_shutdown(async { drop(stopped.await) })
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped");
            }
        });
        Ok(Self {
            service,
            facts,
            stop: Some(stop),
            running,
        })
    }

    /// `http://127.0.0.1:{port}`.
    pub fn origin(&self) -> &str {
        &self.service.origin
    }

    /// Stands for `https://auth.atlassian.com`.
    pub fn auth_base(&self) -> String {
        format!("{}/auth", self.origin())
    }

    /// Stands for `https://api.atlassian.com`.
    pub fn api_base(&self) -> String {
        format!("{}/api", self.origin())
    }

    /// Stands for `https://{site}`.
    pub fn site_url_template(&self) -> String {
        format!("{}/site/{{site}}", self.origin())
    }

    /// The whole first site without work in progress, logs and times of change.
    pub fn snapshot(&self) -> Value {
        self.snapshots().into_iter().next().unwrap_or_default()
    }

    /// The same of every site, in the order of the facts.
    pub fn snapshots(&self) -> Vec<Value> {
        self.service
            .with(|inner| inner.tenants.iter().map(snapshot::take).collect())
    }

    /// The whole first site without work in progress, logs and times, and with everything else that
    /// a write leaves behind of itself, as numbers given anew.
    pub fn exact_snapshot(&self) -> Value {
        self.service
            .with(|inner| inner.tenants.first().map(snapshot::take_exactly))
            .unwrap_or_default()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.service.with(|inner| inner.seen.clone())
    }

    /// How many requests there were so far.
    pub fn request_count(&self) -> usize {
        self.service.with(|inner| inner.seen.len())
    }

    /// Every request after the first so many.
    pub fn requests_after(&self, count: usize) -> Vec<SeenRequest> {
        let after = |inner: &mut Inner| inner.seen.get(count..).map(<[_]>::to_vec);
        self.service.with(after).unwrap_or_default()
    }

    /// The OAuth app.
    pub fn client(&self) -> OauthApp {
        self.service.with(|inner| OauthApp {
            client_id: inner.credentials.app.client_id.clone(),
            client_secret: inner.credentials.app.client_secret.clone(),
        })
    }

    /// Ids, users and keys.
    pub fn facts(&self) -> Facts {
        self.facts.clone()
    }

    /// Every secret so far, each with what it is: the app's, the organisation's, API tokens, and all
    /// codes and tokens ever given out. For a test that looks for them where they must not be.
    pub fn secrets(&self) -> Vec<(&'static str, String)> {
        self.service.with(|inner| inner.credentials.secrets())
    }

    /// Orders a fault for requests to come.
    pub fn fault(&self, fault: Fault) {
        self.service.with(|inner| inner.faults.order(fault));
    }

    /// Orders what becomes of the next task of the first site that has no order yet.
    pub fn task(&self, fate: TaskFate) {
        self.service.with(|inner| {
            if let Some(tenant) = inner.tenants.first_mut() {
                tenant.ordered.push_back(fate);
            }
        });
    }

    /// Begins a bulk deletion of issues on the first site, as a person does there; gives the id of
    /// its task.
    pub fn delete_issues(&self, account_id: &str, keys: &[&str]) -> String {
        self.service.with(|inner| {
            let Some(tenant) = inner.tenants.first_mut() else {
                return String::new();
            };
            let with = serde_json::json!({ "issues": keys });
            tenant.now = (self.service.clock)();
            task::start(tenant, Kind::Task, "delete issues", &with, account_id)
        })
    }

    /// Takes back the orders for faults that have not struck yet.
    pub fn forget_faults(&self) {
        self.service.with(|inner| inner.faults = Faults::default());
    }

    /// Ends every OAuth grant of an account, as its owner can.
    pub fn revoke_grants(&self, account_id: &str) {
        self.service
            .with(|inner| inner.credentials.revoke(account_id));
    }

    /// Ends the access tokens of an account before their time; its refresh tokens stay good.
    pub fn revoke_access_tokens(&self, account_id: &str) {
        self.service
            .with(|inner| inner.credentials.revoke_access(account_id));
    }

    /// Lets running answers end, then stops.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listens any more when the server has ended by itself.
            let _ = stop.send(());
        }
        // An idle keep-alive connection would hold a graceful stop up for ever.
        drop(tokio::time::timeout(Duration::from_millis(500), &mut self.running).await);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("origin", &self.service.origin)
            .finish_non_exhaustive()
    }
}

async fn handle(
    State((service, delay)): State<(Arc<Service>, Duration)>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: axum::extract::Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BODY_BYTES).await else {
        return Refusal::gateway(413, "Payload Too Large")
            .answer("")
            .into_response();
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: bytes.to_vec(),
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    struck(&service, &scissors, &request).await.into_response()
}

/// The answer, after whatever fault was ordered for this request.
async fn struck(service: &Service, scissors: &Scissors, request: &Request) -> Answer {
    match service.fault(request) {
        None => service.answer(request),
        Some(Effect::Delay(wait)) => {
            tokio::time::sleep(wait).await;
            service.answer(request)
        }
        Some(Effect::DropAfter) => {
            let answer = service.answer(request);
            scissors.cut();
            answer
        }
        Some(Effect::Drop) => {
            service.record(request, 0);
            scissors.cut();
            Answer::empty(500)
        }
        Some(effect @ Effect::Status { .. }) => {
            let answer = effect.answer().unwrap_or_else(|| Answer::empty(500));
            service.record(request, answer.status);
            answer
        }
    }
}
