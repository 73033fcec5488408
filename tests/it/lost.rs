//! Writes that go wrong on the way: nothing unrecorded leaves, and no fate is guessed.

use atlassian_sandbox::{Effect, Fault};
use serde_json::json;

use crate::chaos::{Disk, Trouble};
use crate::rig::{Choice, Rig};

fn fault(method: &str, path: &str, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times: 5,
        effect,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_sent() {
    let (disk, store) = Disk::wrap();
    let rig = Rig::with(Choice {
        store,
        ..Choice::default()
    })
    .await;
    disk().order(Some(Trouble::Putting("journal:", None)));
    let before = rig.sandbox.snapshot();
    let change = json!({"fieldId": "customfield_10033", "description": "x"});
    let (answer, failed) = rig.try_commit("custom_field_update", change).await;
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
    let (answer, failed) = rig.try_commit("custom_field_update", change).await;
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
    let (answer, failed) = rig.try_commit("custom_field_update", change).await;
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
    let (answer, failed) = rig.try_commit("filter_create", change).await;
    // Its answer was lost, and what it made is found.
    assert!(!failed, "{answer:#}");
    assert!(answer["note"].is_string(), "{answer:#}");
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
    let (answer, failed) = rig.try_commit("custom_field_update", change).await;
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
    let (answer, failed) = rig
        .try_commit("workflow_scheme_publish", json!({"schemeId": 10101}))
        .await;
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
