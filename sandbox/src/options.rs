//! How a sandbox is started.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::spec::document::Documents;

/// How a sandbox is started.
#[derive(Clone)]
pub struct Options {
    /// Loopback port; 0 takes a free one.
    pub port: u16,
    /// The clock, milliseconds since 1970. It governs expiry, rate windows and long-running tasks.
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// How long every answer is held back.
    pub delay: Duration,
    /// Makes ids and secrets: the same seed gives the same ones.
    pub seed: u64,
    /// E-mail or account id of a user who agrees to every consent without being shown the page.
    pub auto_approve: Option<String>,
    /// Scopes added to the OAuth app; all that the documents know when absent.
    pub app_scopes: Option<BTreeSet<String>>,
    /// Whether some of the people reach a second site, too.
    pub second_site: bool,
    /// Requests that each caller may make in a minute.
    pub rate_per_minute: u32,
}

impl Options {
    /// A free port, no delay, one site, all scopes, a generous rate.
    pub fn new(now: Arc<dyn Fn() -> i64 + Send + Sync>) -> Self {
        Self {
            port: 0,
            now,
            delay: Duration::ZERO,
            seed: 1,
            auto_approve: None,
            app_scopes: None,
            second_site: false,
            rate_per_minute: 100_000,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("port", &self.port)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// Every scope that the documents of users' own APIs know.
pub(crate) fn all_scopes(documents: &Documents) -> BTreeSet<String> {
    let base = ["offline_access", "read:me", "read:account"].map(str::to_owned);
    let classic = [
        "read:jira-work",
        "write:jira-work",
        "read:jira-user",
        "manage:jira-project",
        "manage:jira-configuration",
        "read:servicedesk-request",
        "write:servicedesk-request",
        "manage:servicedesk-customer",
    ]
    .map(str::to_owned);
    let documented = documents
        .operations()
        .iter()
        .filter(|o| !o.api.starts_with("admin-"))
        .flat_map(|o| o.scopes.iter().chain(&o.granular).cloned());
    base.into_iter().chain(classic).chain(documented).collect()
}
