//! The store of a server that is going to die: right after one of its records of a write, it
//! reaches nothing any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gojira_mcp::base::clock::Timestamp;
use gojira_mcp::store::{
    Applied, Budget, Dump, Durability, Entry, Span, Spend, Step, Store, StoreError,
};

/// A store that is gone once so many records of operations were put into it.
#[derive(Debug)]
pub(super) struct Mortal {
    store: Arc<dyn Store>,
    left: AtomicUsize,
}

impl Mortal {
    pub(super) fn after(records: usize, store: Arc<dyn Store>) -> Self {
        let left = AtomicUsize::new(records);
        Self { store, left }
    }

    fn alive(&self) -> Result<&dyn Store, StoreError> {
        if self.left.load(Ordering::SeqCst) == 0 {
            return Err(StoreError::backend(std::io::Error::other(
                "the server died",
            )));
        }
        Ok(&*self.store)
    }
}

#[async_trait]
impl Store for Mortal {
    async fn ping(&self) -> Result<(), StoreError> {
        self.alive()?.ping().await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.alive()?.get(key).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.alive()?.take(key).await
    }

    async fn apply(&self, durability: Durability, steps: Vec<Step>) -> Result<Applied, StoreError> {
        let records =
            |step: &Step| matches!(step, Step::Put { key, .. } if key.starts_with("journal:"));
        let record = steps.iter().any(records);
        let applied = self.alive()?.apply(durability, steps).await;
        if record {
            self.left.fetch_sub(1, Ordering::SeqCst);
        }
        applied
    }

    async fn range(&self, index: &str, span: Span) -> Result<Vec<Entry>, StoreError> {
        self.alive()?.range(index, span).await
    }

    async fn spend(&self, bucket: &str, budget: Budget, cost: u32) -> Result<Spend, StoreError> {
        self.alive()?.spend(bucket, budget, cost).await
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        self.alive()?.sweep().await
    }

    async fn dump(&self) -> Result<Dump, StoreError> {
        self.alive()?.dump().await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }
}
