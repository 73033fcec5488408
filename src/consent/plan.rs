//! What was shown to the caller, kept until it is committed or too old.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::shown::Shown;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId, CloudId, OperationId, PlanId};
use crate::projection::state;

/// How long a plan can be committed.
pub const PLAN_TTL: Duration = Duration::from_mins(15);

/// What a write would act on, as it was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The tool's own arguments.
    pub arguments: Map<String, Value>,
    /// The operation that is undone, when this is a revert.
    pub reverts: Option<OperationId>,
    /// Whether a revert may overwrite later changes.
    pub overwrite: bool,
    /// The change set that the write joins.
    pub change_set: Option<String>,
    /// The site; `None` for the organisation's endpoints.
    pub tenant: Option<CloudId>,
    /// The state before, without what changes by itself.
    pub state: Value,
    /// What a commit must hold the locks of: every name of what it changes.
    pub names: Vec<String>,
}

/// A stored preview. It is sealed in the store under the account's own key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose it is.
    pub account: AccountId,
    /// The client that prepared it.
    pub client: ClientId,
    /// The tool it is for.
    pub tool: String,
    /// What was looked at.
    pub preview: Preview,
    /// What was shown of it.
    pub shown: Shown,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it cannot be committed.
    pub expires_at: Timestamp,
    /// What the person said of it, when they were asked.
    pub verdict: Option<Verdict>,
}

/// What a person said of a plan, on the page and under their own session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether they agreed.
    pub approved: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
}

impl Plan {
    /// Whether a person agreed to it.
    pub fn is_approved(&self) -> bool {
        self.verdict
            .as_ref()
            .is_some_and(|verdict| verdict.approved)
    }

    /// Whether a person refused it.
    pub fn is_refused(&self) -> bool {
        self.verdict
            .as_ref()
            .is_some_and(|verdict| !verdict.approved)
    }

    /// Whether this plan is for that very call: same caller, tool, arguments, site and purpose. The
    /// state is compared apart, because a difference there means staleness.
    pub(super) fn is_for(&self, account: &AccountId, tool: &str, preview: &Preview) -> bool {
        let own = &self.preview;
        self.account == *account
            && self.tool == tool
            && own.arguments == preview.arguments
            && own.reverts == preview.reverts
            && own.overwrite == preview.overwrite
            && own.change_set == preview.change_set
            && own.tenant == preview.tenant
    }

    /// Whether the target is as it was previewed.
    pub(super) fn is_fresh(&self, preview: &Preview) -> bool {
        state::digest(&self.preview.state) == state::digest(&preview.state)
    }
}
