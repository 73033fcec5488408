//! A server that can be stopped at a record of its journal, and let go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gojira_mcp::base::clock::Timestamp;
use gojira_mcp::dispatch::Invocation;
use gojira_mcp::store::{
    Applied, Budget, Dump, Durability, Entry, Span, Spend, Step, Store, StoreError,
};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::rig::{Choice, Rig};

/// A store at whose n-th record of an operation the server stops, for good or until it thaws.
#[derive(Debug)]
pub(super) struct Freezing {
    store: Arc<dyn Store>,
    ice: Arc<Ice>,
}

/// When to stop, and that it has stopped.
#[derive(Debug, Default)]
pub(super) struct Ice {
    /// Counts down to the record that is not written; zero for none.
    left: AtomicUsize,
    reached: Notify,
    thawed: Notify,
}

#[async_trait]
impl Store for Freezing {
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
        let journal =
            |step: &Step| matches!(step, Step::Put { key, .. } if key.starts_with("journal:"));
        if steps.iter().any(journal) {
            let count = |left: usize| left.checked_sub(1);
            let left = &self.ice.left;
            if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count) == Ok(1) {
                self.ice.reached.notify_one();
                self.ice.thawed.notified().await;
            }
        }
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

impl Ice {
    /// Stops at the n-th record from here on.
    pub(super) fn freeze(&self, nth: usize) {
        self.left.store(nth, Ordering::SeqCst);
    }

    /// Waits until the server has stopped.
    pub(super) async fn frozen(&self) {
        self.reached.notified().await;
    }

    /// Lets the server go on.
    pub(super) fn thaw(&self) {
        self.thawed.notify_one();
    }
}

/// A world whose server can be stopped at a record.
pub(super) async fn freezing() -> (Rig, Arc<Ice>) {
    let ice = Arc::new(Ice::default());
    let held = ice.clone();
    let rig = Rig::with(Choice {
        store: Box::new(move |store| Arc::new(Freezing { store, ice: held })),
        ..Choice::default()
    })
    .await;
    (rig, ice)
}

/// The server carries a plan out and stops at the n-th record.
pub(super) async fn carried_out_until(rig: &Rig, ice: &Ice, nth: usize, plan: &Value) {
    ice.freeze(nth);
    let (dispatcher, principal) = (rig.dispatcher.clone(), rig.principal.clone());
    let arguments = json!({"plan_id": plan["plan_id"]});
    let arguments = arguments.as_object().unwrap().clone();
    let call = tokio::spawn(async move {
        let invocation = Invocation {
            principal,
            name: "change_set_apply".to_owned(),
            arguments,
            cancel: CancellationToken::new(),
            asking: None,
            progress: None,
        };
        dispatcher.call(invocation).await
    });
    ice.frozen().await;
    call.abort();
}
