//! Work that goes on at Atlassian after it has answered: found, followed, ended.

use std::collections::BTreeSet;
use std::time::Duration;

use atlassian_sandbox::{Effect, Fault, TaskFate};
use gojira_mcp::base::ids::JobId;
use gojira_mcp::config::Fence;
use gojira_mcp::dispatch::jobs::Job;
use gojira_mcp::policy::Rules;
use serde_json::{Value, json};

use crate::rig::{Rig, everything};

const FIELD: &str = "customfield_10033";
const TASK: &str = "/rest/api/3/task/";

fn fault(method: &str, path: &str, times: u32, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times,
        effect,
    }
}

/// Deletes a field in a task that is still running when the call answers; gives the answer.
async fn begin(rig: &Rig) -> Value {
    rig.sandbox
        .fault(fault("GET", TASK, 1, Effect::status(404)));
    let (answer, failed) = rig
        .try_commit("custom_field_delete", json!({"fieldId": FIELD}))
        .await;
    assert!(!failed, "{answer:#}");
    assert!(answer["job_id"].is_string(), "{answer:#}");
    answer
}

async fn state(rig: &Rig, answer: &Value) -> Value {
    let id = json!({"operation_id": answer["operation_id"]});
    let entry = rig.ok("operation_get", id).await;
    entry["result"]["state"].clone()
}

fn job(answer: &Value) -> Value {
    json!({"job_id": answer["job_id"]})
}

/// How often tasks of Jira were looked at so far.
fn looks(rig: &Rig) -> usize {
    let requests = rig.sandbox.requests();
    let looks = requests
        .iter()
        .filter(|request| request.method == "GET" && request.path.contains(TASK));
    looks.count()
}

