//! A store behind a gate, for unit tests of what happens when a write fails or must wait.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::steps::{
    Applied, Budget, Dump, Durability, Entry, Span, Spend, Step, Store, StoreError,
};
use crate::base::clock::Timestamp;

/// Lets sets of steps through, or fails them.
#[async_trait]
pub(crate) trait Gate: Send + Sync + fmt::Debug {
    /// Returns when the steps may be done; an error is what the caller gets instead.
    async fn pass(&self, steps: &[Step]) -> Result<(), StoreError>;
}

/// A store of which every set of steps must pass a gate, and nothing else.
#[derive(Debug)]
pub(crate) struct Gated<G> {
    /// The store behind.
    pub(crate) store: Arc<dyn Store>,
    /// The gate.
    pub(crate) gate: G,
}

#[async_trait]
impl<G: Gate> Store for Gated<G> {
    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(key).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.take(key).await
    }

    async fn apply(&self, durability: Durability, steps: Vec<Step>) -> Result<Applied, StoreError> {
        self.gate.pass(&steps).await?;
        self.store.apply(durability, steps).await
    }

    async fn range(&self, index: &str, span: Span) -> Result<Vec<Entry>, StoreError> {
        self.store.range(index, span).await
    }

    async fn spend(&self, bucket: &str, budget: Budget, cost: u32) -> Result<Spend, StoreError> {
        self.store.spend(bucket, budget, cost).await
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        self.store.sweep().await
    }

    async fn dump(&self) -> Result<Dump, StoreError> {
        self.store.dump().await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }
}
