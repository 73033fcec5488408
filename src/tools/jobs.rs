//! Work that outlived its call.

use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::dispatch::{Done, Turn};

/// `job_get`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let id = JobId::new(turn.text("job_id").unwrap_or_default());
    turn.job(&id).await
}
