//! The whole server over a temporary store, asked one request after another in this process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use gojira_mcp::app::{App, Ground};
use gojira_mcp::auth::{Document, DocumentError, DocumentSource};
use gojira_mcp::base::clock::{HeldClock, Timestamp};
use gojira_mcp::base::random::CountingRandom;
use gojira_mcp::config::Environment;
use gojira_mcp::store::Store;
use gojira_mcp::store::sqlite::SqliteStore;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use url::{Host, Url};

/// Where the server says it is.
pub const ORIGIN: &str = "https://mcp.example.com";
/// Where the registered client is sent back to.
pub const REDIRECT: &str = "http://127.0.0.1:1/callback";
/// Stands in an input for the id of the registered client, which changes with each registration.
const CLIENT: &[u8] = b"CLIENT";
/// Requests between two sweeps of the store, and registrations of the client: one that nobody signs
/// in with is forgotten after 7 days, which are 2520 steps.
const ROUND: u32 = 2000;
/// Time between two requests, so that none is refused for coming too soon: an address may register
/// 20 clients in an hour, and this one registers itself besides.
const STEP: Duration = Duration::from_mins(4);

/// The server.
pub struct World {
    runtime: Runtime,
    router: Router,
    store: Arc<dyn Store>,
    clock: HeldClock,
    documents: Arc<Given>,
    asked: u32,
    client: String,
    _dir: TempDir,
}

/// An answer, read whole.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Gives the one document that the input is; nothing is fetched.
#[derive(Debug, Default)]
struct Given(Mutex<Vec<u8>>);

#[async_trait]
impl DocumentSource for Given {
    async fn fetch(&self, _address: &Url) -> Result<Document, DocumentError> {
        let body = self.0.lock().unwrap().clone();
        Ok(Document {
            body,
            fresh_for: Duration::ZERO,
        })
    }
}

impl World {
    /// Starts it, with one public client.
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let dir = tempfile::tempdir().unwrap();
        let clock = HeldClock::at(Timestamp(1_795_000_000_000));
        let shared = Arc::new(clock.clone());
        let store = SqliteStore::open(&dir.path().join("store"), shared.clone()).unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let documents = Arc::new(Given::default());
        let ground = Ground {
            documents: documents.clone(),
            // The same in every run, so that an input that was found fails again.
            ..Ground::on(
                Arc::clone(&store),
                shared,
                Arc::new(CountingRandom::default()),
            )
        };
        let file = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
        let settings = gojira_mcp::cli::read(&Environment::from(vec![
            ("ATLASSIAN_OAUTH_CLIENT_ID", "app".to_owned()),
            ("ATLASSIAN_OAUTH_CLIENT_SECRET", "secret".to_owned()),
            ("ATLASSIAN_OAUTH_SCOPES", "auto".to_owned()),
            (
                "ATLASSIAN_CALLBACK_URI",
                format!("{ORIGIN}/oauth/atlassian-callback"),
            ),
            ("MCP_SERVER_URL", ORIGIN.to_owned()),
            // 32 zero bytes: the store goes with the process.
            ("TOKEN_ENCRYPTION_KEY", format!("{}=", "A".repeat(43))),
            ("GOJIRA_ENABLED_GROUPS", "utility".to_owned()),
            ("GOJIRA_STORE_URL", file("unused")),
            ("GOJIRA_AUDIT_LOG_TARGET", "file:/dev/null".to_owned()),
        ]))
        .unwrap();
        let router = {
            let _guard = runtime.enter();
            App::over(settings, ground).unwrap().router()
        };
        let mut world = Self {
            runtime,
            router,
            store,
            clock,
            documents,
            asked: 0,
            client: String::new(),
            _dir: dir,
        };
        world.register();
        world
    }

    fn register(&mut self) {
        let metadata = json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none"});
        let body = metadata.to_string().into_bytes();
        let seen = self.post("/register", "application/json", body);
        assert_eq!(seen.status, StatusCode::CREATED);
        seen.json()["client_id"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.client);
    }

    /// The id of the registered client.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// The input with the client's id in place of its mark.
    pub fn filled(&self, input: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(input.len());
        let mut rest = input;
        while let Some(at) = rest.windows(CLIENT.len()).position(|part| part == CLIENT) {
            filled.extend_from_slice(&rest[..at]);
            filled.extend_from_slice(self.client.as_bytes());
            rest = &rest[at + CLIENT.len()..];
        }
        filled.extend_from_slice(rest);
        filled
    }

    /// What the next fetch of a client id metadata document gives.
    pub fn publish(&self, document: &[u8]) {
        *self.documents.0.lock().unwrap() = document.to_vec();
    }

    /// Posts a body.
    pub fn post(&mut self, path: &str, kind: &str, body: Vec<u8>) -> Seen {
        let request = Request::post(path).header("content-type", kind);
        self.ask(request.body(Body::from(body)).unwrap())
    }

    /// Posts a form as a client that names itself in a header; nothing when no header can hold it.
    pub fn post_as(&mut self, path: &str, authorization: &[u8], body: Vec<u8>) -> Option<Seen> {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", authorization);
        Some(self.ask(request.body(Body::from(body)).ok()?))
    }

    /// Gets a path with a query; nothing when no URI can hold it.
    pub fn get(&mut self, path_and_query: &[u8]) -> Option<Seen> {
        let uri = axum::http::Uri::try_from(path_and_query).ok()?;
        let request = Request::get(uri).body(Body::empty()).ok()?;
        Some(self.ask(request))
    }

    /// No answer may be a fault of ours, and none may come from an empty budget: nothing behind it
    /// would be tried.
    fn ask(&mut self, request: Request<Body>) -> Seen {
        self.clock.advance(STEP);
        self.asked += 1;
        if self.asked.is_multiple_of(ROUND) {
            self.runtime.block_on(self.store.sweep()).unwrap();
            self.register();
        }
        let router = self.router.clone();
        let seen = self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            Seen {
                status: parts.status,
                headers: parts.headers,
                body: to_bytes(body, 1 << 20).await.unwrap(),
            }
        });
        assert!(!seen.status.is_server_error(), "{}", seen.status);
        assert_ne!(seen.status, StatusCode::TOO_MANY_REQUESTS);
        seen
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Seen {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Whether a client may be sent back there: https, or plain http to this machine.
pub fn may_be_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.fragment().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}
