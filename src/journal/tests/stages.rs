//! The stages of a write of several requests.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::{Desk, applied, failed};
use crate::journal::{Draft, Entry, JournalError, Recorded, Stage, StageState};

async fn open(desk: &Desk) -> Recorded {
    let mut stages = vec![Stage::planned("disable"), Stage::planned("delete")];
    stages[0].state = StageState::Sent;
    let draft = Draft {
        target: None,
        arguments: serde_json::Map::new(),
        requests: Vec::new(),
        stages,
        before: Value::Null,
        intent: None,
        traces: None,
        lock: None,
    };
    let consented = desk.consented("alice", None).await;
    desk.journal.open(consented, draft).await.unwrap()
}

fn states(entry: &Entry) -> Vec<StageState> {
    entry.stages.iter().map(|stage| stage.state).collect()
}

#[tokio::test]
async fn how_far_a_write_is_stands_in_the_store_before_the_next_request() {
    let desk = Desk::new();
    let mut recorded = open(&desk).await;
    let id = recorded.operation_id().clone();
    let [first, second] = [0, 1].map(|at| recorded.entry().stages[at].clone());
    recorded.note(0, first.applied(200, json!({"ok": true})));
    assert_eq!(
        states(&desk.state(&id).await),
        [StageState::Sent, StageState::Planned],
        "what is only noted is not in the store"
    );
    let sent = second.at(StageState::Sent);
    desk.journal.advance(&mut recorded, 1, sent).await.unwrap();
    let entry = desk.state(&id).await;
    assert_eq!(states(&entry), [StageState::Applied, StageState::Sent]);
    assert_eq!(entry.stages[0].result, Some(json!({"ok": true})));
    desk.journal.close(&recorded, applied()).await;
    assert_eq!(
        states(&desk.state(&id).await),
        [StageState::Applied, StageState::Applied]
    );
}

#[tokio::test]
async fn a_stage_that_cannot_be_recorded_or_is_too_late_is_refused() {
    let desk = Desk::new();
    let mut recorded = open(&desk).await;
    let sent = recorded.entry().stages[1].at(StageState::Sent);
    desk.store.gate.broken.store(true, Ordering::SeqCst);
    let refused = desk.journal.advance(&mut recorded, 1, sent.clone()).await;
    assert!(matches!(refused, Err(JournalError::Store(_))));
    desk.store.gate.broken.store(false, Ordering::SeqCst);
    desk.journal.close(&recorded, failed()).await;
    let refused = desk.journal.advance(&mut recorded, 1, sent).await;
    assert!(matches!(refused, Err(JournalError::Closed(_))));
}
