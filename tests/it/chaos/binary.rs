//! The built server itself, killed while a write is on its way, and started again over its store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use atlassian_sandbox::{Options, Sandbox};
use futures::FutureExt as _;
use gojira_mcp::base::clock::{Clock as _, SystemClock};
use gojira_mcp::base::net;
use gojira_mcp::cli::sign_in::sign_in;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::proxy::{Break, Cut, Moment, Proxy};
use crate::replicas::{Process, env_file};
use crate::secrets::{Guard, Recorded};

/// Where the process is killed, whether the write arrives all the same, and the field that is
/// changed: another each time, for a killed process leaves its lock on what it was about.
const KILLS: [(Moment, bool, &str); 3] = [
    (Moment::Before, false, "customfield_10033"),
    (Moment::Under, true, "customfield_10050"),
    (Moment::After, true, "customfield_10053"),
];

/// A site, and the built server over it, process after process at one address.
struct House {
    process: Process,
    _guard: Guard,
    sandbox: Arc<Sandbox>,
    proxy: Proxy,
    url: String,
    port: u16,
    env: PathBuf,
    dir: Arc<TempDir>,
    http: reqwest::Client,
    bearer: String,
}

impl House {
    async fn new() -> Result<Self> {
        let sandbox = Sandbox::start(Options::new(Arc::new(|| SystemClock.now().0))).await?;
        let sandbox = Arc::new(sandbox);
        let proxy = Proxy::to(sandbox.origin(), Arc::new(|| async { Vec::new() }.boxed())).await;
        let free = std::net::TcpListener::bind("127.0.0.1:0")?;
        let port = free.local_addr()?.port();
        drop(free);
        let url = format!("http://127.0.0.1:{port}");
        let dir = Arc::new(tempfile::tempdir()?);
        let guard = Guard::over(&sandbox, dir.path().to_owned());
        let env = env_file(&sandbox, &url, &dir, "one")?;
        let direct = std::fs::read_to_string(&env)?;
        let api = format!("ATLASSIAN_API_BASE_URL={}", sandbox.api_base());
        let behind = format!("ATLASSIAN_API_BASE_URL={}/api", proxy.origin());
        ensure!(direct.contains(&api), "the settings name no API");
        std::fs::write(&env, direct.replace(&api, &behind))?;
        let process = Process::start_at(port, &env, &dir)?;
        let person = sandbox.facts().users[0].clone();
        let now = SystemClock.now();
        let tokens = sign_in(&url, &person.email, &person.api_token, now, &Recorded).await?;
        Ok(Self {
            process,
            _guard: guard,
            sandbox,
            proxy,
            url,
            port,
            env,
            dir,
            http: net::client(Duration::from_mins(1))?,
            bearer: tokens.access,
        })
    }

    async fn call(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}});
        let request = self.http.post(format!("{}/mcp", self.url));
        let answer = request
            .header("accept", "application/json, text/event-stream")
            .bearer_auth(&self.bearer)
            .json(&message)
            .send()
            .await?;
        let body: Value = answer.json().await?;
        let text = body["result"]["content"][0]["text"].as_str();
        Ok(serde_json::from_str(text.context("no text")?)?)
    }

    fn restart(&mut self) -> Result<()> {
        self.process.server.kill()?;
        self.process = Process::start_at(self.port, &self.env, &self.dir)?;
        Ok(())
    }

    /// How often the site was told to change the field.
    fn sent(&self, field: &str) -> usize {
        let requests = self.sandbox.requests();
        let sent = requests
            .iter()
            .filter(|it| it.method == "PUT" && it.path.ends_with(field));
        sent.count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_server_knows_after_a_kill_what_it_was_about() -> Result<()> {
    let mut house = House::new().await?;
    for (nth, (moment, arrives, field)) in KILLS.into_iter().enumerate() {
        let mut asked = json!({"fieldId": field, "description": "Killed meanwhile"});
        let dry = house.call("custom_field_update", &asked).await?;
        asked["commit"] = json!(true);
        asked["plan_id"] = dry["result"]["plan_id"].clone();
        let before = house.sandbox.snapshot();
        house.proxy.mend().await;
        // The state before is read first.
        let (at, lasts, cut) = (1, false, Cut::Held(moment));
        house.proxy.order(Break { at, lasts, cut }).await;
        tokio::select! {
            answer = house.call("custom_field_update", &asked) => anyhow::bail!("{moment:?}: {answer:?}"),
            () = house.proxy.held() => {}
        }
        house.restart()?;
        house.proxy.mend().await;
        let changed = house.sandbox.snapshot() != before;
        ensure!(changed == arrives, "{moment:?}: changed {changed}");

        let listed = house.call("operation_list", &json!({})).await?;
        let entries = listed["result"].as_array().context("a list")?;
        ensure!(entries.len() == nth + 1, "{moment:?}: {listed:#}");
        ensure!(entries[0]["state"] == "pending", "{moment:?}: {listed:#}");
        let again = house.call("custom_field_update", &asked).await?;
        ensure!(again["operation_id"].is_null(), "{moment:?}: {again:#}");
        let sent = house.sent(field);
        ensure!(
            sent == usize::from(arrives),
            "{moment:?}: sent {sent} times"
        );
    }
    Ok(())
}
