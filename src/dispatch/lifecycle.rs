//! What concerns the dispatcher as a whole and not one call.

use std::time::Duration;

use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use crate::auth::{Principal, Scopes};
use crate::catalog::{self, resolve};

impl Dispatcher {
    /// The scopes that a call of this tool needs and the caller's bearer has not; none when it has
    /// all, or when something else stands in the way. What only the store knows counts as well: the
    /// tool of the plan that is applied, of the operation that is undone, of the job that is followed.
    pub async fn missing_scopes(
        &self,
        principal: &Principal,
        name: &str,
        arguments: &Map<String, Value>,
    ) -> Scopes {
        let Ok(tool) = resolve::resolve(name) else {
            return Scopes::NONE;
        };
        let policy = &self.parts().policy;
        let own = policy.missing_scopes(principal, tool);
        // What cannot be looked up is said by the call itself.
        let named = match tool.handler {
            Some(
                "surface::apply"
                | "journal::revert"
                | "jobs::get"
                | "jobs::cancel"
                | "change_sets::apply"
                | "change_sets::revert",
            ) => {
                let found = self.tools_of_record(principal, tool, arguments).await;
                found.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let about = named.iter().filter_map(|name| catalog::tool(name));
        let behind = about.filter_map(|about| match tool.handler {
            Some("jobs::get") => policy.may_follow(principal, about).err()?.needed_scopes(),
            _ => policy.missing_scopes(principal, about),
        });
        own.into_iter().chain(behind).fold(Scopes::NONE, Scopes::or)
    }

    /// Waits until every write on its way has ended (each has its deadline), every journal entry
    /// that was left open is closed, and every audit record is on the disk; but no longer than
    /// `limit` for the writes and again for the journal. What is cut off stays open in the journal,
    /// and the next server looks at its target.
    pub async fn drain(&self, limit: Duration) {
        self.writes().close();
        if tokio::time::timeout(limit, self.writes().wait())
            .await
            .is_err()
        {
            tracing::error!("writes were still on their way when the time to end was over");
        }
        self.parts().journal.drain(limit).await;
        self.parts().audit.flush();
    }
}
