//! Two server processes on one store behave as one: every connection meets the other process.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use atlassian_sandbox::{FactsUser, Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use gojira_mcp::base::clock::{Clock as _, SystemClock};
use gojira_mcp::base::net;
use gojira_mcp::catalog;
use gojira_mcp::cli::sign_in;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::clients::drive;
use crate::secrets::{Guard, Recorded, overhear};
use crate::spawned::{Spawned, talkative};

/// How many do the same at once.
const CROWD: usize = 64;
const LONGEST_HEAD: usize = 64 * 1024;

/// A server process, and where it listens.
pub(crate) struct Process {
    pub(crate) server: Spawned,
    pub(crate) address: SocketAddr,
}

impl Process {
    fn start(env_file: &Path, dir: &Arc<TempDir>) -> Result<Self> {
        Self::start_at(0, env_file, dir)
    }

    /// A server at this port; 0 is a free one.
    pub(crate) fn start_at(port: u16, env_file: &Path, dir: &Arc<TempDir>) -> Result<Self> {
        let args = ["--env-file".as_ref(), env_file.as_os_str()];
        let (server, port) = Spawned::serve_at(port, &args, Arc::clone(dir), |line| {
            line.rsplit_once(':')?.1.parse::<u16>().ok()
        })?;
        Ok(Self {
            server,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        })
    }
}

/// Two processes behind a forwarder, over one store and one site.
pub(crate) struct Replicas {
    /// Before the processes, which look for what it makes known.
    _guard: Guard,
    url: String,
    pub(crate) sandbox: Arc<Sandbox>,
    /// What the site's clock is ahead, in milliseconds.
    ahead: Arc<AtomicI64>,
    /// Connections that each process took.
    taken: Arc<[AtomicUsize; 2]>,
    processes: Vec<Process>,
    http: reqwest::Client,
    dir: Arc<TempDir>,
}

/// What a client holds after a sign-in.
struct Held {
    access: String,
    refresh: String,
    client: String,
}

impl Replicas {
    pub(crate) async fn start() -> Result<Self> {
        let ahead = Arc::new(AtomicI64::new(0));
        let site_ahead = Arc::clone(&ahead);
        let now = move || SystemClock.now().0 + site_ahead.load(Ordering::SeqCst);
        let sandbox = Arc::new(Sandbox::start(Options::new(Arc::new(now))).await?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let dir = Arc::new(tempfile::tempdir()?);
        let first = Process::start(&env_file(&sandbox, &url, &dir, "first")?, &dir)?;
        let second = Process::start(&env_file(&sandbox, &url, &dir, "second")?, &dir)?;
        let processes = vec![first, second];
        let taken = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        tokio::spawn(forward(
            listener,
            [processes[0].address, processes[1].address],
            Arc::clone(&taken),
        ));
        Ok(Self {
            _guard: Guard::over(&sandbox, dir.path().to_owned()),
            url,
            sandbox,
            ahead,
            taken,
            processes,
            http: net::client(Duration::from_secs(30))?,
            dir,
        })
    }

    /// Takes one process out, to be ended before the rest.
    fn with_one_doomed(mut self) -> Result<(Process, Self)> {
        let doomed = self.processes.pop().context("two processes")?;
        Ok((doomed, self))
    }

    /// Drives a script of the real clients against the forwarder.
    async fn drive(&self, name: &'static str, era: &'static str) -> Result<String> {
        let url = format!("{}/mcp", self.url);
        tokio::task::spawn_blocking(move || drive(name, era, &url)).await?
    }

    async fn sign_in(&self) -> Result<Held> {
        let said = self.drive("tokens.mjs", "modern").await?;
        let held: Value = serde_json::from_str(said.lines().last().context("it says nothing")?)?;
        let text = |name: &str| held[name].as_str().map(str::to_owned).context("a token");
        Ok(Held {
            access: text("access")?,
            refresh: text("refresh")?,
            client: text("client")?,
        })
    }

    async fn rotate(&self, held: &Held) -> Result<Value> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &held.refresh),
            ("client_id", &held.client),
        ];
        let request = self.http.post(format!("{}/token", self.url)).form(&form);
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        ensure!(status == 200, "{status}: {body}");
        Ok(body)
    }

    /// Signs a client in for a person of the site, without a real client; gives its bearer.
    pub(crate) async fn bearer_of(&self, person: &FactsUser) -> Result<String> {
        let (email, token) = (&person.email, &person.api_token);
        let now = SystemClock.now();
        let tokens = sign_in::sign_in(&self.url, email, token, now, &Recorded).await?;
        Ok(tokens.access)
    }

    async fn call(&self, bearer: &str, tool: &str, arguments: Value) -> Result<Value> {
        let (answer, failed) = self.answer(bearer, tool, arguments).await?;
        ensure!(!failed, "{tool}: {answer}");
        Ok(answer)
    }

    /// Calls a tool; the answer, and whether it is a failure.
    pub(crate) async fn answer(
        &self,
        bearer: &str,
        tool: &str,
        arguments: Value,
    ) -> Result<(Value, bool)> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}});
        let request = self.http.post(format!("{}/mcp", self.url));
        let answer = request
            .header("accept", "application/json, text/event-stream")
            .bearer_auth(bearer)
            .json(&message)
            .send()
            .await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        let failed = body["result"]["isError"].as_bool().unwrap_or(false);
        ensure!(status == 200, "{tool}: {status} {body}");
        let text = body["result"]["content"][0]["text"].as_str();
        Ok((serde_json::from_str(text.context("no text")?)?, failed))
    }

    fn upstream_token_requests(&self) -> usize {
        let requests = self.sandbox.requests();
        requests
            .iter()
            .filter(|seen| seen.path == "/auth/oauth/token")
            .count()
    }

    fn audits(&self) -> Result<String> {
        let read = |name: &str| std::fs::read_to_string(self.dir.path().join(name));
        Ok(read("first.audit")? + &read("second.audit")?)
    }
}

