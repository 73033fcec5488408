//! The journal over a real store, and over one that fails.

mod fates;
mod listing;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::book::{Draft, Journal, JournalError};
use super::closing::Closing;
use super::entry::{Entry, Object, State};
use super::listing::{Filter, Place};
use super::recorded::Recorded;
use crate::auth::{Principal, Scopes};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, ClientId, OperationId};
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::catalog::fixture::TOOL;
use crate::config::ConsentMode;
use crate::consent::{Asked, Consent, Consented, Decision, Hold, Preview, Shown};
use crate::policy::{Policy, Rules};
use crate::seal::Ring;
use crate::store::gated::{Gate, Gated};
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;
use crate::store::{Step, Store, StoreError};

mod running;
mod stages;

const DAY: Duration = Duration::from_hours(24);

/// A pending entry.
pub(super) fn entry(id: &str) -> Entry {
    Entry {
        id: OperationId::new(id),
        account: AccountId::new("5b10:alice"),
        client: ClientId::new("client"),
        tool: "project_archive".to_owned(),
        tenant: None,
        target: None,
        arguments: Map::new(),
        requests: Vec::new(),
        stages: Vec::new(),
        before: json!(null),
        after: None,
        result: None,
        opened_at: Timestamp(0),
        closed_at: None,
        state: State::Pending,
        status: None,
        task: None,
        failure: None,
        reverts: None,
        reverted_by: None,
        change_set: None,
        intent: None,
        traces: None,
        lock: None,
        settled_by: None,
        looks: 0,
    }
}

/// Refuses every set of steps once it is told to.
#[derive(Debug, Default)]
struct Failing {
    broken: AtomicBool,
}

#[async_trait]
impl Gate for Failing {
    async fn pass(&self, _: &[Step]) -> Result<(), StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::backend(std::io::Error::other("disk full")));
        }
        Ok(())
    }
}

struct Desk {
    store: Arc<Gated<Failing>>,
    clock: HeldClock,
    journal: Journal,
    consent: Consent,
    _dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = HeldClock::at(Timestamp(1_000_000));
        let store = SqliteStore::open(&dir.path().join("store"), Arc::new(clock.clone())).unwrap();
        let store = Arc::new(Gated {
            store: Arc::new(store),
            gate: Failing::default(),
        });
        let random = Arc::new(CountingRandom::default());
        let ring = Ring::new(Secret::new([7; 32]), Vec::new(), random.clone());
        let vault = Vault::new(store.clone(), Arc::new(ring));
        Self {
            store,
            clock,
            journal: Journal::new(vault.clone(), random.clone(), 30 * DAY),
            consent: Consent::new(vault, random, ConsentMode::Commit),
            _dir: dir,
        }
    }

    async fn consented(&self, account: &str, reverts: Option<&OperationId>) -> Consented {
        let principal = Principal {
            account: AccountId::new(account),
            client: ClientId::new("client"),
            scopes: Scopes::ALL,
            family: "family".to_owned(),
            name: None,
        };
        let rules = Rules {
            groups: [TOOL.group.to_owned()].into(),
            ..Rules::default()
        };
        let permitted = Policy::new(rules)
            .permit(&principal, &TOOL, Map::new())
            .unwrap();
        let preview = Preview {
            arguments: Map::new(),
            reverts: reverts.cloned(),
            overwrite: false,
            change_set: None,
            tenant: None,
            state: Value::Null,
            names: Vec::new(),
        };
        let asked = Asked {
            commit: true,
            plan_id: None,
        };
        match self
            .consent
            .settle(
                permitted,
                preview,
                std::future::ready(Shown::default()),
                &asked,
                &Hold::nothing(),
            )
            .await
            .unwrap()
        {
            Decision::Consented(consented) => consented,
            Decision::Preview { .. } => panic!("commit alone suffices in this mode"),
        }
    }

    async fn open(
        &self,
        account: &str,
        reverts: Option<&OperationId>,
    ) -> Result<Recorded, JournalError> {
        let draft = Draft {
            target: Some(Object {
                kind: "project".to_owned(),
                id: None,
            }),
            arguments: Map::new(),
            requests: Vec::new(),
            stages: Vec::new(),
            before: json!({"secret": "before"}),
            intent: None,
            traces: None,
            lock: None,
        };
        let consented = self.consented(account, reverts).await;
        self.journal.open(consented, draft).await
    }

    async fn state(&self, id: &OperationId) -> Entry {
        let account = AccountId::new("alice");
        self.journal.get(&account, id).await.unwrap().unwrap()
    }
}

