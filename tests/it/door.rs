//! A server behind its HTTP door, in this process, with its invented site.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use gojira_mcp::base::net;
use gojira_mcp::cli::rehearsal::Rehearsal;
use gojira_mcp::config::Environment;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::secrets::{Guard, Recorded};

/// A rehearsal whose secrets are known, and whose log and audit record are looked through when it
/// ends.
pub(crate) struct Rehearsed {
    /// Before the rehearsal, with which the audit record goes.
    _guard: Guard,
    rehearsal: Rehearsal,
}

impl Rehearsed {
    pub(crate) async fn start(given: &Environment) -> Result<Self> {
        let rehearsal = Rehearsal::start_with(0, given, Arc::new(Recorded)).await?;
        Ok(Self {
            _guard: Guard::over(rehearsal.sandbox(), rehearsal.home().to_owned()),
            rehearsal,
        })
    }
}

impl Deref for Rehearsed {
    type Target = Rehearsal;

    fn deref(&self) -> &Rehearsal {
        &self.rehearsal
    }
}

/// A server with its site, and a bearer of the administrator.
pub(crate) struct Door {
    pub(crate) rehearsal: Rehearsed,
    pub(crate) http: Client,
    pub(crate) bearer: String,
}

impl Door {
    pub(crate) async fn open(given: Environment) -> Result<Self> {
        let rehearsal = Rehearsed::start(&given).await?;
        let bearer = rehearsal.bearer().await?;
        Ok(Self {
            rehearsal,
            http: net::client(Duration::from_secs(20))?,
            bearer,
        })
    }

    pub(crate) fn post(&self) -> RequestBuilder {
        self.http
            .post(format!("{}/mcp", self.rehearsal.origin()))
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
    }

    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<Value> {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}});
        let answer = self
            .post()
            .bearer_auth(&self.bearer)
            .json(&message)
            .send()
            .await?;
        ensure!(answer.status() == 200, "{tool}: {}", answer.status());
        let answer: Value = answer.json().await?;
        let text = answer
            .pointer("/result/content/0/text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(serde_json::from_str(text)?)
    }
}
