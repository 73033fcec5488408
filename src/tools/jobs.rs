//! Work that outlived its call.

use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::dispatch::{Done, Turn};

/// `job_get`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    if let Some(id) = turn.text("job_id") {
        return turn.job(&JobId::new(id)).await;
    }
    let automatic = &turn.automatic;
    turn.open_jobs(automatic.page.as_deref(), automatic.limit)
        .await
}

/// `job_cancel`.
pub(super) async fn cancel(turn: Turn) -> Result<Done, Fault> {
    let id = JobId::new(turn.text("job_id").unwrap_or_default());
    turn.cancel_job(&id).await
}