/// What a server at `url` over the sandbox is set to, but for its key, its store and its records.
pub(crate) fn settings(sandbox: &Sandbox, url: &str) -> Vec<(&'static str, String)> {
    let facts = sandbox.facts();
    let app = sandbox.client();
    let groups: Vec<&str> = catalog::groups().iter().map(|group| group.name).collect();
    vec![
        ("ATLASSIAN_OAUTH_CLIENT_ID", app.client_id),
        ("ATLASSIAN_OAUTH_CLIENT_SECRET", app.client_secret),
        ("ATLASSIAN_OAUTH_SCOPES", "auto".to_owned()),
        (
            "ATLASSIAN_CALLBACK_URI",
            format!("{url}/oauth/atlassian-callback"),
        ),
        ("ATLASSIAN_PINNED_CLOUD_ID", facts.cloud_id),
        ("ATLASSIAN_AUTH_BASE_URL", sandbox.auth_base()),
        ("ATLASSIAN_API_BASE_URL", sandbox.api_base()),
        ("ATLASSIAN_SITE_URL_TEMPLATE", sandbox.site_url_template()),
        ("MCP_SERVER_URL", url.to_owned()),
        ("GOJIRA_ENABLED_GROUPS", groups.join(",")),
        ("GOJIRA_ENABLE_ORG_ADMIN", "true".to_owned()),
        ("GOJIRA_ORG_ID", facts.org_id),
        ("GOJIRA_ORG_ADMIN_TOKEN", facts.org_api_key),
        (
            "GOJIRA_ORG_ADMIN_ACCOUNT_IDS",
            facts.users[0].account_id.clone(),
        ),
        ("RATE_LIMIT_PER_USER", "100000".to_owned()),
    ]
}

/// The settings of one process; only the audit record is its own.
pub(crate) fn env_file(sandbox: &Sandbox, url: &str, dir: &TempDir, name: &str) -> Result<PathBuf> {
    let here = dir.path().display();
    let mut lines: Vec<String> = settings(sandbox, url)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    lines.extend([
        format!("TOKEN_ENCRYPTION_KEY={}", STANDARD.encode([5_u8; 32])),
        format!("GOJIRA_STORE_URL={here}/store.db"),
        format!("GOJIRA_AUDIT_LOG_TARGET=file:{here}/{name}.audit"),
        talkative(),
    ]);
    let path = dir.path().join(format!("{name}.env"));
    std::fs::write(&path, lines.join("\n"))?;
    Ok(path)
}

/// Gives every connection to the process that did not have the one before; one request each.
async fn forward(listener: TcpListener, to: [SocketAddr; 2], taken: Arc<[AtomicUsize; 2]>) {
    let mut turn = 0;
    while let Ok((client, _)) = listener.accept().await {
        let taken = Arc::clone(&taken);
        tokio::spawn(async move {
            // A connection that breaks is the client's to repeat.
            let _ = carry(client, to, turn, &taken).await;
        });
        turn = 1 - turn;
    }
}

