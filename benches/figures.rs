//! Measures a built server from outside and prints the figures of docs/PERFORMANCE.md.
//!
//! `cargo bench --bench figures [-- PROGRAM]` builds in release, starts `gojira-mcp serve --sandbox` on a free
//! port, reads from its terminal output what a person would read, and asks it a bounded number of
//! requests on loopback. It ends the processes it started.
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use gojira_mcp::catalog::model::Credential;
use serde_json::{Value, json};

/// The program measured: the one built with this driver, or one named as argument.
fn program() -> String {
    std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_else(|| env!("CARGO_BIN_EXE_gojira-mcp").to_owned())
}

const ROUNDS: usize = 7;
const REQUESTS: usize = 300;

/// A process that ends with the value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the terminal of a rehearsal says.
struct Rehearsal {
    _process: Running,
    url: String,
    bearer: String,
    sandbox: String,
    basic: (String, String),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let http = gojira_mcp::base::net::client(Duration::from_secs(10))?;
    let (start_ms, memory_kib) = cold_start(&http).await?;
    println!("start to first healthy answer, median of {ROUNDS}: {start_ms:.1} ms");
    println!("resident memory, idle: {:.1} MiB", memory_kib / 1024.0);
    let (rehearsal, full) = (rehearse("catalog")?, rehearse("full")?);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    let search = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "find_operations", "arguments": {"query": "stop people from deleting issues"}}});
    let (mut lists, mut fulls, mut searches) = (Vec::new(), Vec::new(), Vec::new());
    let mut reads = Vec::new();
    let mut direct = Vec::new();
    for _ in 0..ROUNDS {
        lists.push(p50(&http, REQUESTS, |http| rehearsal.ask(http, &list)).await?);
        fulls.push(p50(&http, REQUESTS, |http| full.ask(http, &list)).await?);
        searches.push(p50(&http, REQUESTS, |http| rehearsal.ask(http, &search)).await?);
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "project_list", "arguments": {"limit": 5}}});
        reads.push(p50(&http, REQUESTS, |http| rehearsal.ask(http, &call)).await?);
        direct.push(p50(&http, REQUESTS, |http| rehearsal.straight(http)).await?);
    }
    println!("tools/list, p50: {:.3} ms", median(&mut lists));
    println!(
        "tools/list of every tool, p50: {:.3} ms",
        median(&mut fulls)
    );
    println!("find_operations, p50: {:.3} ms", median(&mut searches));
    let (read, straight) = (median(&mut reads), median(&mut direct));
    println!(
        "a read through the server, p50: {read:.3} ms; straight to the sandbox: {straight:.3} ms; added: {:.3} ms",
        read - straight
    );
    Ok(())
}

impl Rehearsal {
    fn ask(&self, http: &reqwest::Client, message: &Value) -> reqwest::RequestBuilder {
        http.post(&self.url)
            .bearer_auth(&self.bearer)
            .header("accept", "application/json, text/event-stream")
            .json(message)
    }

    fn straight(&self, http: &reqwest::Client) -> reqwest::RequestBuilder {
        let url = format!(
            "{}/rest/api/3/project/search?startAt=0&maxResults=5",
            self.sandbox
        );
        http.get(url).basic_auth(&self.basic.0, Some(&self.basic.1))
    }
}

/// Median time of one request after another, in milliseconds.
async fn p50(
    http: &reqwest::Client,
    count: usize,
    request: impl Fn(&reqwest::Client) -> reqwest::RequestBuilder,
) -> Result<f64> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let begun = Instant::now();
        let answer = request(http).send().await?.error_for_status()?;
        let body = answer.bytes().await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        if body.windows(14).any(|part| part == br#""isError":true"#) {
            return Err(anyhow!(
                "the server answers {}",
                String::from_utf8_lossy(&body)
            ));
        }
    }
    Ok(median(&mut times))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds from the start of the process to the first healthy answer, and resident KiB then.
async fn cold_start(http: &reqwest::Client) -> Result<(f64, f64)> {
    let dir = tempfile::tempdir()?;
    let mut times = Vec::new();
    let mut memory = 0.0;
    // All but those of the organisation, which need its key.
    let groups: Vec<&str> = gojira_mcp::catalog::groups()
        .iter()
        .filter(|group| group.credential != Credential::OrgAdmin)
        .map(|group| group.name)
        .collect();
    let groups = groups.join(",");
    for round in 0..ROUNDS {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let origin = format!("http://127.0.0.1:{port}");
        let begun = Instant::now();
        let child = Command::new(program())
            .args(["serve", "--port", &port.to_string()])
            .env_clear()
            .envs([
                ("ATLASSIAN_OAUTH_CLIENT_ID", "figures"),
                ("ATLASSIAN_OAUTH_CLIENT_SECRET", "figures"),
                ("ATLASSIAN_OAUTH_SCOPES", "auto"),
                (
                    "ATLASSIAN_CALLBACK_URI",
                    &format!("{origin}/oauth/atlassian-callback"),
                ),
                ("MCP_SERVER_URL", &origin),
                (
                    "TOKEN_ENCRYPTION_KEY",
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                ),
                ("GOJIRA_ENABLED_GROUPS", &groups),
                (
                    "GOJIRA_STORE_URL",
                    &dir.path().join(format!("{round}.db")).to_string_lossy(),
                ),
            ])
            .stdout(Stdio::null())
            .spawn()?;
        let child = Running(child);
        while http.get(format!("{origin}/health")).send().await.is_err() {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err(anyhow!("the server does not start"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(300)).await;
        memory = resident_kib(child.0.id())?;
    }
    Ok((median(&mut times), memory))
}

fn resident_kib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|kib| kib.trim().parse().ok())
        .context("no VmRSS")
}

fn rehearse(surface: &str) -> Result<Rehearsal> {
    let mut settings = tempfile::NamedTempFile::new()?;
    writeln!(settings, "GOJIRA_SURFACE={surface}")?;
    let mut child = Command::new(program())
        .args(["serve", "--sandbox", "--port", "0", "--env-file"])
        .arg(settings.path())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().context("no output")?;
    let process = Running(child);
    let (mut url, mut bearer, mut sandbox, mut basic) = (None, None, None, None);
    for line in BufReader::new(out).lines() {
        let line = line?;
        let after = |mark: &str| {
            line.split_once(mark)
                .map(|(_, rest)| rest.trim_end_matches(['.', '\'']).to_owned())
        };
        url = url.or_else(|| after("Point a client at "));
        bearer = bearer.or_else(|| after("Authorization: Bearer "));
        sandbox = sandbox.or_else(|| after("The invented site's address is "));
        if let Some((email, token)) = after(" bind ")
            .as_deref()
            .and_then(|rest| rest.split_once(" with token "))
        {
            basic = Some((email.to_owned(), token.to_owned()));
        }
        if line.starts_with("Ready") {
            break;
        }
    }
    Ok(Rehearsal {
        _process: process,
        url: url.context("no URL")?,
        bearer: bearer.context("no bearer")?,
        sandbox: sandbox.context("no site")?,
        basic: basic.context("no API token")?,
    })
}
