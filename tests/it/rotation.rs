//! `gojira-mcp rotate-keys`, the real command, over the store of a real server in which a person is
//! signed in.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use atlassian_sandbox::{Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gojira_mcp::base::clock::{Clock as _, SystemClock};
use gojira_mcp::base::net;
use gojira_mcp::base::random::SystemRandom;
use gojira_mcp::base::secret::Secret;
use gojira_mcp::cli::sign_in::{Tokens, sign_in};
use gojira_mcp::seal::Ring;
use gojira_mcp::store::sqlite::SqliteStore;
use gojira_mcp::store::{Durability, Step, Store as _};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::replicas::{Process, env_file};
use crate::secrets::Recorded;
use crate::spawned::rotate_keys;

const OLD: [u8; 32] = [5; 32];
const NEW: [u8; 32] = [6; 32];
/// Values that make a run long enough to be ended in its middle.
const MANY: usize = 3_000;

/// A site, a store, and the settings of a server over them.
struct World {
    sandbox: Sandbox,
    dir: Arc<TempDir>,
    /// Where clients reach the server, whichever process it is.
    url: String,
    port: u16,
}

impl World {
    async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(Options::new(Arc::new(|| SystemClock.now().0))).await?;
        // The address is part of what is stored, so that the next process has to have it as well.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        Ok(Self {
            sandbox,
            dir: Arc::new(tempfile::tempdir()?),
            url: format!("http://127.0.0.1:{port}"),
            port,
        })
    }

    /// The settings with this key, and these older ones.
    fn settings(&self, current: [u8; 32], older: &[[u8; 32]]) -> Result<PathBuf> {
        let path = env_file(&self.sandbox, &self.url, &self.dir, "one")?;
        let text = std::fs::read_to_string(&path)?;
        let rest = text
            .lines()
            .filter(|line| !line.starts_with("TOKEN_ENCRYPTION_KEY"));
        let mut lines: Vec<String> = rest.map(str::to_owned).collect();
        lines.push(format!("TOKEN_ENCRYPTION_KEY={}", STANDARD.encode(current)));
        if !older.is_empty() {
            let older: Vec<String> = older.iter().map(|key| STANDARD.encode(key)).collect();
            lines.push(format!("TOKEN_ENCRYPTION_KEYS_OLD={}", older.join(",")));
        }
        std::fs::write(&path, lines.join("\n"))?;
        Ok(path)
    }

    fn serve(&self, settings: &Path) -> Result<Process> {
        Process::start_at(self.port, settings, &self.dir)
    }

    fn store(&self) -> Result<SqliteStore> {
        let path = self.dir.path().join("store.db");
        Ok(SqliteStore::open(&path, Arc::new(SystemClock))?)
    }

    async fn sign_in(&self) -> Result<Tokens> {
        let facts = self.sandbox.facts();
        let person = facts.users.first().context("people")?;
        sign_in(
            &self.url,
            &person.email,
            &person.api_token,
            SystemClock.now(),
            &Recorded,
        )
        .await
    }

    /// Rotates the refresh token and calls a tool of each credential; gives the next pair.
    async fn goes_on(&self, tokens: &Tokens) -> Result<Tokens> {
        let http = net::client(Duration::from_secs(20))?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &tokens.refresh),
            ("client_id", &tokens.client_id),
        ];
        let answer = http
            .post(format!("{}/token", self.url))
            .form(&form)
            .send()
            .await?;
        ensure!(answer.status() == 200, "{}", answer.status());
        let pair: Value = answer.json().await?;
        let text = |name: &str| pair[name].as_str().map(str::to_owned).context("a token");
        let next = Tokens {
            client_id: tokens.client_id.clone(),
            access: text("access_token")?,
            refresh: text("refresh_token")?,
        };
        for bearer in [&tokens.access, &next.access] {
            for tool in ["project_list", "automation_rule_list", "operation_list"] {
                let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": {"name": tool, "arguments": {}}});
                let request = http
                    .post(format!("{}/mcp", self.url))
                    .header("accept", "application/json, text/event-stream")
                    .bearer_auth(bearer)
                    .json(&message);
                let answer: Value = request.send().await?.json().await?;
                ensure!(answer["result"]["isError"] == false, "{tool}: {answer}");
            }
        }
        Ok(next)
    }
}

/// Exit code, standard output and standard error of a run.
fn run(settings: &Path, more: &[&str]) -> Result<(Option<i32>, String, String)> {
    let Output {
        status,
        stdout,
        stderr,
    } = rotate_keys(settings).args(more).output()?;
    let said = (String::from_utf8(stdout)?, String::from_utf8(stderr)?);
    for key in [OLD, NEW] {
        let key = STANDARD.encode(key);
        ensure!(
            !said.0.contains(&key) && !said.1.contains(&key),
            "a key is printed"
        );
    }
    Ok((status.code(), said.0, said.1))
}

