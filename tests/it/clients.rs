//! Real MCP clients against the built server: `serve --sandbox`, the scripts of `tests/clients`.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::spawned::{Spawned, talkative};

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
fn the_inspector_finds_no_fault_in_any_tool() -> Result<()> {
    script_at("GOJIRA_SURFACE=full", "inspector_full.mjs", "modern")?;
    script_at("GOJIRA_SURFACE=full", "inspector_full.mjs", "legacy")
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
    script_at("", name, era)
}

/// The same, against a server with one setting more.
fn script_at(setting: &str, name: &str, era: &str) -> Result<()> {
    let home = Arc::new(tempfile::tempdir()?);
    let settings = home.path().join("talkative.env");
    std::fs::write(&settings, format!("{}\n{setting}\n", talkative()))?;
    let mut url = None;
    let args = [
        "--sandbox".as_ref(),
        "--env-file".as_ref(),
        settings.as_os_str(),
    ];
    let (server, url) = Spawned::serve(&args, home, move |line| {
        if let Some(at) = line.strip_prefix("Point a client at ") {
            url = Some(at.trim().to_owned());
        }
        line.starts_with("Ready.").then(|| url.take()).flatten()
    })?;
    if let Err(err) = drive(name, era, &url) {
        bail!("{err:#}\nthe server said:\n{}", server.log());
    }
    ensure!(server.log().contains("DEBUG"), "the server said little");
    Ok(())
}

/// Runs one script against the server at this URL, holds that it ends well, and gives what it said.
pub(crate) fn drive(name: &str, era: &str, url: &str) -> Result<String> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut child = Command::new(node(&home)?)
        .args([name, era, url])
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
    ensure!(status.success(), "{name} {era} fails\n{steps}{complaints}");
    Ok(steps)
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
