//! Everything that a call passes through, held together.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::jobs::Jobs;
use super::sets::Runs;
use super::turn::Handler;
use crate::audit::Audit;
use crate::auth::{AuthServer, Principal};
use crate::base::clock::SharedClock;
use crate::base::ids::{AccountId, CloudId};
use crate::base::pause::SharedPause;
use crate::base::random::SharedRandom;
use crate::catalog;
use crate::catalog::model::Tool;
use crate::change_sets::ChangeSets;
use crate::config::Surface;
use crate::consent::Consent;
use crate::grants::Grants;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::store::vault::Vault;
use crate::upstream::Upstream;

/// What a dispatcher is made of.
pub struct Parts {
    /// Who may call what.
    pub policy: Policy,
    /// How often.
    pub limits: Limits,
    /// Whether their sign-in still stands.
    pub auth: Arc<AuthServer>,
    /// With which credential.
    pub grants: Arc<Grants>,
    /// Over which line.
    pub upstream: Upstream,
    /// Plans.
    pub consent: Consent,
    /// The write-ahead record.
    pub journal: Journal,
    /// Changes that belong together.
    pub change_sets: ChangeSets,
    /// Work that outlives its call.
    pub jobs: Jobs,
    /// The record for others.
    pub audit: Audit,
    /// The hand-written tools by the name that the catalogue gives them.
    pub handlers: fn(&str) -> Option<Handler>,
    /// The store, for the health of the server.
    pub vault: Vault,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub random: SharedRandom,
    /// The organisation of the settings.
    pub org_id: Option<String>,
    /// The accounts that may read everyone's journal.
    pub auditors: BTreeSet<AccountId>,
    /// Which tools are listed; chosen by their number when unset.
    pub surface: Option<Surface>,
    /// How a person who is on their way to a page is waited for.
    pub pause: SharedPause,
    /// Where the pages for people are, without a trailing slash.
    pub pages_url: String,
    /// The site this server is pinned to, for its budget.
    pub pin: Option<CloudId>,
}

/// Takes calls. Cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    parts: Arc<Parts>,
    /// Writes on their way, which outlive a client that goes away.
    writes: TaskTracker,
    /// The runs of change sets that this process carries out.
    runs: Runs,
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher").finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// A dispatcher of these parts.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            writes: TaskTracker::new(),
            runs: Runs::default(),
        }
    }

    /// Its parts, for the hand-written tools.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The writes on their way.
    pub(super) const fn writes(&self) -> &TaskTracker {
        &self.writes
    }

    /// The runs of change sets that this process carries out.
    pub(super) const fn runs(&self) -> &Runs {
        &self.runs
    }

    /// Every tool this caller may call, in the order of the catalogue.
    pub fn callable(&self, principal: &Principal) -> Vec<&'static Tool> {
        catalog::tools()
            .iter()
            .filter(|tool| self.parts.policy.visible(principal, tool))
            .collect()
    }

    /// The tools that are listed for this caller: all, or the core when there are many.
    pub fn listed(&self, principal: &Principal) -> Vec<&'static Tool> {
        catalog::surface::listed(self.parts.surface, self.callable(principal))
    }
}
