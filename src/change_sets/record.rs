//! A change set as it is stored (sealed), and the steps of one that is carried out.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ChangeSetId, CloudId, JobId, OperationId, PlanId};

/// How a change set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SetState {
    /// Single changes may join it, and steps may be planned.
    Open,
    /// A plan of it is being carried out.
    Running,
    /// Its plan was carried out whole.
    Applied,
    /// Its plan stopped before the end.
    Stopped,
    /// All that it did and that can be undone is undone.
    Reverted,
}

impl fmt::Display for SetState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Running => "running",
            Self::Applied => "applied",
            Self::Stopped => "stopped",
            Self::Reverted => "reverted",
        })
    }
}

/// A change set. Which operations belong to it is known to the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// Its id.
    pub id: ChangeSetId,
    /// Whose it is.
    pub account: AccountId,
    /// What it is for, in the caller's words.
    pub title: String,
    /// When it was started.
    pub made_at: Timestamp,
    /// The site it is for, from the first of its changes that has one.
    pub tenant: Option<CloudId>,
    /// How it stands.
    pub state: SetState,
    /// The plan that is, or was last, carried out.
    pub run: Option<PlanId>,
}

/// A step as it was planned: a call of a tool, whose arguments may refer to earlier steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// Its name within the plan.
    pub name: String,
    /// The tool.
    pub tool: String,
    /// The tool's arguments, references included.
    pub arguments: Map<String, Value>,
    /// Of an undo, the tool whose write it undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
}

impl PlannedStep {
    /// The tool by whose rules the step is judged: its own, or that of what it undoes.
    pub fn acts_by(&self) -> &str {
        self.undoes.as_deref().unwrap_or(&self.tool)
    }
}

/// Stored steps that are not steps.
#[derive(Debug, thiserror::Error)]
#[error("the plan holds no steps of this shape")]
pub struct StepsError(#[from] serde_json::Error);

/// The steps that a plan holds under `steps` among its arguments.
///
/// # Errors
/// [`StepsError`] when the plan is not that of a change set.
pub fn planned(arguments: &Map<String, Value>) -> Result<Vec<PlannedStep>, StepsError> {
    let steps = arguments.get("steps").cloned().unwrap_or_default();
    Ok(serde_json::from_value(steps)?)
}

/// The carrying out of a plan. It never changes: how far it is follows from the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The plan, which is spent.
    pub plan: PlanId,
    /// The set.
    pub set: ChangeSetId,
    /// Whose it is.
    pub account: AccountId,
    /// The site.
    pub tenant: Option<CloudId>,
    /// Whether it undoes what the set did.
    pub undoes: bool,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// The job that stands for it, under which it is asked after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// Its steps, in their order.
    pub steps: Vec<RunStep>,
}

/// A step that is, or is to be, carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStep {
    /// As it was planned.
    #[serde(flatten)]
    pub planned: PlannedStep,
    /// The id under which the journal has it once it is recorded. It is chosen before, so that a
    /// step is recorded once at most, by whichever call goes on with the run.
    pub operation: OperationId,
    /// Digest of the state that was previewed; `None` when an earlier step makes what is to be read.
    pub seen: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_are_read_from_a_plan_and_from_nothing_else() {
        let step = json!({"name": "make", "tool": "filter_create", "arguments": {"name": "x"}});
        let plan = |value: Value| serde_json::from_value::<Map<_, _>>(value).unwrap();
        let steps = planned(&plan(json!({"steps": [step]}))).unwrap();
        assert_eq!(steps[0].tool, "filter_create");
        assert!(planned(&plan(json!({"project": "ACME"}))).is_err());
    }
}
