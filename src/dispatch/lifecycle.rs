//! What concerns the dispatcher as a whole and not one call.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use crate::auth::{Principal, Scopes};
use crate::catalog::resolve;

impl Dispatcher {
    /// The scopes that a call of this tool needs when the caller's bearer lacks one of them.
    pub fn missing_scopes(&self, principal: &Principal, name: &str) -> Option<Scopes> {
        let tool = resolve::resolve(name).ok()?;
        self.parts().policy.missing_scopes(principal, tool)
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
