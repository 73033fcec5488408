//! A store that fails, or stops for good, at a step of one's choice. It stands before the real one.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use gojira_mcp::base::clock::Timestamp;
use gojira_mcp::store::{
    Applied, Budget, Dump, Durability, Entry, Span, Spend, Step, Store, StoreError,
};
use tokio::sync::Notify;

use crate::rig::Wrap;

/// The side of a step on which something happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// It is not done.
    Before,
    /// It is done, and whoever asked for it is not told so.
    After,
}

/// What happens, and at which step. Steps are counted from 0, from when the trouble is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// One step fails.
    Once(usize, Edge),
    /// All steps from here on fail.
    From(usize),
    /// Whatever sets a value whose key begins so fails, or only the one at this place among them.
    Putting(&'static str, Option<usize>),
    /// Whatever sets a value whose key begins so for the time at this place, counted from 0, does not
    /// go on and is not done, until [`Disk::go_on`].
    HaltPutting(&'static str, usize),
    /// One step does not go on, until [`Disk::go_on`].
    Halt(usize, Edge),
}

/// A store in trouble.
#[derive(Debug)]
pub(crate) struct Disk {
    store: Arc<dyn Store>,
    orders: Mutex<Orders>,
    halted: Notify,
    go_on: Notify,
}

#[derive(Debug, Default)]
struct Orders {
    trouble: Option<Trouble>,
    /// For each step since then, whether it changes something.
    steps: Vec<bool>,
    /// How many of them set a value of the kind that is in trouble.
    sets: usize,
}

/// What a step comes to.
enum Fate {
    Done,
    Fails(Edge),
    Halts(Edge),
}

impl Disk {
    pub(crate) fn over(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            store,
            orders: Mutex::default(),
            halted: Notify::new(),
            go_on: Notify::new(),
        })
    }

    /// The way to put one before the store of a rig, and to get at it once the rig is there.
    pub(crate) fn wrap() -> (impl Fn() -> Arc<Self>, Wrap) {
        let slot = Arc::new(OnceLock::new());
        let made = Arc::clone(&slot);
        let wrap = move |store| -> Arc<dyn Store> {
            let disk = Self::over(store);
            made.set(Arc::clone(&disk)).unwrap();
            disk
        };
        let get = move || Arc::clone(slot.get().unwrap());
        (get, Box::new(wrap))
    }

    /// The store behind it, which is in no trouble.
    pub(crate) fn sound(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Orders trouble, or the end of it, and counts the steps anew. Gives of the steps so far
    /// whether they change something.
    pub(crate) fn order(&self, trouble: Option<Trouble>) -> Vec<bool> {
        let orders = Orders {
            trouble,
            ..Orders::default()
        };
        std::mem::replace(&mut *self.orders(), orders).steps
    }

    /// Returns once a step has halted.
    pub(crate) async fn halted(&self) {
        self.halted.notified().await;
    }

    /// Lets a step that has halted go on.
    pub(crate) fn go_on(&self) {
        self.go_on.notify_waiters();
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fate(&self, steps: Option<&[Step]>) -> Fate {
        let mut orders = self.orders();
        let at = orders.steps.len();
        orders.steps.push(steps.is_some());
        match orders.trouble {
            Some(Trouble::Once(which, edge)) if which == at => Fate::Fails(edge),
            Some(Trouble::From(first)) if first <= at => Fate::Fails(Edge::Before),
            Some(Trouble::Putting(prefix, which))
                if steps.is_some_and(|steps| puts(steps, prefix)) =>
            {
                orders.sets += 1;
                match which {
                    Some(which) if which + 1 != orders.sets => Fate::Done,
                    _ => Fate::Fails(Edge::Before),
                }
            }
            Some(Trouble::HaltPutting(prefix, which))
                if steps.is_some_and(|steps| puts(steps, prefix)) =>
            {
                orders.sets += 1;
                if which + 1 == orders.sets {
                    Fate::Halts(Edge::Before)
                } else {
                    Fate::Done
                }
            }
            Some(Trouble::Halt(which, edge)) if which == at => Fate::Halts(edge),
            _ => Fate::Done,
        }
    }

    /// Does a step as far as its fate lets it. `steps` are those of one that changes something.
    async fn meet<T: Send>(
        &self,
        steps: Option<&[Step]>,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        match self.fate(steps) {
            Fate::Done => work.await,
            Fate::Fails(Edge::Before) => Err(broken()),
            Fate::Fails(Edge::After) => {
                work.await?;
                Err(broken())
            }
            Fate::Halts(Edge::Before) => {
                self.halt().await;
                work.await
            }
            Fate::Halts(Edge::After) => {
                let done = work.await;
                self.halt().await;
                done
            }
        }
    }

    async fn halt(&self) {
        let released = self.go_on.notified();
        self.halted.notify_one();
        released.await;
    }
}

fn puts(steps: &[Step], prefix: &str) -> bool {
    let puts = |step: &Step| matches!(step, Step::Put { key, .. } if key.starts_with(prefix));
    steps.iter().any(puts)
}

fn broken() -> StoreError {
    StoreError::backend(std::io::Error::other("disk full"))
}

#[async_trait]
impl Store for Disk {
    async fn ping(&self) -> Result<(), StoreError> {
        self.meet(None, self.store.ping()).await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.meet(None, self.store.get(key)).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.meet(Some(&[]), self.store.take(key)).await
    }

    async fn apply(&self, durability: Durability, steps: Vec<Step>) -> Result<Applied, StoreError> {
        let work = self.store.apply(durability, steps.clone());
        self.meet(Some(&steps), work).await
    }

    async fn range(&self, index: &str, span: Span) -> Result<Vec<Entry>, StoreError> {
        self.meet(None, self.store.range(index, span)).await
    }

    async fn spend(&self, bucket: &str, budget: Budget, cost: u32) -> Result<Spend, StoreError> {
        let work = self.store.spend(bucket, budget, cost);
        self.meet(Some(&[]), work).await
    }

    async fn sweep(&self) -> Result<u64, StoreError> {
        self.meet(Some(&[]), self.store.sweep()).await
    }

    async fn dump(&self) -> Result<Dump, StoreError> {
        self.meet(None, self.store.dump()).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }
}
