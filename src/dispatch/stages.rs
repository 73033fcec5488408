//! A write of several requests that ended half-way: how its target is now, and who is told what.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::done::Done;
use super::predict::comparable;
use super::send::Sending;
use super::steps;
use super::write::Change;
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::journal::{Closing, Entry, Stage, StageState, State};
use crate::projection::changes;
use crate::upstream::{Outcome, Request};

/// How long taking back may go on when the call itself has no time left. Together they are shorter
/// than the lock on what is changed.
const TAKING_BACK: Duration = Duration::from_secs(12);

/// Nobody can tell whether such a stage stands.
const OPEN: [StageState; 3] = [StageState::Sent, StageState::Unknown, StageState::Undoing];

/// The stages of a change, the first about to be sent; none for a single request.
pub(super) fn of(change: &Change) -> Vec<Stage> {
    if change.requests.len() < 2 {
        return Vec::new();
    }
    let names = (0..).map(|at| change.steps.get(at).map(|step| step.name.to_owned()));
    let mut stages: Vec<Stage> = change
        .requests
        .iter()
        .zip(names)
        .enumerate()
        .map(|(at, (request, name))| Stage::planned(name.unwrap_or_else(|| numbered(request, at))))
        .collect();
    stages[0].state = StageState::Sent;
    stages
}

/// The operation, and which of the requests it is.
fn numbered(request: &Request, at: usize) -> String {
    let key = request.operation.key;
    let (_, operation) = key.split_once(':').unwrap_or(("", key));
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
    /// The next request could not be made or recorded, so it is not sent.
    pub(super) async fn not_sent(mut self, at: usize, fault: Fault) -> Result<Done, Fault> {
        self.note(at, StageState::Planned);
        self.half_way(fault).await
    }

    /// Some requests of several went through and one did not: they are taken back, the last first,
    /// the target is read again, and the caller is told what is done and how it differs from before.
    pub(super) async fn half_way(mut self, fault: Fault) -> Result<Done, Fault> {
        let left_standing = self.take_back().await;
        let (closing, left) = self.look_again(&fault).await;
        let is_as_before = left == Some(json!([]));
        let stages = &self.recorded.entry().stages;
        let is_open = stages.iter().any(|stage| OPEN.contains(&stage.state));
        let stands = stages
            .iter()
            .any(|stage| stage.state == StageState::Applied);
        // What was taken back counts as taken back when nobody can look.
        let is_clear = is_as_before || (left.is_none() && !stands);
        let state = if is_clear && !is_open {
            State::Failed
        } else {
            State::Unknown
        };
        self.close(Closing { state, ..closing }).await;
        let found = if state == State::Failed {
            "the target is as it was"
        } else {
            "some steps were carried out before one failed"
        };
        let mut told = self.told(fault, state, found, left);
        if let (Some(Value::Object(details)), Some((stage, why))) =
            (&mut told.details, left_standing)
        {
            details.insert(
                "not_undone".to_owned(),
                json!({ "step": stage, "why": why }),
            );
        }
        Err(told)
    }

    /// Takes back what was carried out, the last first, each after its stage was recorded. It stops
    /// at the first that does not work; gives its name and why.
    async fn take_back(&mut self) -> Option<(String, String)> {
        self.deadline = Deadline::within(self.deadline.left().max(TAKING_BACK));
        for at in (0..self.change.requests.len()).rev() {
            let Some(stage) = self
                .stage(at)
                .filter(|stage| stage.state == StageState::Applied)
            else {
                continue;
            };
            let step = self.change.steps.get(at).copied()?;
            let not_undone = |why: String| Some((stage.name.clone(), why));
            let far = steps::so_far(self.tool(), self.recorded.entry());
            let org = self.dispatcher.parts().org_id.as_deref();
            let known = steps::facts(&far, self.change.reverts.as_ref(), org);
            let request = match steps::taking_back(self.tool(), step, &known) {
                Ok(request) => request,
                Err(fault) => return not_undone(fault.message),
            };
            if let Err(error) = self.advance(at, StageState::Undoing).await {
                tracing::error!(%error, at, "a step could not be taken back");
                self.note(at, StageState::Applied);
                return not_undone("it could not be recorded".to_owned());
            }
            match self.send(&request).await {
                Outcome::Applied(_) => self.note(at, StageState::Undone),
                Outcome::Failed(fault) => {
                    self.note(at, StageState::Applied);
                    return not_undone(fault.to_string());
                }
                Outcome::Unknown(fault) => return not_undone(fault.to_string()),
            }
        }
        None
    }

    /// The answer to a request before the last was lost. It may yet arrive, so nothing is taken
    /// back blindly.
    pub(super) async fn lost_half_way(self, fault: Fault) -> Result<Done, Fault> {
        let (closing, left) = self.look_again(&fault).await;
        self.close(closing).await;
        let found = "the answer to one of the steps was lost; it may have been carried out";
        Err(self.told(fault, State::Unknown, found, left))
    }

    /// How the target is now, for an entry that cannot be closed as applied, and how that differs
    /// from before.
    async fn look_again(&self, fault: &Fault) -> (Closing, Option<Value>) {
        let entry = self.recorded.entry();
        let far = steps::so_far(self.tool(), entry);
        let id = far.target.as_ref().and_then(|target| target.id.as_deref());
        let made = far.result.as_ref().map(|result| (result, id));
        let now = self.read_after(made).await;
        let before = comparable(self.tool(), &self.change.before);
        let left = now
            .as_ref()
            .map(|now| changes::patch(&before, &comparable(self.tool(), now)));
        let mut closing = Closing::not_applied(State::Unknown, fault);
        closing.target_id = id.map(str::to_owned);
        closing.after = now;
        closing.result.clone_from(&far.result);
        (closing, left)
    }

    fn told(&self, fault: Fault, state: State, found: &str, left: Option<Value>) -> Fault {
        let mut fault = self.marked(fault, state, Some(found.to_owned()));
        if let (Some(Value::Object(details)), Some(left)) = (&mut fault.details, left) {
            details.insert("left".to_owned(), left);
        }
        if state == State::Unknown {
            fault = fault.with_mend(
                "Look at the target before you try again: operation_get shows what was recorded of each step, and operation_revert takes back what stands where that can be.",
            );
        }
        fault
    }
}
