//! Events of signing in, in the same record.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::redact;
use super::trail::Audit;
use crate::auth::{AuthEvent, AuthEvents};

#[async_trait]
impl AuthEvents for Audit {
    async fn record(&self, event: AuthEvent) {
        let mut facts: Map<String, Value> = Map::new();
        let known = [
            ("account", event.account.map(|id| id.to_string())),
            ("client", event.client.map(|id| id.to_string())),
            ("family", event.family),
            ("note", event.note.as_deref().map(redact::text)),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                facts.insert(name.to_owned(), value.into());
            }
        }
        self.note(event.kind.as_str(), facts);
    }
}
