//! Entries of work that goes on at Atlassian.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::{Desk, applied, failed};
use crate::base::ids::{AccountId, JobId};
use crate::journal::{JournalError, State, TaskRef};
use crate::store::keys::{Key, Kind};

fn task() -> TaskRef {
    TaskRef {
        style: "jira".to_owned(),
        id: "10010".to_owned(),
        job: JobId::new("job_1"),
    }
}

#[tokio::test]
async fn the_task_and_its_job_are_kept_together_or_not_at_all() {
    let desk = Desk::new();
    let mut recorded = desk.open("alice", None).await.unwrap();
    let id = recorded.operation_id().clone();
    let beside = Key::new(Kind::Job, "job_1", AccountId::new("alice").as_str());
    let vault = desk.journal.vault.clone();
    let steps = vec![vault.put_step(&beside, &json!("the job"), None).unwrap()];
    desk.store.broken.store(true, Ordering::SeqCst);
    let refused = desk.journal.run_on(&mut recorded, 303, task(), &steps);
    assert!(matches!(refused.await, Err(JournalError::Store(_))));
    desk.store.broken.store(false, Ordering::SeqCst);
    assert_eq!(desk.state(&id).await.task, None);
    assert_eq!(recorded.entry().task, None);

    let kept = desk.journal.run_on(&mut recorded, 303, task(), &steps);
    kept.await.unwrap();
    let entry = desk.state(&id).await;
    assert_eq!((entry.state, entry.status), (State::Pending, Some(303)));
    assert_eq!(entry.task, Some(task()));
    let job: Option<String> = vault.get(&beside).await.unwrap();
    assert_eq!(job.as_deref(), Some("the job"));

    // A second time changes nothing, and the end keeps the task.
    let again = desk.journal.run_on(&mut recorded, 303, task(), &steps);
    again.await.unwrap();
    desk.journal.close(&recorded, applied()).await;
    let entry = desk.state(&id).await;
    assert_eq!((entry.state, entry.task), (State::Applied, Some(task())));
}

#[tokio::test]
async fn what_is_closed_does_not_run_on() {
    let desk = Desk::new();
    let mut recorded = desk.open("alice", None).await.unwrap();
    desk.journal.close(&recorded, failed()).await;
    let late = desk.journal.run_on(&mut recorded, 202, task(), &[]).await;
    assert!(matches!(late, Err(JournalError::Closed(_))));
}
