//! The settings by name: for help, for `check --print` and for the documentation.

use super::env::Environment;

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What holds when it is unset; empty when it is required or means "off".
    pub default: &'static str,
    /// Whether its value must never be shown. A secret may also come from `NAME_FILE`.
    pub secret: bool,
    /// What it is for.
    pub about: &'static str,
}

const fn plain(name: &'static str, default: &'static str, about: &'static str) -> Variable {
    Variable {
        name,
        default,
        secret: false,
        about,
    }
}

const fn secret(name: &'static str, about: &'static str) -> Variable {
    Variable {
        name,
        default: "",
        secret: true,
        about,
    }
}

/// Every setting.
pub const NAMES: &[Variable] = &[
    plain(
        "ATLASSIAN_OAUTH_CLIENT_ID",
        "",
        "client id of your Atlassian OAuth 2.0 app (required)",
    ),
    secret("ATLASSIAN_OAUTH_CLIENT_SECRET", "its secret (required)"),
    plain(
        "ATLASSIAN_OAUTH_SCOPES",
        "",
        "scopes asked of Atlassian, or `auto` (required)",
    ),
    plain(
        "ATLASSIAN_CALLBACK_URI",
        "",
        "MCP_SERVER_URL/oauth/atlassian-callback (required)",
    ),
    plain(
        "ATLASSIAN_PINNED_CLOUD_ID",
        "",
        "the only site that may be reached",
    ),
    plain(
        "MCP_SERVER_URL",
        "",
        "the address that clients use (required)",
    ),
    plain("MCP_PORT", "8081", "port to listen on; 0 picks a free one"),
    secret(
        "TOKEN_ENCRYPTION_KEY",
        "32 bytes in base64 that seal the store (required)",
    ),
    secret(
        "TOKEN_ENCRYPTION_KEYS_OLD",
        "earlier keys, between commas, that still open",
    ),
    plain("ALLOWED_ORIGINS", "", "browser origins besides our own"),
    plain(
        "TRUSTED_PROXIES",
        "",
        "addresses and networks whose X-Forwarded-For is believed",
    ),
    secret(
        "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
        "URL that is told when a refresh token or code is used again",
    ),
    plain(
        "GOJIRA_ENABLED_GROUPS",
        "",
        "groups of tools that may be called (required)",
    ),
    plain("GOJIRA_DISABLED_TOOLS", "", "single tools that may not"),
    plain("GOJIRA_READ_ONLY", "false", "true: no write at all"),
    plain(
        "GOJIRA_WRITE_FENCE",
        "",
        "project:KEY, space:KEY, schema:ID that writes may touch",
    ),
    plain(
        "GOJIRA_CONSENT",
        "plan",
        "plan: a write needs its preview; approve: and a person who agrees on the page; commit: commit=true is enough",
    ),
    plain(
        "GOJIRA_SURFACE",
        "",
        "catalog or full; by the number of tools when unset",
    ),
    plain("GOJIRA_STORE_URL", "gojira.db", "path of the SQLite file"),
    plain(
        "RATE_LIMIT_PER_USER",
        "60",
        "calls a minute for each person",
    ),
    plain(
        "GOJIRA_NEAR_LIMIT_EXTRA_DEDUCT",
        "5",
        "calls deducted when Atlassian's limit is near",
    ),
    plain(
        "GOJIRA_OPERATION_JOURNAL_TTL_DAYS",
        "30",
        "days that journal entries are kept",
    ),
    plain(
        "GOJIRA_AUDITOR_ACCOUNT_IDS",
        "",
        "account ids that may read everybody's journal",
    ),
    plain("GOJIRA_AUDIT_LOG_TARGET", "stdout", "stdout or file:PATH"),
    plain(
        "GOJIRA_ORG_ADMIN_AUDIT_LOG_TARGET",
        "",
        "the same, for the organisation's tools",
    ),
    plain(
        "GOJIRA_ENABLE_ORG_ADMIN",
        "false",
        "true opens the organisation's tools to those named below",
    ),
    secret("GOJIRA_ORG_ADMIN_TOKEN", "API key of the organisation"),
    plain("GOJIRA_ORG_ID", "", "id of the organisation"),
    plain(
        "GOJIRA_ORG_ADMIN_ACCOUNT_IDS",
        "",
        "account ids that may use the organisation's tools",
    ),
    plain(
        "ATLASSIAN_AUTH_BASE_URL",
        "https://auth.atlassian.com",
        "for rehearsals",
    ),
    plain(
        "ATLASSIAN_API_BASE_URL",
        "https://api.atlassian.com",
        "for rehearsals",
    ),
    plain(
        "ATLASSIAN_SITE_URL_TEMPLATE",
        "https://{site}",
        "for rehearsals",
    ),
    plain(
        "LOG_LEVEL",
        "info",
        "a filter such as info or gojira_mcp=debug",
    ),
];

impl Variable {
    /// The value in force, without showing a secret.
    pub fn shown(&self, env: &Environment) -> String {
        let from_file = self.secret && env.get(&format!("{}_FILE", self.name)).is_some();
        match env.get(self.name) {
            _ if from_file => "(from a file)".to_owned(),
            Some(_) if self.secret => "(set)".to_owned(),
            Some(value) => value.to_owned(),
            None if self.default.is_empty() => "(unset)".to_owned(),
            None => format!("{} (default)", self.default),
        }
    }
}
