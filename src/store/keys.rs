//! Every key shape of the store, in one place. `docs/STORAGE.md` has a row for each.
//!
//! Bearer-like values enter a key only as their SHA-256 digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a stored value is. Its name begins the key and is sealed into the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A registered OAuth client.
    Client,
    /// An authorization request that waits for consent.
    Authorization,
    /// A state sent to Atlassian.
    State,
    /// An authorization code of ours.
    Code,
    /// An access token of ours.
    AccessToken,
    /// A refresh token of ours.
    RefreshToken,
    /// The pair that a rotated refresh token gave, for the time of a race.
    RotatedPair,
    /// A token family.
    Family,
    /// A person's approval of a client.
    Approval,
    /// The moment at which a person took back what they had agreed to.
    Withdrawal,
    /// A browser session on our pages.
    Session,
    /// An Atlassian grant of a person.
    Grant,
    /// An Atlassian API token of a person.
    ApiToken,
    /// The site that a person acts on through one client.
    SiteChoice,
    /// A lease on an Atlassian refresh.
    Lease,
    /// A plan.
    Plan,
    /// A lock on what is being changed.
    Target,
    /// A journal entry.
    Journal,
    /// A job.
    Job,
    /// A change set.
    ChangeSet,
    /// The steps of a change set that are being carried out, by their plan.
    SetRun,
    /// A discovered fact of a tenant, e.g. its Assets workspace.
    Discovery,
    /// A mark that Atlassian's limit is near for a person.
    Pace,
}

impl Kind {
    /// All kinds, for the documentation test.
    pub const ALL: [Self; 23] = [
        Self::Client,
        Self::Authorization,
        Self::State,
        Self::Code,
        Self::AccessToken,
        Self::RefreshToken,
        Self::RotatedPair,
        Self::Family,
        Self::Approval,
        Self::Withdrawal,
        Self::Session,
        Self::Grant,
        Self::ApiToken,
        Self::SiteChoice,
        Self::Lease,
        Self::Plan,
        Self::Target,
        Self::Journal,
        Self::Job,
        Self::ChangeSet,
        Self::SetRun,
        Self::Discovery,
        Self::Pace,
    ];

    /// The prefix of its keys.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Authorization => "authz",
            Self::State => "state",
            Self::Code => "code",
            Self::AccessToken => "access",
            Self::RefreshToken => "refresh",
            Self::RotatedPair => "rotated",
            Self::Family => "family",
            Self::Approval => "approval",
            Self::Withdrawal => "withdrawn",
            Self::Session => "session",
            Self::Grant => "grant",
            Self::ApiToken => "apitoken",
            Self::SiteChoice => "site",
            Self::Lease => "lease",
            Self::Plan => "plan",
            Self::Target => "target",
            Self::Journal => "journal",
            Self::Job => "job",
            Self::ChangeSet => "changeset",
            Self::SetRun => "setrun",
            Self::Discovery => "discovery",
            Self::Pace => "pace",
        }
    }
}

/// A key of a sealed value: what it is, which one, and whose.
///
/// All three are sealed into the value, so that it opens under no other key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    kind: Kind,
    id: String,
    owner: String,
}

impl Key {
    /// A key of something that belongs to `owner` (an account or client id; empty when to nobody).
    pub fn new(kind: Kind, id: impl Into<String>, owner: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            owner: owner.into(),
        }
    }

    /// A key under the digest of a bearer-like value.
    pub fn of_secret(kind: Kind, secret: &str) -> Self {
        Self::new(kind, digest(secret), "")
    }

    /// What it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The key as the store knows it: `kind:{owner}:id`, or `kind:{id}` without an owner. The part
    /// in braces is the hash tag of a Redis Cluster.
    pub fn text(&self) -> String {
        let prefix = self.kind.prefix();
        if self.owner.is_empty() {
            format!("{prefix}:{{{}}}", self.id)
        } else {
            format!("{prefix}:{{{}}}:{}", self.owner, self.id)
        }
    }
}

/// Index of a person's journal entries, by time.
pub fn journal_index(account: &str) -> String {
    format!("idx:journal:{{{account}}}")
}

/// Index of the journal entries of a person's change set, by time.
pub fn journal_set_index(account: &str, set: &str) -> String {
    format!("idx:journal-set:{{{account}}}:{set}")
}

/// Index of a person's plans that can be committed, by the time at which they expire.
pub fn plan_index(account: &str) -> String {
    format!("idx:plan:{{{account}}}")
}

/// Index of all journal entries, by time, for auditors.
pub const JOURNAL_ALL: &str = "idx:journal:all";

/// Index of journal entries that are not closed, by time.
pub const JOURNAL_OPEN: &str = "idx:journal:open";

/// Index of a person's jobs that go on, by the time they were begun.
pub fn job_index(account: &str) -> String {
    format!("idx:job:{{{account}}}")
}

/// Index of all jobs that go on, by the moment at which they are looked at next.
pub const JOB_OPEN: &str = "idx:job:open";

/// Index of a person's change sets, by the time they were started.
pub fn change_set_index(account: &str) -> String {
    format!("idx:changeset:{{{account}}}")
}

/// Index of a person's approvals of clients, by the time of consent.
pub fn approval_index(account: &str) -> String {
    format!("idx:approval:{{{account}}}")
}

/// Index of a person's token families, by time of sign-in.
pub fn family_index(account: &str) -> String {
    format!("idx:family:{{{account}}}")
}

/// Index of a person's API tokens and site choices, so that all of them can be found and forgotten.
pub fn credential_index(account: &str) -> String {
    format!("idx:credential:{{{account}}}")
}

/// Budget of an account.
pub fn account_bucket(account: &str) -> String {
    format!("bucket:account:{{{account}}}")
}

/// Budget of a site.
pub fn tenant_bucket(cloud_id: &str) -> String {
    format!("bucket:tenant:{{{cloud_id}}}")
}

/// Budget of looks that nobody asked for, of an account or a site.
pub fn unasked_bucket(of: &str) -> String {
    format!("bucket:unasked:{{{of}}}")
}

/// Budget of registrations from one address.
pub fn register_bucket(address: &str) -> String {
    format!("bucket:register:{{{address}}}")
}

/// Budget of registrations in total.
pub const REGISTER_TOTAL_BUCKET: &str = "bucket:register:total";

/// Budget of fetches of client id metadata documents.
pub const DOCUMENT_BUCKET: &str = "bucket:document:total";

/// Budget of audit records of refused bearers.
pub const REFUSED_BUCKET: &str = "bucket:refused:total";

/// SHA-256 of a bearer-like value, as unpadded base64url.
pub fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