fn id(key: [u8; 32]) -> String {
    Ring::new(Secret::new(key), Vec::new(), Arc::new(SystemRandom)).current_id()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_changed_under_a_person_who_stays_signed_in() -> Result<()> {
    let world = World::new().await?;
    let (old_id, new_id) = (id(OLD), id(NEW));
    let server = world.serve(&world.settings(OLD, &[])?)?;
    let tokens = world.sign_in().await?;
    let tokens = world.goes_on(&tokens).await?;
    drop(server);

    // The new key seals, the old one still opens: the server goes on over a store of both.
    let both = world.settings(NEW, &[OLD])?;
    let server = world.serve(&both)?;
    let tokens = world.goes_on(&tokens).await?;
    let (code, out, _) = run(&both, &["--check"])?;
    ensure!(code == Some(1), "{code:?}: {out}");
    ensure!(out.contains(&format!("current key {new_id}")), "{out}");
    ensure!(
        out.contains("found under this older key") && out.contains("keep it"),
        "{out}"
    );

    // Beside the running server.
    let (code, out, err) = run(&both, &[])?;
    ensure!(code == Some(0), "{code:?}: {out}{err}");
    ensure!(
        out.contains("of them sealed anew") && out.contains("older keys can be removed"),
        "{out}"
    );
    let (code, out, _) = run(&both, &["--check"])?;
    ensure!(code == Some(0) && !out.contains(&old_id), "{code:?}: {out}");
    let tokens = world.goes_on(&tokens).await?;
    drop(server);

    // The old key is dropped.
    let new_alone = world.settings(NEW, &[])?;
    let server = world.serve(&new_alone)?;
    world.goes_on(&tokens).await?;
    drop(server);

    // A key that sealed nothing of this: cause and mend are said, and nothing is changed.
    let before = world.store()?.dump().await?.values;
    let wrong = world.settings([9; 32], &[OLD])?;
    for more in [&["--check"][..], &[]] {
        let (code, _, err) = run(&wrong, more)?;
        ensure!(code == Some(1), "{code:?}");
        ensure!(
            err.contains("open with no key of these settings; nothing of them was changed")
                && err.contains("TOKEN_ENCRYPTION_KEYS_OLD")
                && err.contains(&new_id),
            "{err}"
        );
    }
    ensure!(world.store()?.dump().await?.values == before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_key_that_was_killed_is_taken_up_again() -> Result<()> {
    let world = World::new().await?;
    let server = world.serve(&world.settings(OLD, &[])?)?;
    let tokens = world.sign_in().await?;
    drop(server);
    let ring = Ring::new(Secret::new(OLD), Vec::new(), Arc::new(SystemRandom));
    let store = world.store()?;
    let mut steps = Vec::new();
    for at in 0..MANY {
        let key = format!("discovery:{{invented-{at}}}:site");
        let value = ring.seal(key.as_bytes(), b"\"invented.example.com\"")?;
        steps.push(Step::Put {
            key,
            value,
            ttl: None,
        });
    }
    store.apply(Durability::Durable, steps).await?;
    let all = store.dump().await?.values.len();

    let both = world.settings(NEW, &[OLD])?;
    let mut child = rotate_keys(&both)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let anew = async || -> Result<usize> {
        let new = Ring::new(Secret::new(NEW), Vec::new(), Arc::new(SystemRandom));
        let seen = gojira_mcp::store::reseal::count(&store, &new).await?;
        Ok(seen.keys.values().map(|tally| tally.current).sum())
    };
    while anew().await? == 0 {
        ensure!(
            child.try_wait()?.is_none(),
            "it ended before anything was seen"
        );
        tokio::task::yield_now().await;
    }
    child.kill()?;
    child.wait()?;
    let done = anew().await?;
    ensure!(done > 0 && done < all, "{done} of {all} when it was killed");

    // Whatever was done stays, nothing is lost, and the rest is said and then done.
    let (code, out, _) = run(&both, &["--check"])?;
    ensure!(
        code == Some(1) && out.contains("keep it"),
        "{code:?}: {out}"
    );
    let (code, out, err) = run(&both, &[])?;
    ensure!(code == Some(0), "{code:?}: {out}{err}");
    ensure!(
        out.contains(&format!("{} of them sealed anew", all - done)),
        "{done} of {all}: {out}"
    );
    ensure!(anew().await? == all);
    let server = world.serve(&world.settings(NEW, &[])?)?;
    world.goes_on(&tokens).await?;
    drop(server);
    Ok(())
}
