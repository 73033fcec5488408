//! What is done now and then, whoever calls.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::dispatch::Dispatcher;
use crate::store::Store;

/// How often expired values are freed and writes of unknown fate looked at.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// How many writes of unknown fate, and how many jobs, are looked at each time: few enough to leave Atlassian's limits
/// to the callers.
const LOOKS: usize = 20;

/// Frees what has expired and settles what crashed processes left open, at the start and now and
/// then.
pub(super) async fn keep_house(
    store: Arc<dyn Store>,
    dispatcher: Dispatcher,
    stop: CancellationToken,
) {
    loop {
        // A look that is cut short has written nothing, and is taken again by the next server.
        tokio::select! {
            () = stop.cancelled() => return,
            () = look(&dispatcher) => {}
        }
        if let Err(error) = store.sweep().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "expired values were not freed"
            );
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(HOUSEKEEPING) => {}
        }
    }
}

/// Jobs come first: the end of one closes its entry.
async fn look(dispatcher: &Dispatcher) {
    dispatcher.follow_jobs(LOOKS).await;
    dispatcher.reconcile(LOOKS).await;
}
