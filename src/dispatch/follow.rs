//! Jobs that nobody asks about: looked at now and then, by whichever replica comes first, until they
//! have ended and their journal entries are closed. There is no caller here, so nothing is written
//! at Atlassian.

use std::collections::BTreeSet;
use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::jobs::{How, Job, JobError, Work};
use super::reconcile::AHEAD;
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::base::ids::{AccountId, JobId};
use crate::catalog;

/// Time for one look, with the read of the target after it.
const LOOK: Duration = Duration::from_secs(20);
/// The first pauses between two looks.
const SOON: Duration = Duration::from_secs(30);
/// The longest pause.
const SELDOM: Duration = Duration::from_mins(15);

impl Dispatcher {
    /// Looks at the open jobs that are due, at most so many. A failure concerns one job only: it is
    /// looked at again.
    pub async fn follow_jobs(&self, most: usize) {
        let parts = self.parts();
        let due = match parts
            .jobs
            .due(parts.clock.now(), most.saturating_mul(AHEAD))
            .await
        {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "open jobs could not be looked at");
                return;
            }
        };
        let (mut followed, mut spent) = (0, BTreeSet::new());
        for (account, id) in due {
            if followed >= most || spent.contains(&account) {
                continue;
            }
            match self.follow_one(&account, &id).await {
                Ok(true) => followed += 1,
                // It keeps its place among those that are due.
                Ok(false) => {
                    spent.insert(account);
                }
                Err(error) => tracing::warn!(%error, job = %id, "a job could not be looked at"),
            }
        }
    }

    /// Looks at one job; false when the budget of its owner for such looks has no place for it.
    async fn follow_one(&self, account: &AccountId, id: &JobId) -> Result<bool, JobError> {
        let parts = self.parts();
        let jobs = &parts.jobs;
        let found = jobs.get(account, id).await?;
        let Some(job) = found.filter(|job| job.ended.is_none() && is_elsewhere(job)) else {
            // It has ended, or was announced by a server that went away before it kept it.
            jobs.follow_no_more(account, id).await?;
            return Ok(true);
        };
        if !jobs.claim(account, id).await? {
            return Ok(true);
        }
        if !parts.limits.spare(account, None).await {
            jobs.release(account, id).await?;
            return Ok(false);
        }
        let ended = match self.look_unasked(account, id, &job).await {
            Ok(ended) => ended,
            Err(fault) => {
                tracing::info!(job = %id, %fault, "cannot look at a job yet");
                false
            }
        };
        if !ended {
            let now = parts.clock.now();
            let pause = (job.made_at.until(now) / 4).clamp(SOON, SELDOM);
            jobs.later(account, id, now.plus(pause)).await?;
        }
        jobs.release(account, id).await?;
        Ok(true)
    }

    /// Looks with what the person left, while this deployment still offers the tool; true when the
    /// job has ended.
    async fn look_unasked(
        &self,
        account: &AccountId,
        id: &JobId,
        job: &Job,
    ) -> Result<bool, Fault> {
        let parts = self.parts();
        let tool = catalog::tool(&job.tool).filter(|tool| parts.policy.enabled(tool));
        let (Some(tool), Some(operation)) = (tool, &job.operation_id) else {
            return Ok(false);
        };
        let Some(entry) = self.entry_of(account, operation).await? else {
            self.end_job(account, id, How::Untold).await;
            return Ok(true);
        };
        let access = parts
            .grants
            .access_for(account, tool, entry.tenant.as_ref())
            .await?;
        let seen = self
            .look_at_job(id, job, entry, &access, Deadline::within(LOOK))
            .await?;
        Ok(seen.ended)
    }
}

/// Whether the work goes on at Atlassian. Our own is carried on by its own caller alone, because it
/// writes.
const fn is_elsewhere(job: &Job) -> bool {
    matches!(job.work, Work::Task { .. })
}
