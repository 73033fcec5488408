//! Handles of work that outlives its call, kept in the store so that any replica can answer.

mod due;
mod listing;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ChangeSetId, JobId, OperationId, PlanId};
use crate::base::random::{RandomError, SharedRandom};
use crate::store::keys::{self, Key, Kind};
use crate::store::vault::{Vault, expect_absent, expect_held};
use crate::store::{Step, StoreError};

/// How long a job can be asked after; Atlassian forgets its tasks after two weeks.
pub(super) const JOB_TTL: Duration = Duration::from_hours(14 * 24);
/// How often a job is read again when another write came between.
const ATTEMPTS: u32 = 4;

/// Work that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The operation that began it; `None` for work of several operations.
    pub operation_id: Option<OperationId>,
    /// The tool that began it.
    pub tool: String,
    /// What it is, and how it is asked after.
    #[serde(flatten)]
    pub work: Work,
    /// When it was begun.
    #[serde(default)]
    pub made_at: Timestamp,
    /// When the caller asked for its end before its time: our own work stops before its next step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// How it ended; `None` while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What our own work came to so far, as its caller is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Value>,
}

/// What goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Work {
    /// A task at Atlassian.
    Task {
        /// The task style of the manifest by which it is asked after.
        style: String,
        /// Atlassian's id of it.
        task: String,
    },
    /// Our own: the steps of a change set.
    Set {
        /// The change set.
        change_set: ChangeSetId,
        /// The plan of it that is carried out.
        plan: PlanId,
    },
}

/// The end of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When it was seen.
    pub at: Timestamp,
    /// How.
    pub how: How,
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It did what it was to do.
    Succeeded,
    /// It did not, or not all of it.
    Failed,
    /// Somebody ended it before its time.
    Cancelled,
    /// It is gone, and nobody can tell how it ended.
    Untold,
}

/// Why a job could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store.
    #[error("cannot keep or find the job")]
    Store(#[from] StoreError),
    /// No randomness for its id.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It changed again and again while it was written.
    #[error("job {0} is being changed")]
    Busy(JobId),
}

/// Keeps jobs. What belongs to one account shares a slot in a cluster; the index of all open jobs
/// is written by itself, before the job, because a member without a job does no harm.
#[derive(Debug, Clone)]
pub struct Jobs {
    vault: Vault,
    random: SharedRandom,
}

impl Job {
    /// Work that is beginning.
    pub const fn begun(
        operation_id: Option<OperationId>,
        tool: String,
        work: Work,
        made_at: Timestamp,
    ) -> Self {
        Self {
            operation_id,
            tool,
            work,
            made_at,
            cancelled_at: None,
            ended: None,
            answer: None,
        }
    }
}

impl Jobs {
    /// Jobs in this store.
    pub const fn new(vault: Vault, random: SharedRandom) -> Self {
        Self { vault, random }
    }

    /// A new id for a job that nobody follows but its own caller.
    ///
    /// # Errors
    /// [`RandomError`] when there is none.
    pub fn id(&self) -> Result<JobId, RandomError> {
        JobId::random(self.random.as_ref())
    }

    /// A new id for a job of an account, announced to whoever follows jobs from `due` on.
    ///
    /// # Errors
    /// [`JobError`] when there is none, or it cannot be announced.
    pub async fn announce(&self, account: &AccountId, due: Timestamp) -> Result<JobId, JobError> {
        let id = self.id()?;
        self.later(account, &id, due).await?;
        Ok(id)
    }

    /// The steps that keep a new job, to be taken together with others of the account.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be sealed.
    pub fn keep_steps(
        &self,
        account: &AccountId,
        id: &JobId,
        job: &Job,
    ) -> Result<Vec<Step>, StoreError> {
        let key = key(account, id);
        Ok(vec![
            expect_absent(&key),
            self.vault.put_step(&key, job, Some(JOB_TTL))?,
            Step::Append {
                index: keys::job_index(account.as_str()),
                score: job.made_at.0,
                member: id.as_str().to_owned(),
                ttl: Some(JOB_TTL),
            },
        ])
    }