/// Asks for the job until it has ended; gives every word on the way.
async fn until_it_ends(rig: &Rig, answer: &Value) -> Vec<String> {
    let mut words = Vec::new();
    for _ in 0..6 {
        let looked = rig.ok("job_get", job(answer)).await;
        words.push(looked["result"]["state"].as_str().unwrap().to_owned());
        if words.last().is_some_and(|word| word != "running") {
            break;
        }
    }
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn a_202_without_a_task_is_unknown() {
    let rig = Rig::new().await;
    let path = format!("/rest/api/3/field/{FIELD}");
    let taken = Effect::Status {
        status: 202,
        headers: Vec::new(),
        body: Value::Null,
    };
    rig.sandbox.fault(fault("DELETE", &path, 1, taken));
    let (answer, failed) = rig
        .try_commit("custom_field_delete", json!({"fieldId": FIELD}))
        .await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "unknown", "{answer:#}");
    assert_eq!(state(&rig, details).await, "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_is_judged_by_its_target() {
    let rig = Rig::new().await;
    rig.sandbox.task(TaskFate::Fails("no room".to_owned()));
    let (answer, failed) = rig
        .try_commit("custom_field_delete", json!({"fieldId": FIELD}))
        .await;
    assert!(failed, "{answer:#}");
    let error = &answer["error"];
    assert!(error["message"].as_str().unwrap().contains("no room"));
    assert_eq!(error["details"]["state"], "failed", "{answer:#}");
    assert_eq!(error["details"]["found"], "the target is as it was");
    assert_eq!(state(&rig, &error["details"]).await, "failed");
    let open = rig.ok("job_get", json!({})).await;
    assert_eq!(open["result"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_nobody_asks_about_is_closed() {
    let rig = Rig::new().await;
    let answer = begin(&rig).await;
    assert_eq!(state(&rig, &answer).await, "pending");
    let open = rig.ok("job_get", json!({})).await;
    assert_eq!(open["result"][0]["job_id"], answer["job_id"], "{open:#}");
    let before = looks(&rig);
    rig.dispatcher.follow_jobs(10).await;
    assert_eq!(looks(&rig), before, "it is left to its call at first");
    rig.pass(Duration::from_mins(2));
    rig.dispatcher.follow_jobs(10).await;
    assert_eq!(state(&rig, &answer).await, "applied");
    let noted = rig.audit();
    let noted = noted.iter().find(|line| line["kind"] == "RECONCILED");
    assert_eq!(noted.unwrap()["operation_id"], answer["operation_id"]);
    let open = rig.ok("job_get", json!({})).await;
    assert_eq!(open["result"], json!([]));
    let after = looks(&rig);
    rig.pass(Duration::from_hours(1));
    rig.dispatcher.follow_jobs(10).await;
    let told = rig.ok("job_get", job(&answer)).await;
    assert_eq!(told["result"]["state"], "succeeded", "{told:#}");
    assert_eq!(looks(&rig), after, "what has ended is not looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_followed_by_another_replica() {
    let rig = Rig::new().await;
    let answer = begin(&rig).await;
    let (one, other) = (rig.under(everything()), rig.under(everything()));
    rig.pass(Duration::from_mins(2));
    let before = looks(&rig);
    tokio::join!(
        one.dispatcher.follow_jobs(10),
        other.dispatcher.follow_jobs(10)
    );
    assert_eq!(looks(&rig), before + 1, "both looked");
    assert_eq!(state(&other, &answer).await, "applied");
    let told = other.ok("job_get", job(&answer)).await;
    assert_eq!(told["result"]["state"], "succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_very_long_task_is_looked_at_ever_more_seldom() {
    let rig = Rig::new().await;
    rig.sandbox.task(TaskFate::Lasts(Duration::from_hours(6)));
    let answer = begin(&rig).await;
    let mut seen = 0;
    for _ in 0..6 * 60 {
        rig.pass(Duration::from_mins(1));
        let before = looks(&rig);
        rig.dispatcher.follow_jobs(10).await;
        seen += looks(&rig) - before;
    }
    assert!((20..60).contains(&seen), "{seen} looks in six hours");
    rig.pass(Duration::from_mins(20));
    rig.dispatcher.follow_jobs(10).await;
    assert_eq!(state(&rig, &answer).await, "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_is_gone_is_untold_and_its_target_decides() {
    let rig = Rig::new().await;
    let answer = begin(&rig).await;
    rig.sandbox
        .fault(fault("GET", TASK, 10, Effect::status(404)));
    rig.pass(Duration::from_mins(2));
    rig.dispatcher.follow_jobs(10).await;
    assert_eq!(state(&rig, &answer).await, "pending", "it may come yet");
    rig.pass(Duration::from_mins(20));
    rig.dispatcher.follow_jobs(10).await;
    let told = rig.ok("job_get", job(&answer)).await;
    assert_eq!(told["result"]["state"], "untold", "{told:#}");
    assert_eq!(state(&rig, &answer).await, "applied", "the field is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_task_is_not_called_applied() {
    let rig = Rig::new().await;
    rig.sandbox.task(TaskFate::Lasts(Duration::from_hours(6)));
    let answer = begin(&rig).await;
    rig.pass(Duration::from_hours(3));
    let running = rig.ok("job_get", job(&answer)).await;
    assert_eq!(running["result"]["cancellable"], true, "{running:#}");
    rig.ok("job_get", job(&answer)).await;
    let running = rig.ok("job_get", job(&answer)).await;
    assert_eq!(running["result"]["progress"], 0.5, "{running:#}");

    let dry = rig.ok("job_cancel", job(&answer)).await;
    assert_eq!(dry["result"]["dry_run"], true, "{dry:#}");
    assert_eq!(dry["result"]["patch"][0]["value"], "stopping", "{dry:#}");
    let plan = json!({"plan_id": dry["result"]["plan_id"]});
    let asked = rig.ok("apply_plan", plan).await;
    assert_eq!(state(&rig, &asked).await, "applied", "{asked:#}");
    let words = until_it_ends(&rig, &answer).await;
    assert_eq!(words.last().unwrap(), "cancelled", "{words:?}");
    assert_eq!(state(&rig, &answer).await, "failed");
    assert_eq!(rig.refused("job_cancel", job(&answer)).await, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_cancelled_says_so() {
    let rig = Rig::new().await;
    let gone = fault("GET", "/rest/api/longtask/", 1, Effect::status(404));
    rig.sandbox.fault(gone);
    let (answer, failed) = rig
        .try_commit("space_delete", json!({"spaceKey": "OLD"}))
        .await;
    assert!(!failed, "{answer:#}");
    let looked = rig.ok("job_get", job(&answer)).await;
    assert_eq!(looked["result"]["cancellable"], false, "{looked:#}");
    assert_eq!(rig.refused("job_cancel", job(&answer)).await, "UNAVAILABLE");
    let none = json!({"job_id": "job_of_nobody"});
    assert_eq!(rig.refused("job_cancel", none).await, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tool_cannot_be_followed_or_cancelled() {
    let rig = Rig::new().await;
    let answer = begin(&rig).await;
    rig.pass(Duration::from_mins(2));
    let disabled = rig.under(Rules {
        disabled_tools: BTreeSet::from(["custom_field_delete".to_owned()]),
        ..everything()
    });
    let refused = "INSUFFICIENT_PERMISSIONS";
    assert_eq!(disabled.refused("job_get", job(&answer)).await, refused);
    assert_eq!(disabled.refused("job_cancel", job(&answer)).await, refused);
    let open = disabled.ok("job_get", json!({})).await;
    assert_eq!(open["result"], json!([]));
    let before = looks(&rig);
    disabled.dispatcher.follow_jobs(10).await;
    assert_eq!(looks(&rig), before, "it was followed all the same");

    let fence = Fence {
        projects: BTreeSet::from(["PORT".to_owned()]),
        spaces: BTreeSet::new(),
        schemas: BTreeSet::new(),
    };
    for rules in [
        Rules {
            read_only: true,
            ..everything()
        },
        Rules {
            fence: Some(fence),
            ..everything()
        },
    ] {
        let rig = rig.under(rules);
        assert_eq!(rig.refused("job_cancel", job(&answer)).await, refused);
        rig.ok("job_get", job(&answer)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_jobs_are_listed_by_pages_to_their_owner() {
    let rig = Rig::new().await;
    let begun = begin(&rig).await;
    let jobs = &rig.dispatcher.parts().jobs;
    for at in 1..=4 {
        let job: Job = serde_json::from_value(json!({
            "operation_id": begun["operation_id"], "tool": "custom_field_delete",
            "style": "jira", "task": "1", "made_at": at,
        }))
        .unwrap();
        jobs.keep(&rig.principal.account, &job).await.unwrap();
    }
    let (mut found, mut page) = (Vec::new(), Value::Null);
    loop {
        let mut asked = json!({"limit": 2});
        if let Some(next) = page.as_str() {
            asked["page"] = json!(next);
        }
        let open = rig.ok("job_get", asked).await;
        for job in open["result"].as_array().unwrap() {
            found.push(JobId::new(job["job_id"].as_str().unwrap()));
        }
        page = open["page"]["next"].clone();
        if page.is_null() {
            break;
        }
    }
    assert_eq!(found.first().unwrap().as_str(), begun["job_id"]);
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 5, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_operation_is_followed_like_any_task() {
    let rig = Rig::new().await;
    let begun = begin(&rig).await;
    let task = rig
        .sandbox
        .delete_issues(rig.principal.account.as_str(), &["PORT-1"]);
    let kept: Job = serde_json::from_value(json!({
        "operation_id": begun["operation_id"], "tool": "custom_field_delete",
        "style": "jira_bulk", "task": task,
    }))
    .unwrap();
    let jobs = &rig.dispatcher.parts().jobs;
    let kept = jobs.keep(&rig.principal.account, &kept).await.unwrap();
    let words = until_it_ends(&rig, &json!({"job_id": kept})).await;
    assert_eq!(words, ["running", "running", "succeeded"]);
}