async fn carry(
    mut client: TcpStream,
    to: [SocketAddr; 2],
    turn: usize,
    taken: &[AtomicUsize; 2],
) -> Result<()> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break at;
        }
        let read = client.read_buf(&mut bytes).await?;
        ensure!(read > 0 && bytes.len() < LONGEST_HEAD, "no request");
    };
    let head = std::str::from_utf8(&bytes[..end])?;
    let kept = head
        .split("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut head = kept.collect::<Vec<_>>().join("\r\n");
    head.push_str("\r\nconnection: close\r\n\r\n");
    // The whole request at once: an early answer must not cut off a body that is still coming.
    let length = body_length(&head).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        ensure!(client.read_buf(&mut bytes).await? > 0, "half a request");
    }
    // A process that is gone takes no connection: the other one has it.
    let (which, mut server) = match TcpStream::connect(to[turn]).await {
        Ok(server) => (turn, server),
        Err(_) => (1 - turn, TcpStream::connect(to[1 - turn]).await?),
    };
    taken[which].fetch_add(1, Ordering::SeqCst);
    let request = [head.as_bytes(), &bytes[end + 4..]].concat();
    // Every bearer of the two processes goes through here; they would not tell it otherwise.
    overhear(&request);
    server.write_all(&request).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    overhear(&answer);
    client.write_all(&answer).await?;
    client.shutdown().await?;
    Ok(())
}

/// The `content-length` of a request.
fn body_length(head: &str) -> Option<usize> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_goes_from_a_401_to_an_undo_over_two_processes() -> Result<()> {
    over_two_processes("modern").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legacy_client_goes_from_a_401_to_an_undo_over_two_processes() -> Result<()> {
    over_two_processes("legacy").await
}

async fn over_two_processes(era: &'static str) -> Result<()> {
    let replicas = Replicas::start().await?;
    replicas.drive("run.mjs", era).await?;
    let [first, second] = [0, 1].map(|at| replicas.taken[at].load(Ordering::SeqCst));
    ensure!(
        first > 10 && second > 10,
        "{first} and {second} connections"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_rotate_refresh_and_count_as_one() -> Result<()> {
    let replicas = Replicas::start().await?;
    let held = replicas.sign_in().await?;

    let rotations = join_all((0..CROWD).map(|_| replicas.rotate(&held))).await;
    let pairs = rotations.into_iter().collect::<Result<Vec<_>>>()?;
    let distinct = |name: &str| {
        let tokens = pairs.iter().filter_map(|pair| pair[name].as_str());
        tokens.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (access, refresh) = (distinct("access_token"), distinct("refresh_token"));
    ensure!(refresh.len() == 1, "{} refresh tokens", refresh.len());
    ensure!(access.len() == 1, "{} access tokens", access.len());
    let held = Held {
        access: access.into_iter().next().context("one")?,
        refresh: refresh.into_iter().next().context("one")?,
        ..held
    };
    replicas.rotate(&held).await.context("an alarm ended it")?;
    let audits = replicas.audits()?;
    ensure!(!audits.contains("REUSE"), "an alarm was raised: {audits}");

    let before = replicas.upstream_token_requests();
    replicas.ahead.store(2 * 3_600_000, Ordering::SeqCst);
    let calls = (0..CROWD).map(|_| replicas.call(&held.access, "project_list", json!({})));
    for answer in join_all(calls).await {
        answer?;
    }
    let refreshes = replicas.upstream_token_requests() - before;
    ensure!(refreshes == 1, "{refreshes} refreshes at Atlassian");

    let mut registered = 0;
    for _ in 0..30 {
        let body =
            json!({"redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"});
        let request = replicas.http.post(format!("{}/register", replicas.url));
        match request.json(&body).send().await?.status().as_u16() {
            201 => registered += 1,
            429 => {}
            other => return Err(anyhow!("registration answers {other}")),
        }
    }
    ensure!(
        registered == 19,
        "{registered} registrations after the first"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_goes_on_where_the_other_was_killed() -> Result<()> {
    let (mut doomed, replicas) = Replicas::start().await?.with_one_doomed()?;
    let Held { access, .. } = replicas.sign_in().await?;
    let schemes = replicas
        .call(&access, "notification_scheme_list", json!({}))
        .await?;
    let scheme = schemes["result"][0]["id"].to_string().replace('"', "");
    let change = json!({"operation": "notification_scheme_update",
        "arguments": {"schemeId": scheme, "description": "Planned before, applied after."}});
    let plan = replicas.call(&access, "plan_change", change).await?;

    let before = replicas.sandbox.requests().len();
    let calls = (0..CROWD).map(|_| async {
        match replicas.call(&access, "project_list", json!({})).await {
            Ok(answer) => Ok(answer),
            // What was under way in the killed process is the client's to repeat.
            Err(_) => replicas.call(&access, "project_list", json!({})).await,
        }
    });
    // In the middle: some calls have reached the site, and the others have not.
    let kill = async {
        while replicas.sandbox.requests().len() < before + CROWD / 8 {
            tokio::task::yield_now().await;
        }
        doomed.server.kill()
    };
    let (answers, killed) = tokio::join!(join_all(calls), kill);
    killed?;
    for answer in answers {
        answer?;
    }
    let plan = json!({"plan_id": plan["result"]["plan_id"]});
    let done = replicas.call(&access, "apply_plan", plan).await?;
    ensure!(done["operation_id"].is_string(), "{done}");
    Ok(())
}
