//! What concerns the dispatcher as a whole and not one call.

use std::time::Duration;

use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use crate::auth::{Principal, Scopes};
use crate::base::clock::Timestamp;
use crate::catalog::{self, resolve};

/// No call runs longer, so a journal entry that is open for longer has lost its process.
const LONGEST_CALL: Duration = Duration::from_mins(2);

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
            Some("surface::apply" | "journal::revert" | "jobs::get") => {
                let found = self.tool_of_record(principal, tool, arguments).await;
                found.ok().flatten()
            }
            _ => None,
        };
        let about = named.as_deref().and_then(catalog::tool);
        let behind = about.and_then(|about| match tool.handler {
            Some("jobs::get") => policy.may_follow(principal, about).err()?.needed_scopes(),
            _ => policy.missing_scopes(principal, about),
        });
        own.into_iter().chain(behind).fold(Scopes::NONE, Scopes::or)
    }

    /// Closes as unknown what crashed processes left open in the journal. To be called at the start
    /// and now and then.
    pub async fn settle_abandoned(&self) {
        let parts = self.parts();
        let longest = i64::try_from(LONGEST_CALL.as_millis()).unwrap_or(i64::MAX);
        let moment = Timestamp(parts.clock.now().0.saturating_sub(longest));
        match parts.journal.settle_abandoned(moment).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "journal entries of a lost process are now unknown"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "open journal entries could not be looked at"
            ),
        }
    }

    /// Waits until every write on its way has ended (each has its deadline), every journal entry
    /// that was left open is closed, and every audit record is on the disk.
    pub async fn drain(&self) {
        self.writes().close();
        self.writes().wait().await;
        self.parts().journal.drain().await;
        self.parts().audit.flush();
    }
}
