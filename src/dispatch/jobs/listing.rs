//! The open jobs of an account, newest first.

use super::{Job, JobError, Jobs};
use crate::base::ids::{AccountId, JobId};
use crate::store::keys;
use crate::store::{Order, Span};

impl Jobs {
    /// At most `most` jobs of an account that go on, after the first `skipped`; and where the next
    /// ones begin, when there may be more.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn open(
        &self,
        account: &AccountId,
        skipped: usize,
        most: usize,
    ) -> Result<(Vec<(JobId, Job)>, Option<usize>), JobError> {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: skipped,
            limit: most,
            order: Order::Descending,
        };
        let index = keys::job_index(account.as_str());
        let found = self.vault.store().range(&index, span).await?;
        let next = (found.len() == most).then_some(skipped + found.len());
        let mut jobs = Vec::new();
        for member in found {
            let id = JobId::new(member.member);
            // One that has expired leaves its place in the index behind.
            if let Some(job) = self.get(account, &id).await?
                && job.ended.is_none()
            {
                jobs.push((id, job));
            }
        }
        Ok((jobs, next))
    }
}
