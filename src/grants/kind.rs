//! The two kinds of Atlassian API tokens, and what each reaches.

use serde::{Deserialize, Serialize};

/// The kind of an API token, found out when it is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiTokenKind {
    /// Made without scopes: good on the site's own host, with all rights of its account.
    Unscoped,
    /// Made with scopes: good on the gateway under `ex/jira` and `ex/confluence` alone.
    Scoped,
}

impl ApiTokenKind {
    /// Whether a token of this kind opens a pinned document at all. The first API of Confluence is
    /// gone from the gateway; Automation and Forms take no scoped token.
    pub fn opens(self, api: &str) -> bool {
        match self {
            Self::Unscoped => true,
            Self::Scoped => matches!(
                api,
                "jira-platform"
                    | "jira-software"
                    | "jira-service-management"
                    | "assets"
                    | "confluence-v2"
            ),
        }
    }
}
