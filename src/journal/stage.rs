//! How far each request of an entry with several is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name: that of the step in the manifest, or its operation.
    pub name: String,
    /// How far it is.
    pub state: StageState,
    /// Atlassian's status.
    pub status: Option<u16>,
    /// Atlassian's answer.
    pub result: Option<Value>,
}

/// How far a request is. What is about to leave is recorded first, so `Sent` and `Undoing` in an
/// entry whose process is gone mean that nobody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StageState {
    /// Not sent.
    Planned,
    /// About to be sent, or on its way.
    Sent,
    /// Done.
    Applied,
    /// Not done.
    Failed,
    /// Nobody can tell.
    Unknown,
    /// Done; what takes it back is about to be sent, or its answer was lost.
    Undoing,
    /// Done, and taken back.
    Undone,
}

impl Stage {
    /// A request that is not sent yet.
    pub fn planned(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            state: StageState::Planned,
            status: None,
            result: None,
        }
    }

    /// The stage further on, with what it has answered before.
    #[must_use]
    pub fn at(&self, state: StageState) -> Self {
        Self {
            state,
            ..self.clone()
        }
    }

    /// The stage done, with Atlassian's answer.
    #[must_use]
    pub fn applied(&self, status: u16, result: Value) -> Self {
        Self {
            name: self.name.clone(),
            state: StageState::Applied,
            status: Some(status),
            result: Some(result),
        }
    }
}
