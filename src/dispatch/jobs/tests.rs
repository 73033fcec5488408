//! Jobs over a real store.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::base::clock::HeldClock;
use crate::base::ids::OperationId;
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;
use crate::store::sqlite::SqliteStore;

struct Desk {
    jobs: Jobs,
    clock: HeldClock,
    _dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = HeldClock::at(Timestamp(1_000_000));
        let store = SqliteStore::open(&dir.path().join("store"), Arc::new(clock.clone())).unwrap();
        let random = Arc::new(CountingRandom::default());
        let ring = Ring::new(Secret::new([7; 32]), Vec::new(), random.clone());
        Self {
            jobs: Jobs::new(Vault::new(Arc::new(store), Arc::new(ring)), random),
            clock,
            _dir: dir,
        }
    }
}

fn job(task: &str, made_at: Timestamp) -> Job {
    let work = Work::Task {
        style: "jira".to_owned(),
        task: task.to_owned(),
    };
    Job::begun(
        Some(OperationId::new("op")),
        "custom_field_delete".to_owned(),
        work,
        made_at,
    )
}

#[test]
fn a_job_of_an_earlier_version_is_read() {
    let old =
        json!({"operation_id": "op_1", "tool": "space_delete", "style": "confluence", "task": "7"});
    let job: Job = serde_json::from_value(old).unwrap();
    let work = Work::Task {
        style: "confluence".to_owned(),
        task: "7".to_owned(),
    };
    assert_eq!((job.work, job.ended), (work, None));
    let set = Job::begun(
        None,
        "change_set_apply".to_owned(),
        Work::Set {
            change_set: ChangeSetId::new("set_1"),
            plan: PlanId::new("plan_1"),
        },
        Timestamp(1),
    );
    let text = serde_json::to_string(&set).unwrap();
    assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), set);
}

#[tokio::test]
async fn a_job_is_due_until_it_has_ended_and_its_end_is_noted_once() {
    let desk = Desk::new();
    let (jobs, alice) = (&desk.jobs, AccountId::new("alice"));
    let first = jobs.keep(&alice, &job("1", Timestamp(10))).await.unwrap();
    let second = jobs.keep(&alice, &job("2", Timestamp(20))).await.unwrap();
    let due = async |moment| -> Vec<JobId> {
        let due = jobs.due(Timestamp(moment), 10).await.unwrap();
        due.into_iter().map(|(_, id)| id).collect()
    };
    assert_eq!(due(15).await, std::slice::from_ref(&first));
    jobs.later(&alice, &first, Timestamp(30)).await.unwrap();
    assert_eq!(due(40).await, [second.clone(), first.clone()]);
    let ended = |how| Ended {
        at: Timestamp(50),
        how,
    };
    jobs.end(&alice, &first, ended(How::Succeeded))
        .await
        .unwrap();
    jobs.end(&alice, &first, ended(How::Failed)).await.unwrap();
    let found = jobs.get(&alice, &first).await.unwrap().unwrap();
    assert_eq!(found.ended, Some(ended(How::Succeeded)));
    assert_eq!(due(99).await, std::slice::from_ref(&second));
    let (open, next) = jobs.open(&alice, None, 10).await.unwrap();
    assert_eq!((open.len(), &open[0].0, next), (1, &second, None));
    assert_eq!(
        jobs.get(&AccountId::new("bob"), &second).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn one_replica_looks_at_a_time_and_a_lost_one_is_waited_for() {
    let desk = Desk::new();
    let (jobs, alice) = (&desk.jobs, AccountId::new("alice"));
    let id = jobs.keep(&alice, &job("1", Timestamp(10))).await.unwrap();
    assert!(jobs.claim(&alice, &id).await.unwrap());
    assert!(!jobs.claim(&alice, &id).await.unwrap());
    jobs.release(&alice, &id).await.unwrap();
    assert!(jobs.claim(&alice, &id).await.unwrap());
    // The one that holds it goes away without giving it back.
    desk.clock.advance(Duration::from_secs(61));
    assert!(jobs.claim(&alice, &id).await.unwrap());
}

#[tokio::test]
async fn open_jobs_are_listed_newest_first_by_pages() {
    let desk = Desk::new();
    let (jobs, alice) = (&desk.jobs, AccountId::new("alice"));
    for at in 1..=5 {
        let task = at.to_string();
        jobs.keep(&alice, &job(&task, Timestamp(at))).await.unwrap();
    }
    let mut tasks = Vec::new();
    let mut after = None;
    loop {
        let (page, next) = jobs.open(&alice, after.as_ref(), 2).await.unwrap();
        tasks.extend(page.iter().map(|(_, job)| job.made_at.0));
        // What begins while somebody turns the pages, and what ends, moves none of the others.
        let begun = Timestamp(10 + i64::try_from(tasks.len()).unwrap());
        jobs.keep(&alice, &job("new", begun)).await.unwrap();
        let ended = Ended {
            at: begun,
            how: How::Succeeded,
        };
        for (id, _) in page {
            jobs.end(&alice, &id, ended).await.unwrap();
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(tasks, [5, 4, 3, 2, 1]);
}
