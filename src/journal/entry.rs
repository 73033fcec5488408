//! A journal entry as it is stored (sealed).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::stage::{Stage, StageState};
use crate::base::clock::Timestamp;
use crate::base::fault::Code;
use crate::base::ids::{AccountId, ClientId, CloudId, JobId, OperationId};
use crate::base::known;
use crate::consent::Locked;
use crate::projection::prediction::Prediction;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Recorded, and on its way or still running.
    Pending,
    /// Done.
    Applied,
    /// Not done.
    Failed,
    /// Nobody can tell.
    Unknown,
    /// Done, and undone since.
    Reverted,
}

impl State {
    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Applied,
            Self::Failed,
            Self::Unknown,
            Self::Reverted,
        ]
        .into_iter()
        .find(|state| state.to_string() == name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Reverted => "reverted",
        })
    }
}

/// The thing that a write changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its kind, e.g. `custom_field`.
    pub kind: String,
    /// Its id; unknown until something is created.
    pub id: Option<String>,
}

/// A request of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The operation, `api:id`.
    pub operation: String,
    /// Its parameters by published name.
    pub params: Map<String, Value>,
    /// Its body.
    pub body: Option<Value>,
}

/// Why a write failed, or why its fate is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// In the words for the caller.
    pub message: String,
}

/// Work that goes on at Atlassian after it has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// How it is asked after: a task style of the manifest.
    pub style: String,
    /// Atlassian's id of it.
    pub id: String,
    /// The job that stands for it.
    pub job: JobId,
}

/// Whose word the fate of a write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettledBy {
    /// The call that sent it: it saw Atlassian's answer, or that there was none.
    Sender,
    /// The reconciler: it saw the target afterwards.
    Reconciler,
    /// Whoever followed the work that ran on at Atlassian.
    Job,
}

/// One write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The operation id of answers and audit.
    pub id: OperationId,
    /// Whose write it is.
    pub account: AccountId,
    /// The client they used.
    pub client: ClientId,
    /// The tool; for a revert, the tool of what is undone.
    pub tool: String,
    /// The site; `None` for the organisation's endpoints.
    pub tenant: Option<CloudId>,
    /// What is changed.
    pub target: Option<Object>,
    /// The tool's own arguments.
    pub arguments: Map<String, Value>,
    /// The requests, in their order.
    pub requests: Vec<Sent>,
    /// How far each of several requests is, in their order; empty for a single request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// The state before, as it was read; null when there was none to read.
    pub before: Value,
    /// The state after, as it was read: null when there was nothing any more, `None` when it could
    /// not be read.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "known")]
    pub after: Option<Value>,
    /// Atlassian's answer.
    pub result: Option<Value>,
    /// When it was recorded.
    pub opened_at: Timestamp,
    /// When its fate was known.
    pub closed_at: Option<Timestamp>,
    /// Its fate.
    pub state: State,
    /// Atlassian's status.
    pub status: Option<u16>,
    /// The task at Atlassian that does it, once Atlassian has named one.
    #[serde(default)]
    pub task: Option<TaskRef>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The operation that this one undoes.
    pub reverts: Option<OperationId>,
    /// The operation that undoes this one, from the moment it is recorded.
    pub reverted_by: Option<OperationId>,
    /// The change set it belongs to.
    pub change_set: Option<String>,
    /// What it is meant to change, for whoever has to judge its fate by looking.
    #[serde(default)]
    pub intent: Option<Prediction>,
    /// The ids of what looked like it before it was made, for a creation that gets its id from the
    /// answer; `None` when nothing could tell, or nobody looked.
    #[serde(default)]
    pub traces: Option<Vec<String>>,
    /// What it has locked until its fate is known; `None` when nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Locked>,
    /// Whose word its fate is; `None` while it is open.
    #[serde(default)]
    pub settled_by: Option<SettledBy>,
    /// How often the target was looked at because its fate was not known.
    #[serde(default)]
    pub looks: u32,
}

impl Entry {
    /// Whether it has several requests, of which some were carried out and others not, or nobody
    /// can tell of some.
    pub fn is_half_way(&self) -> bool {
        !self.stages.is_empty()
            && self
                .stages
                .iter()
                .any(|stage| stage.state != StageState::Applied)
    }
}
