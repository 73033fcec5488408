//! A write that Atlassian took on and works at: its task stands in the entry together with the job
//! that follows it, or neither does.

use super::book::{Journal, JournalError, key};
use super::entry::{Entry, State, TaskRef};
use super::recorded::Recorded;
use crate::store::Step;
use crate::store::vault::expect_held;

/// How often the entry is read again when another write came between.
const ATTEMPTS: u32 = 4;

impl Journal {
    /// Records, durably, that Atlassian answered with `status` and works on as `task`, and takes the
    /// steps `beside` (the job's, of the same account) in the same move. The entry stays pending: it
    /// is the job's end that closes it.
    ///
    /// # Errors
    /// [`JournalError`]: neither is written. [`JournalError::Closed`] when somebody has closed the
    /// entry meanwhile.
    pub async fn run_on(
        &self,
        recorded: &mut Recorded,
        status: u16,
        task: TaskRef,
        beside: &[Step],
    ) -> Result<(), JournalError> {
        let id = recorded.operation_id().clone();
        let key = key(&recorded.entry().account, &id);
        for _ in 0..ATTEMPTS {
            let held = self
                .vault
                .hold::<Entry>(&key)
                .await?
                .ok_or_else(|| JournalError::NoSuchEntry(id.clone()))?;
            if held.value.state != State::Pending {
                return Err(JournalError::Closed(id));
            }
            // A step that was reported as failed may have been taken all the same.
            if held.value.task.as_ref() != Some(&task) {
                let running = Entry {
                    status: Some(status),
                    task: Some(task.clone()),
                    stages: recorded.entry().stages.clone(),
                    requests: recorded.entry().requests.clone(),
                    ..held.value.clone()
                };
                let mut steps = vec![
                    expect_held(&key, &held),
                    self.vault.put_step(&key, &running, Some(self.ttl))?,
                ];
                steps.extend_from_slice(beside);
                if !self.vault.apply(steps).await? {
                    continue;
                }
            }
            recorded.runs_on(status, task);
            return Ok(());
        }
        Err(JournalError::NoSuchEntry(id))
    }
}
