//! Whether the server and its store answer.

use std::collections::BTreeSet;

use serde_json::json;

use crate::base::fault::{Code, Fault};
use crate::dispatch::{Done, Turn};

/// `gojira_health`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let parts = turn.dispatcher.parts();
    let started = parts.clock.now();
    parts.vault.store().ping().await.map_err(|error| {
        tracing::error!(%error, "the store does not answer");
        Fault::new(Code::UnexpectedError, "the store does not answer")
    })?;
    let waited = started.until(parts.clock.now());
    let groups: BTreeSet<&str> = turn
        .dispatcher
        .callable(turn.principal())
        .iter()
        .map(|tool| tool.group)
        .collect();
    Ok(Done::of(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "time": parts.clock.now().to_string(),
        "store": {"status": "ok", "ping_ms": u64::try_from(waited.as_millis()).unwrap_or(u64::MAX)},
        "groups": groups,
    })))
}