fn applied() -> Closing {
    Closing {
        state: State::Applied,
        target_id: Some("10001".to_owned()),
        after: Some(json!({"id": "10001"})),
        result: None,
        status: Some(201),
        failure: None,
    }
}

fn failed() -> Closing {
    Closing::not_applied(State::Failed, &Fault::new(Code::Conflict, "no"))
}

#[tokio::test]
async fn an_entry_is_pending_before_and_has_the_created_id_after() {
    let desk = Desk::new();
    let recorded = desk.open("alice", None).await.unwrap();
    let id = recorded.operation_id().clone();
    assert_eq!(desk.state(&id).await.state, State::Pending);
    desk.clock.advance(Duration::from_secs(3));
    let due = async |moment| desk.journal.due(Timestamp(moment), 10).await.unwrap();
    assert_eq!(due(1_002_000).await.len(), 1);
    desk.journal.close(&recorded, applied()).await;
    let entry = desk.state(&id).await;
    assert_eq!(entry.state, State::Applied);
    assert_eq!(entry.target.unwrap().id.as_deref(), Some("10001"));
    assert_eq!(entry.closed_at, Some(Timestamp(1_003_000)));
    assert!(due(2_000_000).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_let_through() {
    let desk = Desk::new();
    let consented = desk.consented("alice", None).await;
    desk.store.gate.broken.store(true, Ordering::SeqCst);
    let draft = Draft {
        target: None,
        arguments: Map::new(),
        requests: Vec::new(),
        stages: Vec::new(),
        before: Value::Null,
        intent: None,
        traces: None,
        lock: None,
    };
    let opened = desk.journal.open(consented, draft).await;
    assert!(matches!(opened, Err(JournalError::Store(_))));
}

#[tokio::test(start_paused = true)]
async fn a_closing_that_fails_is_tried_again() {
    let desk = Desk::new();
    let recorded = desk.open("alice", None).await.unwrap();
    desk.store.gate.broken.store(true, Ordering::SeqCst);
    desk.journal.close(&recorded, applied()).await;
    let id = recorded.operation_id();
    assert_eq!(desk.state(id).await.state, State::Pending);
    desk.store.gate.broken.store(false, Ordering::SeqCst);
    desk.journal.drain(DAY).await;
    assert_eq!(desk.state(id).await.state, State::Applied);
}

#[tokio::test]
async fn an_entry_is_undone_once() {
    let desk = Desk::new();
    let first = desk.open("alice", None).await.unwrap();
    let id = first.operation_id().clone();
    let early = desk.open("alice", Some(&id)).await;
    assert!(matches!(
        early,
        Err(JournalError::NotRevertible {
            state: State::Pending,
            ..
        })
    ));
    desk.journal.close(&first, applied()).await;

    let undo = desk.open("alice", Some(&id)).await.unwrap();
    let second = desk.open("alice", Some(&id)).await;
    assert!(matches!(
        second,
        Err(JournalError::NotRevertible { by: Some(_), .. })
    ));
    desk.journal.close(&undo, applied()).await;
    let entry = desk.state(&id).await;
    assert_eq!(entry.state, State::Reverted);
    assert_eq!(entry.reverted_by.as_ref(), Some(undo.operation_id()));
    assert!(desk.open("alice", Some(&id)).await.is_err());
}

#[tokio::test]
async fn a_repeated_closing_writes_over_nothing_that_came_since() {
    let desk = Desk::new();
    let first = desk.open("alice", None).await.unwrap();
    let id = first.operation_id().clone();
    desk.journal.close(&first, applied()).await;
    let undo = desk.open("alice", Some(&id)).await.unwrap();
    desk.journal.close(&first, applied()).await;
    let claimed = desk.state(&id).await.reverted_by;
    assert_eq!(claimed.as_ref(), Some(undo.operation_id()));
    assert!(desk.open("alice", Some(&id)).await.is_err());
}

#[tokio::test]
async fn an_id_that_is_taken_is_not_let_through() {
    let desk = Desk::new();
    let draft = Draft {
        target: None,
        arguments: Map::new(),
        requests: Vec::new(),
        stages: Vec::new(),
        before: Value::Null,
        intent: None,
        traces: None,
        lock: None,
    };
    let mut opened = Vec::new();
    for _ in 0..2 {
        // Each journal counts from the start, so both choose one id.
        let random = Arc::new(CountingRandom::default());
        let journal = Journal::new(desk.journal.vault.clone(), random, 30 * DAY);
        let consented = desk.consented("alice", None).await;
        opened.push(journal.open(consented, draft.clone()).await);
    }
    assert!(opened[0].is_ok());
    assert!(matches!(opened[1], Err(JournalError::Taken(_))));
}

#[tokio::test]
async fn an_undo_that_failed_may_be_tried_again() {
    let desk = Desk::new();
    let first = desk.open("alice", None).await.unwrap();
    let id = first.operation_id().clone();
    desk.journal.close(&first, applied()).await;
    let undo = desk.open("alice", Some(&id)).await.unwrap();
    desk.journal.close(&undo, failed()).await;
    let entry = desk.state(&id).await;
    assert_eq!((entry.state, entry.reverted_by), (State::Applied, None));
    assert!(desk.open("alice", Some(&id)).await.is_ok());
}

#[tokio::test]
async fn an_undo_of_unknown_fate_may_be_tried_again() {
    let desk = Desk::new();
    let original = desk.open("alice", None).await.unwrap();
    let id = original.operation_id().clone();
    desk.journal.close(&original, applied()).await;
    let undo = desk.open("alice", Some(&id)).await.unwrap();
    assert!(desk.open("alice", Some(&id)).await.is_err());
    let lost = Closing {
        state: State::Unknown,
        ..failed()
    };
    desk.journal.close(&undo, lost).await;
    let again = desk.open("alice", Some(&id)).await.unwrap();
    desk.journal.close(&again, applied()).await;
    let entry = desk.state(&id).await;
    assert_eq!(entry.state, State::Reverted);
    assert_eq!(entry.reverted_by.as_ref(), Some(again.operation_id()));
}

#[tokio::test]
async fn everyone_sees_their_own_and_auditors_see_all() {
    let desk = Desk::new();
    let mine = desk.open("alice", None).await.unwrap();
    desk.clock.advance(Duration::from_secs(1));
    let yours = desk.open("bob", None).await.unwrap();
    desk.journal.close(&yours, failed()).await;
    let (alice, bob) = (AccountId::new("alice"), AccountId::new("bob"));
    let all = Filter {
        limit: 10,
        ..Filter::default()
    };
    let ids = |entries: Vec<Entry>| {
        entries
            .into_iter()
            .map(|entry| entry.id)
            .collect::<Vec<_>>()
    };
    let (mine, yours) = (mine.operation_id().clone(), yours.operation_id().clone());
    let list = |account| desk.journal.list(account, &all);
    assert_eq!(
        ids(list(Some(&alice)).await.unwrap()),
        std::slice::from_ref(&mine)
    );
    assert_eq!(
        ids(list(None).await.unwrap()),
        [yours.clone(), mine.clone()]
    );
    assert_eq!(desk.journal.get(&bob, &mine).await.unwrap(), None);
    assert!(desk.journal.get_of_any(&yours).await.unwrap().is_some());
    let failures = Filter {
        state: Some(State::Failed),
        ..all
    };
    assert_eq!(
        ids(desk.journal.list(None, &failures).await.unwrap()),
        [yours]
    );
}

#[tokio::test]
async fn nothing_there_and_not_known_are_told_apart() {
    let desk = Desk::new();
    for after in [None, Some(Value::Null), Some(json!({"id": 1}))] {
        let recorded = desk.open("alice", None).await.unwrap();
        let closing = Closing {
            after: after.clone(),
            ..applied()
        };
        desk.journal.close(&recorded, closing).await;
        assert_eq!(desk.state(recorded.operation_id()).await.after, after);
    }
}

#[tokio::test]
async fn entries_are_sealed() {
    let desk = Desk::new();
    desk.open("alice", None).await.unwrap();
    for (key, value) in desk.store.dump().await.unwrap().values {
        let text = String::from_utf8_lossy(&value);
        assert!(!text.contains("before"), "{key}");
    }
}
