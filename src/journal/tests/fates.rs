//! Whose word on the fate of a write counts, and how long its entry stays open.

use super::*;
use crate::journal::entry::SettledBy;
use crate::store::{Order, Span, keys};

#[tokio::test]
async fn an_unknown_entry_stays_open_until_its_fate_is_known() {
    let desk = Desk::new();
    let recorded = desk.open("alice", None).await.unwrap();
    let lost = Closing {
        state: State::Unknown,
        ..failed()
    };
    desk.journal.close(&recorded, lost).await;
    let open = async || {
        let span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: 10,
            order: Order::Ascending,
        };
        let members = desk.store.range(keys::JOURNAL_OPEN, span).await.unwrap();
        members.len()
    };
    assert_eq!(open().await, 1);
    desk.journal.close(&recorded, applied()).await;
    assert_eq!(open().await, 0);
}

#[tokio::test]
async fn a_late_sender_overrules_the_reconciler() {
    let desk = Desk::new();
    let recorded = desk.open("alice", None).await.unwrap();
    let id = recorded.operation_id();
    let reconciled = |state| {
        let mut entry = recorded.entry().clone();
        entry.state = state;
        entry.settled_by = Some(SettledBy::Reconciler);
        desk.journal.settle(entry)
    };
    reconciled(State::Unknown).await;
    reconciled(State::Failed).await;
    assert_eq!(desk.state(id).await.state, State::Failed);
    desk.journal.close(&recorded, applied()).await;
    let entry = desk.state(id).await;
    assert_eq!(entry.state, State::Applied);
    assert_eq!(entry.settled_by, Some(SettledBy::Sender));
    // What the sender saw is never doubted again.
    reconciled(State::Failed).await;
    assert_eq!(desk.state(id).await.state, State::Applied);
}

#[tokio::test]
async fn an_undo_that_was_called_failed_too_early_is_still_an_undo() {
    let desk = Desk::new();
    let first = desk.open("alice", None).await.unwrap();
    let id = first.operation_id().clone();
    desk.journal.close(&first, applied()).await;
    let undo = desk.open("alice", Some(&id)).await.unwrap();
    let mut entry = undo.entry().clone();
    entry.state = State::Failed;
    entry.settled_by = Some(SettledBy::Reconciler);
    desk.journal.settle(entry).await;
    assert_eq!(desk.state(&id).await.reverted_by, None);
    desk.journal.close(&undo, applied()).await;
    let entry = desk.state(&id).await;
    assert_eq!(entry.state, State::Reverted);
    assert_eq!(entry.reverted_by.as_ref(), Some(undo.operation_id()));
}
