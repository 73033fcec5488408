//! A server beside an invented Atlassian site, in one process; forgets everything when it stops.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use atlassian_sandbox::{FactsUser, Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::check;
pub use super::sign_in::Tokens;
use super::sign_in::sign_in;
use crate::app::App;
use crate::base::clock::{Clock as _, SystemClock};
use crate::base::random::{SharedRandom, SystemRandom};
use crate::catalog;
use crate::config::{Environment, Settings};

/// Settings that a rehearsal takes from those it is given: what is callable, and how often.
const CHANGEABLE: &[&str] = &[
    "GOJIRA_CONSENT",
    "GOJIRA_DISABLED_TOOLS",
    "GOJIRA_ENABLED_GROUPS",
    "GOJIRA_READ_ONLY",
    "GOJIRA_SURFACE",
    "GOJIRA_WRITE_FENCE",
    "RATE_LIMIT_PER_USER",
];

/// The server and its site, both on loopback.
pub struct Rehearsal {
    origin: String,
    sandbox: Arc<Sandbox>,
    stop: CancellationToken,
    /// Nothing when it has been stopped.
    server: Mutex<Option<JoinHandle<Result<()>>>>,
    random: SharedRandom,
    home: TempDir,
}

impl Rehearsal {
    /// Starts both; port 0 takes a free one. What `given` says of what is callable goes over the
    /// rehearsal's own settings, under which everything is.
    ///
    /// # Errors
    /// When the port is taken, the temporary directory cannot be made, or a given setting is wrong.
    pub async fn start(port: u16, given: &Environment) -> Result<Self> {
        Self::start_with(port, given, Arc::new(SystemRandom)).await
    }

    /// As [`Rehearsal::start`]; whatever is secret is made with this randomness.
    ///
    /// # Errors
    /// As [`Rehearsal::start`].
    pub async fn start_with(port: u16, given: &Environment, random: SharedRandom) -> Result<Self> {
        let clock = SystemClock;
        let options = Options::new(Arc::new(move || clock.now().0));
        let sandbox = Sandbox::start(options)
            .await
            .context("cannot start the sandbox")?;
        let listener = bind(Ipv4Addr::LOCALHOST, port).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let home = TempDir::new()?;
        let settings = settings(&sandbox, &origin, &home.0, given, &random)?;
        let app = App::build(settings, Arc::new(SystemClock), Arc::clone(&random))?;
        let stop = CancellationToken::new();
        let server = tokio::spawn(app.serve(listener, stop.clone().cancelled_owned()));
        Ok(Self {
            origin,
            sandbox: Arc::new(sandbox),
            stop,
            server: Mutex::new(Some(server)),
            random,
            home,
        })
    }

    /// Where the server answers, without a trailing slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The invented site.
    pub const fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// The person who administers the invented site.
    ///
    /// # Errors
    /// When the site has no people.
    pub fn administrator(&self) -> Result<FactsUser> {
        let facts = self.sandbox.facts();
        let first = facts.users.first().cloned();
        first.ok_or_else(|| anyhow!("the sandbox has no people"))
    }

    /// A bearer of that person, with every scope and their API token bound.
    ///
    /// # Errors
    /// When a page on the way refuses.
    pub async fn bearer(&self) -> Result<String> {
        Ok(self.sign_in(&self.administrator()?).await?.access)
    }

    /// Signs a person of the invented site in, with every scope and their API token bound.
    ///
    /// # Errors
    /// When a page on the way refuses.
    pub async fn sign_in(&self, person: &FactsUser) -> Result<Tokens> {
        sign_in(
            &self.origin,
            &person.email,
            &person.api_token,
            SystemClock.now(),
            self.random.as_ref(),
        )
        .await
    }

    /// The directory of the store and the audit record; it goes with the value.
    pub fn home(&self) -> &Path {
        &self.home.0
    }

    /// Stops the server; the site and the directory go with the value.
    ///
    /// # Errors
    /// When the server ended badly.
    pub async fn stop(&self) -> Result<()> {
        self.stop.cancel();
        match self.server.lock().await.take() {
            Some(server) => server.await?,
            None => Ok(()),
        }
    }
}

/// The settings of a rehearsal, through the one parser: all groups are enabled.
///
/// # Errors
/// When a given setting is wrong.
pub fn settings(
    sandbox: &Sandbox,
    origin: &str,
    home: &Path,
    given: &Environment,
    random: &SharedRandom,
) -> Result<Settings> {
    let mut key = [0_u8; 32];
    random.fill(&mut key)?;
    let facts = sandbox.facts();
    let client = sandbox.client();
    let administrator = facts.users.first().map(|user| user.account_id.clone());
    let groups: Vec<&str> = catalog::groups().iter().map(|group| group.name).collect();
    let file = |name: &str| home.join(name).to_string_lossy().into_owned();
    let env = Environment::from(vec![
        ("ATLASSIAN_OAUTH_CLIENT_ID", client.client_id),
        ("ATLASSIAN_OAUTH_CLIENT_SECRET", client.client_secret),
        ("ATLASSIAN_OAUTH_SCOPES", "auto".to_owned()),
        (
            "ATLASSIAN_CALLBACK_URI",
            format!("{origin}/oauth/atlassian-callback"),
        ),
        ("ATLASSIAN_PINNED_CLOUD_ID", facts.cloud_id.clone()),
        ("ATLASSIAN_AUTH_BASE_URL", sandbox.auth_base()),
        ("ATLASSIAN_API_BASE_URL", sandbox.api_base()),
        ("ATLASSIAN_SITE_URL_TEMPLATE", sandbox.site_url_template()),
        ("MCP_SERVER_URL", origin.to_owned()),
        ("TOKEN_ENCRYPTION_KEY", STANDARD.encode(key)),
        ("GOJIRA_ENABLED_GROUPS", groups.join(",")),
        ("GOJIRA_STORE_URL", file("store.db")),
        (
            "GOJIRA_AUDIT_LOG_TARGET",
            format!("file:{}", file("audit.log")),
        ),
        ("GOJIRA_ENABLE_ORG_ADMIN", "true".to_owned()),
        ("GOJIRA_ORG_ID", facts.org_id.clone()),
        ("GOJIRA_ORG_ADMIN_TOKEN", facts.org_api_key.clone()),
        (
            "GOJIRA_ORG_ADMIN_ACCOUNT_IDS",
            administrator.unwrap_or_default(),
        ),
        ("RATE_LIMIT_PER_USER", "100000".to_owned()),
    ]);
    Ok(check::read(&env.with_some_of(given, CHANGEABLE))?)
}

/// Listens on a port of this host.
pub(super) async fn bind(host: Ipv4Addr, port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((host, port));
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; `--port 0` picks a free port"))
}

/// A directory that goes with the value.
struct TempDir(PathBuf);

impl TempDir {
    fn new() -> Result<Self> {
        let name = crate::base::ids::uuid(&SystemRandom)?;
        let path = std::env::temp_dir().join(format!("gojira-mcp-{name}"));
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // What is left in the system's temporary directory goes with the next boot.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
