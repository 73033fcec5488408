//! A server behind its HTTP door, in this process, with its invented site.

use std::time::Duration;

use anyhow::{Result, ensure};
use gojira_mcp::base::net;
use gojira_mcp::cli::rehearsal::Rehearsal;
use gojira_mcp::config::Environment;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// A server with its site, and a bearer of the administrator.
pub(crate) struct Door {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) http: Client,
    pub(crate) bearer: String,
}

impl Door {
    pub(crate) async fn open(given: Environment) -> Result<Self> {
        let rehearsal = Rehearsal::start(0, &given).await?;
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
