//! How far a write of several requests is: recorded, durably, before each of them leaves.

use super::book::{Journal, JournalError, key};
use super::entry::{Entry, State};
use super::recorded::Recorded;
use super::stage::Stage;
use crate::store::vault::expect_held;

/// How often the entry is read again when another write came between.
const ATTEMPTS: u32 = 4;

impl Journal {
    /// Records how far the request at `at` of several is, together with what was noted since the
    /// last time. What is not recorded is not sent.
    ///
    /// # Errors
    /// [`JournalError`]: the next request may not be sent. [`JournalError::Closed`] when somebody
    /// has closed the entry meanwhile.
    pub async fn advance(
        &self,
        recorded: &mut Recorded,
        at: usize,
        stage: Stage,
    ) -> Result<(), JournalError> {
        recorded.note(at, stage);
        let entry = recorded.entry();
        let key = key(&entry.account, &entry.id);
        for _ in 0..ATTEMPTS {
            let held = self
                .vault
                .hold::<Entry>(&key)
                .await?
                .ok_or_else(|| JournalError::NoSuchEntry(entry.id.clone()))?;
            if held.value.state != State::Pending {
                return Err(JournalError::Closed(entry.id.clone()));
            }
            let further = Entry {
                stages: entry.stages.clone(),
                requests: entry.requests.clone(),
                ..held.value.clone()
            };
            let steps = vec![
                expect_held(&key, &held),
                self.vault.put_step(&key, &further, Some(self.ttl))?,
            ];
            if self.vault.apply(steps).await? {
                return Ok(());
            }
        }
        Err(JournalError::NoSuchEntry(entry.id.clone()))
    }
}
