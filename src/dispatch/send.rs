//! A recorded write on its way: its requests, one after the other.

use super::dispatcher::Dispatcher;
use super::done::Done;
use super::write::Change;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Tool;
use crate::grants::Access;
use crate::journal::Recorded;
use crate::upstream::Outcome;

/// A write that stands in the journal.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) dispatcher: Dispatcher,
    pub(super) recorded: Recorded,
    pub(super) change: Change,
    pub(super) access: Access,
    pub(super) deadline: Deadline,
}

impl Sending {
    /// Sends the requests one after the other and closes the entry with what became of them.
    pub(super) async fn run(self) -> Result<Done, Fault> {
        let mut last = None;
        for (sent, request) in self.change.requests.iter().enumerate() {
            let upstream = &self.dispatcher.parts().upstream;
            let outcome = upstream
                .write(&self.recorded, &self.access, request, self.deadline)
                .await;
            match outcome {
                Outcome::Applied(answer) => last = Some(answer),
                Outcome::Failed(fault) if sent == 0 => return self.failed(fault).await,
                Outcome::Failed(fault) => return self.in_part(sent, fault).await,
                Outcome::Unknown(fault) => return self.lost(fault).await,
            }
        }
        match last {
            Some(answer) => self.applied(answer).await,
            None => {
                self.failed(Fault::new(
                    Code::UnexpectedError,
                    "there was nothing to send",
                ))
                .await
            }
        }
    }

    pub(super) fn tool(&self) -> &'static Tool {
        self.recorded.tool()
    }
}