    /// Keeps a job of an account by itself.
    ///
    /// # Errors
    /// [`JobError`] when it cannot be kept.
    pub async fn keep(&self, account: &AccountId, job: &Job) -> Result<JobId, JobError> {
        let id = self.announce(account, job.made_at).await?;
        let kept = self
            .vault
            .apply(self.keep_steps(account, &id, job)?)
            .await?;
        if kept {
            Ok(id)
        } else {
            Err(JobError::Busy(id))
        }
    }

    /// A job of an account.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn get(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, JobError> {
        Ok(self.vault.get(&key(account, id)).await?)
    }

    /// Notes how a job ended; what was noted first stands. It is not listed or followed any more.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer; the job is followed on then, and ends again.
    pub async fn end(&self, account: &AccountId, id: &JobId, ended: Ended) -> Result<(), JobError> {
        self.end_with(account, id, ended, None).await
    }

    /// Notes how a job of our own ended, and what it came to.
    ///
    /// # Errors
    /// As [`Jobs::end`].
    pub async fn end_with(
        &self,
        account: &AccountId,
        id: &JobId,
        ended: Ended,
        answer: Option<&Value>,
    ) -> Result<(), JobError> {
        for _ in 0..ATTEMPTS {
            let steps = self.end_steps(account, id, ended, answer).await?;
            if steps.is_empty() || self.vault.apply(steps).await? {
                return self.follow_no_more(account, id).await;
            }
        }
        Err(JobError::Busy(id.clone()))
    }

    /// The steps that note the end of a job as it is now, to be taken together with others of the
    /// account; none when it is not there. What was noted first stands.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn end_steps(
        &self,
        account: &AccountId,
        id: &JobId,
        ended: Ended,
        answer: Option<&Value>,
    ) -> Result<Vec<Step>, JobError> {
        let key = key(account, id);
        let Some(held) = self.vault.hold::<Job>(&key).await? else {
            return Ok(Vec::new());
        };
        let mut job = held.value.clone();
        if job.ended.is_none() || job.answer.is_none() {
            job.answer = answer.cloned();
        }
        job.ended.get_or_insert(ended);
        Ok(vec![
            expect_held(&key, &held),
            self.vault.put_step(&key, &job, Some(JOB_TTL))?,
            Step::Remove {
                index: keys::job_index(account.as_str()),
                member: id.as_str().to_owned(),
            },
        ])
    }

    /// Notes how far a job of our own is, or that nothing is known of that any more.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn note(
        &self,
        account: &AccountId,
        id: &JobId,
        answer: Option<&Value>,
    ) -> Result<(), JobError> {
        let note = |job: &mut Job| {
            if job.ended.is_none() {
                job.answer = answer.cloned();
            }
        };
        self.change(account, id, note).await
    }

    /// Notes that the caller wants a job of our own to stop before its next step.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn cancel(
        &self,
        account: &AccountId,
        id: &JobId,
        at: Timestamp,
    ) -> Result<(), JobError> {
        let note = |job: &mut Job| {
            job.cancelled_at.get_or_insert(at);
        };
        self.change(account, id, note).await
    }

    async fn change(
        &self,
        account: &AccountId,
        id: &JobId,
        note: impl Fn(&mut Job),
    ) -> Result<(), JobError> {
        let key = key(account, id);
        for _ in 0..ATTEMPTS {
            let Some(held) = self.vault.hold::<Job>(&key).await? else {
                return Ok(());
            };
            let mut job = held.value.clone();
            note(&mut job);
            let steps = vec![
                expect_held(&key, &held),
                self.vault.put_step(&key, &job, Some(JOB_TTL))?,
            ];
            if self.vault.apply(steps).await? {
                return Ok(());
            }
        }
        Err(JobError::Busy(id.clone()))
    }
}

fn key(account: &AccountId, id: &JobId) -> Key {
    Key::new(Kind::Job, id.as_str(), account.as_str())
}

#[cfg(test)]
mod tests;
