//! A recorded write on its way: its requests, one after the other.

use super::call::Frame;
use super::dispatcher::Dispatcher;
use super::done::Done;
use super::requests;
use super::steps;
use super::write::Change;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Tool;
use crate::grants::Access;
use crate::journal::{JournalError, Recorded, Stage, StageState};
use crate::upstream::{Outcome, Request};

/// A write that stands in the journal.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) dispatcher: Dispatcher,
    pub(super) recorded: Recorded,
    pub(super) change: Change,
    pub(super) access: Access,
    pub(super) deadline: Deadline,
    /// The call that sends it, which hears how far it is.
    pub(super) frame: Frame,
}

impl Sending {
    /// Sends the requests one after the other, each after its stage was recorded, and closes the
    /// entry with what became of them.
    pub(super) async fn run(mut self) -> Result<Done, Fault> {
        let count = self.change.requests.len();
        let mut kept = None;
        for at in 0..count {
            // The first stands in the entry as it was opened.
            if at > 0
                && let Err(refused) = self.make_due(at).await
            {
                return self.not_sent(at, refused).await;
            }
            match self.send(&self.change.requests[at]).await {
                Outcome::Applied(answer) => {
                    if let Some(stage) = self.stage(at) {
                        let stage = stage.applied(answer.status, answer.body.clone());
                        self.recorded.note(at, stage);
                    }
                    if self.answers(at) {
                        kept = Some(answer);
                    }
                }
                Outcome::Failed(fault) => {
                    self.note(at, StageState::Failed);
                    return match at {
                        0 => self.failed(fault).await,
                        _ => self.half_way(fault).await,
                    };
                }
                Outcome::Unknown(fault) => {
                    self.note(at, StageState::Unknown);
                    // Of a last step that is not the tool's own call the target tells nothing.
                    return if at + 1 == count && self.answers(at) {
                        self.lost(fault).await
                    } else {
                        self.lost_half_way(fault).await
                    };
                }
            }
        }
        match kept {
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

    /// Whether the answer to this request is that of the write: of several it is the answer to the
    /// tool's own call, and where none is, to the last.
    fn answers(&self, at: usize) -> bool {
        at == steps::own(&self.change.steps).unwrap_or(self.change.requests.len() - 1)
    }

    /// Makes the request at `at` ready to be sent: with what earlier answers have told, and recorded.
    async fn make_due(&mut self, at: usize) -> Result<(), Fault> {
        if let Some(step) = self.change.steps.get(at) {
            let far = steps::so_far(self.tool(), self.recorded.entry());
            let org = self.dispatcher.parts().org_id.as_deref();
            let facts = steps::facts(&far, self.change.reverts.as_ref(), org);
            if let Some(request) = steps::request(self.tool(), step, &facts)? {
                self.recorded.due(at, requests::sent(&request));
                self.change.requests[at] = request;
            }
        }
        self.advance(at, StageState::Sent).await.map_err(|error| {
            tracing::error!(%error, at, "a step could not be recorded, and is not sent");
            Fault::new(
                Code::UnexpectedError,
                "the next step could not be recorded, and what is not recorded is not sent",
            )
        })
    }

    pub(super) fn tool(&self) -> &'static Tool {
        self.recorded.tool()
    }

    pub(super) async fn send(&self, request: &Request) -> Outcome {
        let upstream = &self.dispatcher.parts().upstream;
        upstream
            .write(&self.recorded, &self.access, request, self.deadline)
            .await
    }

    /// The stage of one request of several.
    pub(super) fn stage(&self, at: usize) -> Option<Stage> {
        self.recorded.entry().stages.get(at).cloned()
    }

    /// Notes how far a request is; the journal has it with the next record.
    pub(super) fn note(&mut self, at: usize, to: StageState) {
        if let Some(stage) = self.stage(at) {
            self.recorded.note(at, stage.at(to));
        }
    }

    /// Records how far a request is, durably.
    pub(super) async fn advance(&mut self, at: usize, to: StageState) -> Result<(), JournalError> {
        let Some(stage) = self.stage(at) else {
            return Ok(());
        };
        let journal = &self.dispatcher.parts().journal;
        journal.advance(&mut self.recorded, at, stage.at(to)).await
    }
}
