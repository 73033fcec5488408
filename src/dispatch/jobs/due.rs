//! Jobs that go on, of all accounts, by the moment at which they are looked at next.

use std::time::Duration;

use super::{JOB_TTL, JobError, Jobs};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, JobId};
use crate::store::keys::{self, Key, Kind};
use crate::store::{Durability, Order, Span, Step};

/// How long one replica has a job to itself while it looks; longer than any look takes.
const LOOK_TTL: Duration = Duration::from_mins(1);

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
        let span = Span {
            from: i64::MIN,
            to: moment.0,
            offset: 0,
            limit: most,
            order: Order::Ascending,
        };
        let found = self.vault.store().range(keys::JOB_OPEN, span).await?;
        Ok(found
            .iter()
            .filter_map(|found| found.member.rsplit_once('|'))
            .map(|(account, id)| (AccountId::new(account), JobId::new(id)))
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
        let step = Step::Append {
            index: keys::JOB_OPEN.to_owned(),
            score: moment.0,
            member: member(account, id),
            ttl: Some(JOB_TTL),
        };
        // As durable as the job itself: without it nobody would look who is not asked.
        self.vault.apply(vec![step]).await?;
        Ok(())
    }

    /// A job is not looked at any more.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer; the next look finds it ended.
    pub async fn follow_no_more(&self, account: &AccountId, id: &JobId) -> Result<(), JobError> {
        let step = Step::Remove {
            index: keys::JOB_OPEN.to_owned(),
            member: member(account, id),
        };
        let store = self.vault.store();
        store.apply(Durability::Relaxed, vec![step]).await?;
        Ok(())
    }

    /// Takes the right to look at a job; false when another replica is looking.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn claim(&self, account: &AccountId, id: &JobId) -> Result<bool, JobError> {
        let lease = lease(account, id);
        let taken = self.vault.put_if_absent(&lease, &true, Some(LOOK_TTL));
        Ok(taken.await?)
    }

    /// Gives the right to look back, so that the next look need not wait until it runs out.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn release(&self, account: &AccountId, id: &JobId) -> Result<(), JobError> {
        Ok(self.vault.delete(&lease(account, id)).await?)
    }
}

fn lease(account: &AccountId, id: &JobId) -> Key {
    Key::new(Kind::Lease, format!("job-{id}"), account.as_str())
}

fn member(account: &AccountId, id: &JobId) -> String {
    format!("{account}|{id}")
}
