//! The operator's rules, as plain values.

use std::collections::BTreeSet;

use crate::base::ids::AccountId;
use crate::config::{Fence, Settings};

/// What the operator allows (CONTRACTS.md, "What is callable").
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Enabled groups (`GOJIRA_ENABLED_GROUPS`).
    pub groups: BTreeSet<String>,
    /// Single tools switched off, by name (`GOJIRA_DISABLED_TOOLS`).
    pub disabled_tools: BTreeSet<String>,
    /// Nothing may be written (`GOJIRA_READ_ONLY`).
    pub read_only: bool,
    /// Where writes must stay (`GOJIRA_WRITE_FENCE`); anywhere without.
    pub fence: Option<Fence>,
    /// The accounts that may use the organisation's key (`GOJIRA_ORG_ADMIN_ACCOUNT_IDS`); `None`
    /// when the organisation's tools are switched off.
    pub org_admins: Option<BTreeSet<AccountId>>,
}

impl Rules {
    /// The rules that the settings state.
    pub fn of(settings: &Settings) -> Self {
        let policy = &settings.policy;
        Self {
            groups: policy.groups.clone(),
            disabled_tools: policy.disabled_tools.clone(),
            read_only: policy.read_only,
            fence: policy.fence.clone(),
            org_admins: settings.org.as_ref().map(|org| org.accounts.clone()),
        }
    }
}
