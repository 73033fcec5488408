//! The tenant: one collection a kind, the clock handed in, and the ids of the site.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::collection::Collection;
use super::entropy::Entropy;
use super::kind::Kind;
use super::task::TaskFate;

/// The site that the sandbox is.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) site: String,
    pub(crate) cloud_id: String,
    pub(crate) org_id: String,
    pub(crate) workspace_id: String,
    pub(crate) entropy: Entropy,
    /// What becomes of the next tasks, in this order; those after them go as usual.
    pub(crate) ordered: VecDeque<TaskFate>,
    /// Milliseconds since 1970, set at the start of each request.
    pub(crate) now: i64,
    pub(super) collections: BTreeMap<Kind, Collection>,
}

impl Tenant {
    pub(crate) fn of(&self, kind: Kind) -> &Collection {
        static NONE: std::sync::OnceLock<Collection> = std::sync::OnceLock::new();
        self.collections
            .get(&kind)
            .unwrap_or_else(|| NONE.get_or_init(Collection::default))
    }

    pub(crate) fn of_mut(&mut self, kind: Kind) -> &mut Collection {
        self.collections.entry(kind).or_default()
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.of(kind).get(id)
    }

    /// The user with this account id.
    pub(crate) fn user(&self, account_id: &str) -> Option<&Value> {
        self.get(Kind::User, account_id)
    }

    /// The display name of an account, or the id where no such account is known.
    pub(crate) fn display_name<'a>(&'a self, account_id: &'a str) -> &'a str {
        self.user(account_id)
            .and_then(|u| u["displayName"].as_str())
            .unwrap_or(account_id)
    }

    pub(crate) fn is_site_admin(&self, account_id: &str) -> bool {
        self.user(account_id)
            .is_some_and(|u| u["siteAdmin"] == true)
    }
}
