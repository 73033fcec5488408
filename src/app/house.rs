//! What is done now and then, whoever calls.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::dispatch::Dispatcher;
use crate::store::Store;

/// How often expired values are freed and lost journal entries settled.
const HOUSEKEEPING: Duration = Duration::from_mins(5);

/// Frees what has expired and settles what crashed processes left open, now and then.
pub(super) async fn keep_house(
    store: Arc<dyn Store>,
    dispatcher: Dispatcher,
    stop: CancellationToken,
) {
    loop {
        dispatcher.settle_abandoned().await;
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
