//! Why a call is not permitted, in the words for the caller.

use serde_json::json;

use super::fence::Area;
use crate::auth::Scopes;
use crate::base::fault::{Code, Fault};

/// Why a call is not permitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its group is not enabled.
    #[error("group {group} is not enabled on this server")]
    Group {
        /// The group.
        group: &'static str,
    },
    /// The operator switched this tool off.
    #[error("tool {tool} is switched off on this server")]
    Disabled {
        /// The tool.
        tool: &'static str,
    },
    /// The server writes nothing.
    #[error("this server is read-only")]
    ReadOnly,
    /// The caller may not use the organisation's key.
    #[error("this account is not among the organisation administrators of this server")]
    NotOrgAdmin,
    /// The client's token lacks scopes.
    #[error("the token of this client lacks a scope; the call needs: {needed}")]
    Scopes {
        /// Every scope the call needs.
        needed: Scopes,
    },
    /// The write reaches beyond the fence.
    #[error("writes of this server stay within its fence, and {area} {name:?} is not in it")]
    OutsideFence {
        /// What kind of thing it is.
        area: Area,
        /// The project, space or schema as the caller named it.
        name: String,
    },
    /// The write names nothing that can be compared with the fence.
    #[error(
        "writes of this server stay within its fence, and this call does not name a project, space or schema that can be checked"
    )]
    Unfenceable,
}

impl Refusal {
    /// Every scope the call needs, when scopes are what is missing (for a 403
    /// `insufficient_scope`).
    pub const fn needed_scopes(&self) -> Option<Scopes> {
        match self {
            Self::Scopes { needed } => Some(*needed),
            _ => None,
        }
    }

    /// What helps.
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::Group { .. } => "Ask the operator to add the group to GOJIRA_ENABLED_GROUPS.",
            Self::Disabled { .. } => "Ask the operator, who listed it in GOJIRA_DISABLED_TOOLS.",
            Self::ReadOnly => "Ask the operator, who set GOJIRA_READ_ONLY.",
            Self::NotOrgAdmin => {
                "Ask the operator to add your account to GOJIRA_ORG_ADMIN_ACCOUNT_IDS."
            }
            Self::Scopes { .. } => {
                "Sign in again and grant the client the scopes that are missing."
            }
            Self::OutsideFence { .. } | Self::Unfenceable => {
                "Choose a target inside the fence, named as the operator names it in GOJIRA_WRITE_FENCE."
            }
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let fault =
            Self::new(Code::InsufficientPermissions, refusal.to_string()).with_mend(refusal.mend());
        match refusal.needed_scopes() {
            Some(needed) => fault.with_details(json!({ "scopes": needed.to_string() })),
            None => fault,
        }
    }
}
