//! The journal over a real store, and over one that fails.

use serde_json::{Map, json};

use super::entry::{Entry, State};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId, OperationId};

/// A pending entry.
pub(super) fn entry(id: &str) -> Entry {
    Entry {
        id: OperationId::new(id),
        account: AccountId::new("5b10:alice"),
        client: ClientId::new("client"),
        tool: "project_archive".to_owned(),
        tenant: None,
        target: None,
        arguments: Map::new(),
        requests: Vec::new(),
        before: json!(null),
        after: None,
        result: None,
        opened_at: Timestamp(0),
        closed_at: None,
        state: State::Pending,
        status: None,
        failure: None,
        reverts: None,
        reverted_by: None,
        change_set: None,
    }
}
