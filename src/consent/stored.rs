//! A plan as the store keeps it: open, or spent and remembered for a client that asks again.

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use crate::base::clock::Timestamp;
use crate::base::ids::OperationId;

/// What stands under the id of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// It can be committed.
    Open(Box<Plan>),
    /// It was committed.
    Spent(Spent),
}

/// What is left of a plan that was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The tool it was for.
    pub tool: String,
    /// The operation that it became; `None` until that stands in the journal.
    pub operation: Option<OperationId>,
    /// Until when this is remembered.
    pub expires_at: Timestamp,
}

impl Stored {
    /// The tool it is or was for.
    pub fn tool(&self) -> &str {
        match self {
            Self::Open(plan) => &plan.tool,
            Self::Spent(spent) => &spent.tool,
        }
    }

    /// Every tool whose writes it holds, or held where that is remembered.
    pub fn tools(&self) -> Vec<String> {
        match self {
            Self::Open(plan) => plan.tools(),
            Self::Spent(spent) => vec![spent.tool.clone()],
        }
    }

    /// The plan, while it can be committed.
    pub fn open(self) -> Option<Plan> {
        match self {
            Self::Open(plan) => Some(*plan),
            Self::Spent(_) => None,
        }
    }
}
