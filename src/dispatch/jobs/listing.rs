//! The open jobs of an account, newest first.

use super::{Job, JobError, Jobs};
use crate::base::ids::{AccountId, JobId};
use crate::journal::Place;
use crate::store::keys;
use crate::store::{Order, Span};

/// How many members of the index are read at once.
const PAGE: usize = 100;

impl Jobs {
    /// At most `most` jobs of an account that go on, after a place; and the place of the last of
    /// them, when there may be more. What is begun or ends between two pages moves no place.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn open(
        &self,
        account: &AccountId,
        after: Option<&Place>,
        most: usize,
    ) -> Result<(Vec<(JobId, Job)>, Option<Place>), JobError> {
        let index = keys::job_index(account.as_str());
        let mut jobs = Vec::new();
        let mut offset = 0;
        loop {
            let span = Span {
                from: i64::MIN,
                to: after.map_or(i64::MAX, Place::score),
                offset,
                limit: PAGE,
                order: Order::Descending,
            };
            let members = self.vault.store().range(&index, span).await?;
            let is_last = members.len() < PAGE;
            offset += members.len();
            for member in members {
                if after.is_some_and(|after| after.has_passed(&member)) {
                    continue;
                }
                let id = JobId::new(member.member.clone());
                // One that has expired leaves its place in the index behind.
                if let Some(job) = self.get(account, &id).await?
                    && job.ended.is_none()
                {
                    jobs.push((id, job));
                }
                if jobs.len() == most {
                    return Ok((jobs, Some(Place::from(member))));
                }
            }
            if is_last {
                return Ok((jobs, None));
            }
        }
    }
}
