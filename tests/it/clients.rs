//! Real MCP clients against the built server: `serve --sandbox`, the scripts of `tests/clients`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use tempfile::TempDir;

/// From the start of the process to its last line before it serves.
const START_LIMIT: Duration = Duration::from_mins(1);
/// One script, from a 401 to a revoked token.
const SCRIPT_LIMIT: Duration = Duration::from_mins(3);

#[test]
fn the_modern_client_goes_from_a_401_to_an_undo() -> Result<()> {
    script("run.mjs", "modern")
}

#[test]
fn the_legacy_client_goes_from_a_401_to_an_undo() -> Result<()> {
    script("run.mjs", "legacy")
}

#[test]
fn the_modern_inspector_finds_no_fault_and_reaches_what_is_not_listed() -> Result<()> {
    script("inspector.mjs", "modern")
}

#[test]
fn the_legacy_inspector_finds_no_fault_and_reaches_what_is_not_listed() -> Result<()> {
    script("inspector.mjs", "legacy")
}

#[test]
fn the_modern_inspector_signs_in_steps_up_and_revokes_by_itself() -> Result<()> {
    script("inspector_oauth.mjs", "modern")
}

#[test]
fn the_legacy_inspector_signs_in_steps_up_and_revokes_by_itself() -> Result<()> {
    script("inspector_oauth.mjs", "legacy")
}

#[test]
fn the_conformance_suite_finds_what_revision_2026_07_28_requires() -> Result<()> {
    script("conformance.mjs", "2026-07-28")
}

#[test]
fn the_conformance_suite_finds_what_revision_2025_11_25_requires() -> Result<()> {
    script("conformance.mjs", "2025-11-25")
}

#[test]
fn the_conformance_suite_signs_in_at_the_authorization_server() -> Result<()> {
    script("conformance.mjs", "authorization")
}

/// Runs one script against a server of its own and holds that it ends well.
fn script(name: &str, era: &str) -> Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let node = node(&home)?;
    let server = Server::start()?;
    let mut child = Command::new(node)
        .args([name, era, &server.url])
        .current_dir(&home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (done, ended) = mpsc::channel();
    let said = said(&mut child, &done)?;
    let outcome = ended.recv_timeout(SCRIPT_LIMIT);
    if outcome.is_err() {
        child.kill()?;
    }
    let status = child.wait()?;
    let [steps, complaints] = said.map(|thread| thread.join().unwrap_or_default());
    ensure!(
        outcome.is_ok(),
        "{name} {era} did not end within {SCRIPT_LIMIT:?}\n{steps}{complaints}"
    );
    ensure!(
        status.success(),
        "{name} {era} fails\n{steps}{complaints}\nthe server said:\n{}",
        server.stop()?
    );
    Ok(())
}

/// The Node that the clients need, which is newer than what most systems bring.
fn node(home: &Path) -> Result<PathBuf> {
    let node = home.join("node_modules/.bin/node");
    ensure!(
        node.exists(),
        "the clients are not installed: run `npm ci` in tests/clients, or tests/run for everything"
    );
    Ok(node)
}

/// Reads what a child says, both streams at once; sends once when it has said its last.
fn said(child: &mut Child, done: &mpsc::Sender<()>) -> Result<[thread::JoinHandle<String>; 2]> {
    let mut out = child.stdout.take().context("stdout is piped")?;
    let mut err = child.stderr.take().context("stderr is piped")?;
    let done = done.clone();
    Ok([
        thread::spawn(move || {
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            let _ = done.send(());
            text
        }),
        thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        }),
    ])
}

/// The built server with a sandbox of its own; it ends with the value.
struct Server {
    child: Child,
    url: String,
    log: Option<thread::JoinHandle<String>>,
    /// Where the server keeps its store; removed after it.
    _scratch: TempDir,
}

impl Server {
    fn start() -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_gojira-mcp"))
            .args(["serve", "--sandbox", "--port", "0"])
            .env_clear()
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let mut err = child.stderr.take().context("stderr is piped")?;
        let log = thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        });
        let (ready, waiting) = mpsc::channel();
        // Reads on after the address: a full pipe would stop the server.
        thread::spawn(move || {
            let mut url = None;
            for line in out.lines().map_while(Result::ok) {
                if let Some(at) = line.strip_prefix("Point a client at ") {
                    url = Some(at.trim().to_owned());
                }
                if line.starts_with("Ready.")
                    && let Some(url) = url.take()
                {
                    let _ = ready.send(url);
                }
            }
        });
        let mut server = Self {
            child,
            url: String::new(),
            log: Some(log),
            _scratch: scratch,
        };
        match waiting.recv_timeout(START_LIMIT) {
            Ok(url) => server.url = url,
            Err(_) => bail!("the server does not start:\n{}", server.stop()?),
        }
        Ok(server)
    }

    /// Ends the server and gives what it logged.
    fn stop(mut self) -> Result<String> {
        self.child.kill()?;
        let log = self.log.take().context("stopped once")?;
        log.join().map_err(|_| anyhow!("the log was not read"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
