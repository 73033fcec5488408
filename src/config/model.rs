//! The settings as the rest of the server sees them: one struct per concern.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;
use crate::seal::SealKey;

/// All settings of a server.
#[derive(Debug)]
pub struct Settings {
    /// The Atlassian app and where Atlassian is.
    pub oauth: OauthSettings,
    /// Our own addresses.
    pub server: ServerSettings,
    /// Where things are kept.
    pub store: StoreSettings,
    /// What they are sealed with.
    pub seal: SealSettings,
    /// What is callable.
    pub policy: PolicySettings,
    /// The organisation gate; `None` when it is shut.
    pub org: Option<OrgSettings>,
    /// Budgets.
    pub limits: LimitSettings,
    /// The journal.
    pub journal: JournalSettings,
    /// The audit record.
    pub audit: AuditSettings,
    /// Who is told of an alarm.
    pub alerts: AlertSettings,
    /// `LOG_LEVEL`: a `tracing` filter.
    pub log_level: String,
}

/// The Atlassian app and where Atlassian is.
#[derive(Debug)]
pub struct OauthSettings {
    /// `ATLASSIAN_OAUTH_CLIENT_ID`.
    pub client_id: String,
    /// `ATLASSIAN_OAUTH_CLIENT_SECRET`.
    pub client_secret: Secret<String>,
    /// `ATLASSIAN_OAUTH_SCOPES`, or what the enabled groups need when it is `auto`.
    pub scopes: Vec<String>,
    /// `ATLASSIAN_CALLBACK_URI`.
    pub callback_uri: Url,
    /// `ATLASSIAN_AUTH_BASE_URL`, without a trailing slash.
    pub auth_base: String,
    /// `ATLASSIAN_API_BASE_URL`, without a trailing slash.
    pub api_base: String,
    /// `ATLASSIAN_SITE_URL_TEMPLATE`, with `{site}` for the host of a site.
    pub site_template: String,
}

/// Our own addresses.
#[derive(Debug)]
pub struct ServerSettings {
    /// `MCP_SERVER_URL`: the origin clients use, without a trailing slash.
    pub public_url: Url,
    /// `MCP_PORT`; 0 picks a free one.
    pub port: u16,
    /// `ALLOWED_ORIGINS`: browser origins besides our own.
    pub allowed_origins: Vec<String>,
    /// `TRUSTED_PROXIES`: peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// Who is told of an alarm.
#[derive(Debug)]
pub struct AlertSettings {
    /// `GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK`: an https URL, or http on a loopback address.
    pub webhook: Option<Secret<String>>,
}

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreSettings {
    /// An SQLite file.
    Sqlite(PathBuf),
}

/// What stored values are sealed with.
#[derive(Debug)]
pub struct SealSettings {
    /// `TOKEN_ENCRYPTION_KEY`.
    pub current: SealKey,
    /// `TOKEN_ENCRYPTION_KEYS_OLD`.
    pub older: Vec<SealKey>,
}

/// What is callable.
#[derive(Debug, Clone)]
pub struct PolicySettings {
    /// `GOJIRA_ENABLED_GROUPS`.
    pub groups: BTreeSet<String>,
    /// `GOJIRA_DISABLED_TOOLS`.
    pub disabled_tools: BTreeSet<String>,
    /// `GOJIRA_READ_ONLY`.
    pub read_only: bool,
    /// `GOJIRA_WRITE_FENCE`.
    pub fence: Option<Fence>,
    /// `GOJIRA_CONSENT`.
    pub consent: ConsentMode,
    /// `GOJIRA_SURFACE`; chosen by the number of tools when unset.
    pub surface: Option<Surface>,
    /// `GOJIRA_AUDITOR_ACCOUNT_IDS`.
    pub auditors: BTreeSet<AccountId>,
    /// `ATLASSIAN_PINNED_CLOUD_ID`.
    pub pin: Option<CloudId>,
}

/// The objects that writes may touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fence {
    /// Project keys or ids.
    pub projects: BTreeSet<String>,
    /// Confluence space keys or ids.
    pub spaces: BTreeSet<String>,
    /// Assets schema ids or keys.
    pub schemas: BTreeSet<String>,
}

/// What a write needs besides `commit: true`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentMode {
    /// A previewed plan.
    Plan,
    /// Nothing more.
    Commit,
    /// A previewed plan to which a person agreed on the page.
    Approve,
}

/// Which tools are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// The core and the means to find the rest.
    Catalog,
    /// Every enabled tool.
    Full,
}

/// The organisation gate.
#[derive(Debug)]
pub struct OrgSettings {
    /// `GOJIRA_ORG_ID`.
    pub org_id: String,
    /// `GOJIRA_ORG_ADMIN_TOKEN`.
    pub token: Secret<String>,
    /// `GOJIRA_ORG_ADMIN_ACCOUNT_IDS`.
    pub accounts: BTreeSet<AccountId>,
}

/// Budgets.
#[derive(Debug, Clone, Copy)]
pub struct LimitSettings {
    /// `RATE_LIMIT_PER_USER`: calls a minute.
    pub per_user_per_min: u32,
    /// `GOJIRA_NEAR_LIMIT_EXTRA_DEDUCT`: calls deducted when Atlassian says that its limit is near.
    pub near_limit_extra: u32,
}

/// The journal.
#[derive(Debug, Clone, Copy)]
pub struct JournalSettings {
    /// `GOJIRA_OPERATION_JOURNAL_TTL_DAYS`.
    pub ttl: Duration,
}

/// Where audit records go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditTarget {
    /// Standard output.
    Stdout,
    /// A file, appended to.
    File(PathBuf),
}

/// The audit record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSettings {
    /// `GOJIRA_AUDIT_LOG_TARGET`.
    pub target: AuditTarget,
    /// `GOJIRA_ORG_ADMIN_AUDIT_LOG_TARGET`.
    pub org_target: Option<AuditTarget>,
}
