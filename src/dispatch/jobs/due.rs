//! Jobs that go on, of all accounts, by the moment at which they are looked at next.

use super::{JOB_TTL, JobError, Jobs};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, JobId};
use crate::store::due::Due;
use crate::store::{Durability, keys};

const OPEN: Due = Due {
    index: keys::JOB_OPEN,
    lease: "job",
};

impl Jobs {
    /// At most `most` open jobs that are to be looked at by `moment`, those that have waited longest
    /// first.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn due(
        &self,
        moment: Timestamp,
        most: usize,
    ) -> Result<Vec<(AccountId, JobId)>, JobError> {
        let due = OPEN.by(&self.vault, moment, most).await?;
        let jobs = due.into_iter();
        Ok(jobs
            .map(|(account, id)| (account, JobId::new(id)))
            .collect())
    }

    /// A job is looked at next at `moment`.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn later(
        &self,
        account: &AccountId,
        id: &JobId,
        moment: Timestamp,
    ) -> Result<(), JobError> {
        // As durable as the job itself: without it nobody would look who is not asked.
        let step = OPEN.at(account, id, moment, JOB_TTL);
        self.vault.apply(vec![step]).await?;
        Ok(())
    }

    /// A job is not looked at any more.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer; the next look finds it ended.
    pub async fn follow_no_more(&self, account: &AccountId, id: &JobId) -> Result<(), JobError> {
        let steps = vec![OPEN.never(account, id)];
        let store = self.vault.store();
        store.apply(Durability::Relaxed, steps).await?;
        Ok(())
    }

    /// Takes the right to look at a job; false when another replica is looking.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn claim(&self, account: &AccountId, id: &JobId) -> Result<bool, JobError> {
        Ok(OPEN.claim(&self.vault, account, id).await?)
    }

    /// Gives the right to look back, so that the next look need not wait until it runs out.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn release(&self, account: &AccountId, id: &JobId) -> Result<(), JobError> {
        Ok(OPEN.release(&self.vault, account, id).await?)
    }
}
