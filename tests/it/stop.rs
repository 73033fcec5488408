//! A server that is asked to end does so, also when its store takes nothing.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use atlassian_sandbox::{Options, Sandbox};
use gojira_mcp::base::clock::{Clock as _, SystemClock};
use gojira_mcp::base::net;
use rusqlite::Connection;

use crate::replicas::{Process, env_file};
use crate::secrets::Guard;

/// What a server has for calls that run, and again for the journal.
const LONGEST: Duration = Duration::from_secs(75);

#[tokio::test]
async fn it_ends_while_another_program_keeps_its_store() -> Result<()> {
    let now = Arc::new(|| SystemClock.now().0);
    let sandbox = Arc::new(Sandbox::start(Options::new(now)).await?);
    let dir = Arc::new(tempfile::tempdir()?);
    let _guard = Guard::over(&sandbox, dir.path().to_owned());
    let settings = env_file(&sandbox, "http://127.0.0.1:1", &dir, "one")?;
    let mut process = Process::start_at(0, &settings, &dir)?;
    let http = net::client(Duration::from_secs(30))?;
    let health = format!("http://{}/health", process.address);
    assert_eq!(http.get(&health).send().await?.status(), 200);

    let other = Connection::open(dir.path().join("store.db"))?;
    // Nobody else writes from here on.
    other.execute_batch("BEGIN IMMEDIATE")?;
    let waiting = {
        let register = format!("http://{}/register", process.address);
        let body = serde_json::json!({"redirect_uris": ["https://client.example/callback"]});
        http.post(register).json(&body).send()
    };
    let (refused, ended) = tokio::join!(
        waiting,
        tokio::task::spawn_blocking(move || (process.server.end(LONGEST), process)),
    );
    let (ended, process) = ended?;
    let (status, took) = ended?;
    assert_eq!(status.code(), Some(0), "{}", process.server.log());
    println!("it ended after {took:?}");
    // The call was under way: it is answered, or its connection ends; it is never said to be done.
    assert!(refused.map_or(true, |answer| answer.status() == 503));
    drop(other);
    Ok(())
}
