//! Writes that go wrong on the way: nothing unrecorded leaves, and no fate is guessed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use atlassian_sandbox::{Effect, Fault};
use gojira_mcp::base::clock::Timestamp;
use gojira_mcp::store::{
    Applied, Budget, Dump, Durability, Entry, Span, Spend, Step, Store, StoreError,
};
use serde_json::{Value, json};

use crate::rig::{Choice, Rig};

/// A store that cannot write a journal entry whenever `breaks` says so.
pub(crate) struct Broken {
    pub(crate) store: Arc<dyn Store>,
    /// Asked at each entry that is written.
    pub(crate) breaks: Box<dyn Fn() -> bool + Send + Sync>,
}

impl std::fmt::Debug for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broken").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Broken {
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
        if steps.iter().any(journal) && (self.breaks)() {
            return Err(StoreError::backend(std::io::Error::other("disk full")));
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

fn fault(method: &str, path: &str, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times: 5,
        effect,
    }
}

/// Previews a change and commits it; the answer of the commit, and whether it is a failure.
async fn try_commit(rig: &Rig, name: &str, mut arguments: Value) -> (Value, bool) {
    let dry = rig.ok(name, arguments.clone()).await;
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    rig.call(name, arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_sent() {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = broken.clone();
    let rig = Rig::with(Choice {
        store: Box::new(move |store| {
            Arc::new(Broken {
                store,
                breaks: Box::new(move || switch.load(Ordering::SeqCst)),
            })
        }),
        ..Choice::default()
    })
    .await;
    broken.store(true, Ordering::SeqCst);
    let before = rig.sandbox.snapshot();
    let change = json!({"fieldId": "customfield_10033", "description": "x"});
    let (answer, failed) = try_commit(&rig, "custom_field_update", change).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["code"], "UNEXPECTED_ERROR");
    assert_eq!(rig.sandbox.snapshot(), before);
    let sent = rig.sandbox.requests();
    assert!(sent.iter().all(|request| request.method != "PUT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_made_good_by_reading() {
    let rig = Rig::new().await;
    let path = "/rest/api/3/field/customfield_10033";
    rig.sandbox.fault(fault("PUT", path, Effect::DropAfter));
    let change = json!({"fieldId": "customfield_10033", "description": "arrived"});
    let (answer, failed) = try_commit(&rig, "custom_field_update", change).await;
    assert!(!failed, "{answer:#}");
    assert!(answer["note"].is_string(), "{answer:#}");
    let get = json!({"operation_id": answer["operation_id"]});
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_may_yet_arrive_is_unknown_and_not_failed() {
    let rig = Rig::new().await;
    let path = "/rest/api/3/field/customfield_10033";
    rig.sandbox.fault(fault("PUT", path, Effect::Drop));
    let change = json!({"fieldId": "customfield_10033", "description": "never arrived"});
    let (answer, failed) = try_commit(&rig, "custom_field_update", change).await;
    assert!(failed, "{answer:#}");
    let error = &answer["error"];
    assert_eq!(error["code"], "UPSTREAM_UNAVAILABLE");
    assert_eq!(error["details"]["state"], "unknown");
    let get = json!({"operation_id": error["details"]["operation_id"]});
    let entry = rig.ok("operation_get", get.clone()).await;
    assert_eq!(entry["result"]["state"], "unknown");
    assert_eq!(rig.refused("operation_revert", get).await, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_never_sent_twice() {
    let rig = Rig::new().await;
    rig.sandbox
        .fault(fault("POST", "/rest/api/3/filter", Effect::DropAfter));
    let change = json!({"name": "Once", "jql": "project = PORT"});
    let (answer, failed) = try_commit(&rig, "filter_create", change).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown");
    let sent = rig.sandbox.requests();
    let posts = sent
        .iter()
        .filter(|request| request.method == "POST" && request.path.ends_with("/rest/api/3/filter"));
    assert_eq!(posts.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_is_failed_and_keeps_its_plan_from_being_used_again() {
    let rig = Rig::new().await;
    let path = "/rest/api/3/field/customfield_10033";
    rig.sandbox.fault(Fault {
        times: 1,
        ..fault("PUT", path, Effect::status(403))
    });
    let change = json!({"fieldId": "customfield_10033", "description": "refused"});
    let (answer, failed) = try_commit(&rig, "custom_field_update", change).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["code"], "INSUFFICIENT_PERMISSIONS");
    let get = json!({"operation_id": answer["error"]["details"]["operation_id"]});
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_on_has_a_job_that_ends() {
    let rig = Rig::new().await;
    // The task cannot be looked at while the call lasts.
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("GET", "/rest/api/3/task/", Effect::status(404))
    });
    let (answer, failed) =
        try_commit(&rig, "workflow_scheme_publish", json!({"schemeId": 10101})).await;
    assert!(!failed, "{answer:#}");
    let job = json!({"job_id": answer["job_id"]});
    let get = json!({"operation_id": answer["operation_id"]});
    let mut states = Vec::new();
    for _ in 0..6 {
        let looked = rig.call("job_get", job.clone()).await.0;
        states.push(looked["result"]["state"].clone());
        if states.last() == Some(&json!("succeeded")) {
            break;
        }
        let entry = rig.ok("operation_get", get.clone()).await;
        assert_eq!(entry["result"]["state"], "pending");
    }
    assert_eq!(states.last(), Some(&json!("succeeded")), "{states:?}");
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "applied");
}
