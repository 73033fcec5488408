//! What is added to an entry once the fate of its write is known.

use serde_json::Value;

use super::entry::{Entry, Failure, SettledBy, State};
use super::stage::StageState;
use crate::base::clock::Timestamp;
use crate::base::fault::Fault;

/// The fate of a write.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    /// Its fate.
    pub state: State,
    /// The id of what was created.
    pub target_id: Option<String>,
    /// The state after.
    pub after: Option<Value>,
    /// Atlassian's answer.
    pub result: Option<Value>,
    /// Atlassian's status.
    pub status: Option<u16>,
    /// Why it failed or is not known.
    pub failure: Option<Failure>,
}

impl Closing {
    /// A write that was not done, or whose fate nobody can tell.
    pub fn not_applied(state: State, fault: &Fault) -> Self {
        Self {
            state,
            target_id: None,
            after: None,
            result: None,
            status: None,
            failure: Some(Failure {
                code: fault.code,
                message: fault.message.clone(),
            }),
        }
    }

    /// The entry with its fate; `None` in `closed_at` while it is still running.
    pub(super) fn close(&self, entry: &Entry, now: Timestamp) -> Entry {
        let mut entry = entry.clone();
        entry.state = self.state;
        if self.state == State::Applied {
            for stage in &mut entry.stages {
                stage.state = StageState::Applied;
            }
        }
        entry.closed_at = (self.state != State::Pending).then_some(now);
        if let (Some(id), Some(target)) = (&self.target_id, &mut entry.target) {
            target.id = Some(id.clone());
        }
        entry.after.clone_from(&self.after);
        entry.result.clone_from(&self.result);
        entry.status = self.status;
        entry.failure.clone_from(&self.failure);
        entry.settled_by = (self.state != State::Pending).then_some(SettledBy::Sender);
        entry
    }
}
