//! Handles of work that outlives its call, kept in the store so that any replica can answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tasks::Style;
use crate::base::ids::{AccountId, JobId, OperationId};
use crate::base::random::{RandomError, SharedRandom};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};
use crate::store::vault::Vault;

/// How long a job can be asked after; Atlassian forgets its tasks after two weeks.
const JOB_TTL: Duration = Duration::from_hours(14 * 24);

/// Work that goes on at Atlassian.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The operation that began it.
    pub operation_id: OperationId,
    /// The tool that began it.
    pub tool: String,
    /// How it is asked after.
    pub style: Style,
    /// Atlassian's id of the task.
    pub task: String,
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
}

/// Keeps jobs.
#[derive(Debug, Clone)]
pub struct Jobs {
    vault: Vault,
    random: SharedRandom,
}

impl Jobs {
    /// Jobs in this store.
    pub const fn new(vault: Vault, random: SharedRandom) -> Self {
        Self { vault, random }
    }

    /// Keeps a job of an account.
    ///
    /// # Errors
    /// [`JobError`] when it cannot be kept.
    pub async fn keep(&self, account: &AccountId, job: &Job) -> Result<JobId, JobError> {
        let id = JobId::random(self.random.as_ref())?;
        self.vault
            .put(&key(account, &id), job, Some(JOB_TTL))
            .await?;
        Ok(id)
    }

    /// A job of an account.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer.
    pub async fn get(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, JobError> {
        Ok(self.vault.get(&key(account, id)).await?)
    }
}

fn key(account: &AccountId, id: &JobId) -> Key {
    Key::new(Kind::Job, id.as_str(), account.as_str())
}
