//! What concerns the dispatcher as a whole and not one call.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use crate::auth::{Principal, Scopes};
use crate::base::clock::Timestamp;
use crate::catalog::resolve;

/// No call runs longer, so a journal entry that is open for longer has lost its process.
const LONGEST_CALL: Duration = Duration::from_mins(2);

impl Dispatcher {
    /// The scopes that a call of this tool needs when the caller's bearer lacks one of them.
    pub fn missing_scopes(&self, principal: &Principal, name: &str) -> Option<Scopes> {
        let tool = resolve::resolve(name).ok()?;
        self.parts().policy.missing_scopes(principal, tool)
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
