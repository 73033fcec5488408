//! A write of several requests that ended half-way: how its target is now, and who is told what.

use serde_json::{Map, Value, json};

use super::done::Done;
use super::predict::comparable;
use super::send::Sending;
use crate::base::fault::{Code, Fault};
use crate::journal::{Closing, Entry, JournalError, Stage, StageState, State};
use crate::projection::changes;
use crate::upstream::Request;

/// The stages of these requests, the first about to be sent; none for a single request.
pub(super) fn of(requests: &[Request]) -> Vec<Stage> {
    if requests.len() < 2 {
        return Vec::new();
    }
    let mut stages: Vec<Stage> = requests
        .iter()
        .enumerate()
        .map(|(at, request)| Stage::planned(name(request, at)))
        .collect();
    stages[0].state = StageState::Sent;
    stages
}

/// The operation, and which of them it is where there are several.
fn name(request: &Request, at: usize) -> String {
    let (_, operation) = request.operation.key.split_once(':').unwrap_or_default();
    format!("{operation}-{}", at + 1)
}

/// What is done, undone and left of a write of several requests, by the names of its stages; empty
/// for a single request.
pub(super) fn standing(entry: &Entry) -> Map<String, Value> {
    let named = |states: &[StageState]| -> Vec<&str> {
        let of = |stage: &&Stage| states.contains(&stage.state);
        entry
            .stages
            .iter()
            .filter(of)
            .map(|stage| stage.name.as_str())
            .collect()
    };
    if entry.stages.is_empty() {
        return Map::new();
    }
    let of = |name: &str, states: &[StageState]| (name.to_owned(), json!(named(states)));
    Map::from_iter([
        of("done", &[StageState::Applied]),
        of("undone", &[StageState::Undone]),
        of("not_done", &[StageState::Planned, StageState::Failed]),
        of(
            "untold",
            &[StageState::Sent, StageState::Unknown, StageState::Undoing],
        ),
    ])
}

impl Sending {
    /// The next request could not be recorded, so it is not sent.
    pub(super) async fn unrecorded(
        mut self,
        at: usize,
        error: &JournalError,
    ) -> Result<Done, Fault> {
        tracing::error!(%error, at, "a step could not be recorded, and is not sent");
        self.note(at, StageState::Planned);
        let fault = Fault::new(
            Code::UnexpectedError,
            "the next step could not be recorded, and what is not recorded is not sent",
        );
        self.half_way(fault).await
    }

    /// Some requests of several went through and one did not: the target is read again, and the
    /// caller is told what is done and how it differs from before.
    pub(super) async fn half_way(self, fault: Fault) -> Result<Done, Fault> {
        let now = self.read_after(None).await;
        let before = comparable(self.tool(), &self.change.before);
        let left = now
            .as_ref()
            .map(|now| changes::patch(&before, &comparable(self.tool(), now)));
        let as_before = left == Some(json!([]));
        let state = if as_before {
            State::Failed
        } else {
            State::Unknown
        };
        let mut closing = Closing::not_applied(state, &fault);
        closing.after = now;
        self.close(closing).await;
        let found = if as_before {
            "the target is as it was"
        } else {
            "some steps were carried out before one failed"
        };
        Err(self.told(fault, state, found, left))
    }

    /// The answer to a request before the last was lost. It may yet arrive, so nothing is taken
    /// back blindly.
    pub(super) async fn lost_half_way(self, fault: Fault) -> Result<Done, Fault> {
        let now = self.read_after(None).await;
        let before = comparable(self.tool(), &self.change.before);
        let left = now
            .as_ref()
            .map(|now| changes::patch(&before, &comparable(self.tool(), now)));
        let mut closing = Closing::not_applied(State::Unknown, &fault);
        closing.after = now;
        self.close(closing).await;
        let found = "the answer to one of the steps was lost; it may have been carried out";
        Err(self.told(fault, State::Unknown, found, left))
    }

    fn told(&self, fault: Fault, state: State, found: &str, left: Option<Value>) -> Fault {
        let mut fault = self.marked(fault, state, Some(found.to_owned()));
        if let (Some(Value::Object(details)), Some(left)) = (&mut fault.details, left) {
            details.insert("left".to_owned(), left);
        }
        if state == State::Unknown {
            fault = fault.with_mend(
                "Look at the target before you try again; operation_get shows what was recorded of each step.",
            );
        }
        fault
    }
}
