//! The store trait: the atomic steps that the server needs of a backend.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::base::clock::Timestamp;
use crate::seal::{OpenFault, SealError};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The backend cannot be reached or refused the step; nothing of it was done.
    #[error("the store did not answer")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value cannot be opened with any key of the ring. It is left as it is.
    #[error("value {key:?} does not open: {fault}")]
    Sealed {
        /// The store key.
        key: String,
        /// Whether a key is missing or the value is damaged.
        fault: OpenFault,
    },
    /// A stored value is not of the shape this version writes.
    #[error("value {key:?} has an unknown shape")]
    Shape {
        /// The store key.
        key: String,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The value could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl StoreError {
    /// Wraps a backend's own error.
    pub fn backend(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Backend(Box::new(source))
    }
}

/// How soon a write must be safe from a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk (or acknowledged as configured) before the call returns.
    Durable,
    /// May be lost with the machine, never half done.
    Relaxed,
}

/// What a key must hold for a set of steps to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// Exactly these bytes.
    Bytes(Vec<u8>),
}

/// One step of a set that is done whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Stop, and undo nothing, unless the key holds this.
    Expect {
        /// The key.
        key: String,
        /// What it must hold.
        value: Expected,
    },
    /// Set a value.
    Put {
        /// The key.
        key: String,
        /// The bytes.
        value: Vec<u8>,
        /// How long it lives; for ever without.
        ttl: Option<Duration>,
    },
    /// Set other bytes and keep the time at which they expire; stop, and undo nothing, when the
    /// key has no value.
    Replace {
        /// The key.
        key: String,
        /// The bytes.
        value: Vec<u8>,
    },
    /// Remove a value; nothing to remove is no fault.
    Delete {
        /// The key.
        key: String,
    },
    /// Put a member into an index, or move it to another score.
    Append {
        /// The index.
        index: String,
        /// Its place; times are in milliseconds.
        score: i64,
        /// The member.
        member: String,
        /// How long the index lives after this.
        ttl: Option<Duration>,
    },
    /// Take a member out of an index; nothing to take is no fault.
    Remove {
        /// The index.
        index: String,
        /// The member.
        member: String,
    },
}

/// Whether a set of steps was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// All of it.
    Done,
    /// None of it: an expectation did not hold.
    Refused,
}

/// Direction of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Lowest score first.
    Ascending,
    /// Highest score first.
    Descending,
}

/// A part of an index.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Lowest score, included.
    pub from: i64,
    /// Highest score, included.
    pub to: i64,
    /// Members to skip.
    pub offset: usize,
    /// Members to give at most.
    pub limit: usize,
    /// Direction.
    pub order: Order,
}

/// A member of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub score: i64,
    /// The member.
    pub member: String,
}

/// A token bucket: it holds at most `capacity` and refills evenly over `refill`.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Tokens in a full bucket.
    pub capacity: u32,
    /// Time from empty to full.
    pub refill: Duration,
}

/// The outcome of spending from a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spend {
    /// Spent; this many whole tokens are left.
    Spent {
        /// Whole tokens left.
        left: u32,
    },
    /// Not spent: there was not enough, and there will be after this long.
    Short {
        /// Time until the cost is there.
        wait: Duration,
    },
}

/// Everything live in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dump {
    /// Keys with their values.
    pub values: Vec<(String, Vec<u8>)>,
    /// Indexes with their members.
    pub members: Vec<(String, Entry)>,
    /// Names of the budgets that are not full.
    pub budgets: Vec<String>,
}

/// A backend. Every method is one atomic step; expired values are as if they were not there.
#[async_trait]
pub trait Store: Send + Sync + fmt::Debug {
    /// Answers when the backend does.
    async fn ping(&self) -> Result<(), StoreError>;

    /// The value of a key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The value of a key, which is gone afterwards: of two who take, one gets it.
    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Does all the steps, or none when an expectation does not hold. On return with
    /// [`Durability::Durable`] the steps survive a power cut.
    async fn apply(&self, durability: Durability, steps: Vec<Step>) -> Result<Applied, StoreError>;

    /// A part of an index.
    async fn range(&self, index: &str, span: Span) -> Result<Vec<Entry>, StoreError>;

    /// Spends from a bucket, which is full when it does not exist yet.
    async fn spend(&self, bucket: &str, budget: Budget, cost: u32) -> Result<Spend, StoreError>;

    /// Frees what has expired; gives how many values went.
    async fn sweep(&self) -> Result<u64, StoreError>;

    /// All that lives in it, for resealing and tests; in order of the keys.
    async fn dump(&self) -> Result<Dump, StoreError>;

    /// The moment by which expiry is judged.
    fn now(&self) -> Timestamp;
}
