//! A rule is deleted: switched off first, and on again when it cannot be deleted.

use std::time::Duration;

use atlassian_sandbox::Effect;
use serde_json::{Value, json};

use super::{ALWAYS, entry, faults, few_at_once, order, sent, stages, take_back};
use crate::chaos::{Disk, Trouble};
use crate::rig::{Choice, Rig};

const PUT_STATE: (&str, &str) = ("PUT", "/state");
const DELETE: (&str, &str) = ("DELETE", "/rest/v1/rule/");

/// The first rule of the site, which is on.
async fn rule(rig: &Rig) -> Value {
    let rules = rig.ok("automation_rule_list", json!({})).await;
    let rule = &rules["result"][0];
    assert_eq!(rule["state"], "ENABLED");
    rule["uuid"].clone()
}

async fn state(rig: &Rig, rule: &Value) -> Value {
    let found = rig.ok("automation_rule_get", json!({"ruleId": rule})).await;
    found["result"]["rule"]["state"].clone()
}

async fn delete(rig: &Rig) -> (Value, Value, bool) {
    let rule = rule(rig).await;
    let (answer, failed) = rig
        .try_commit("automation_rule_delete", json!({"ruleId": rule}))
        .await;
    (rule, answer, failed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_on_is_switched_off_and_deleted() {
    let rig = Rig::new().await;
    let rule = rule(&rig).await;
    let arguments = json!({"ruleId": rule});
    let dry = rig.ok("automation_rule_delete", arguments.clone()).await;
    let requests = dry["result"]["requests"].as_array().unwrap();
    let steps: Vec<&Value> = requests.iter().map(|request| &request["step"]).collect();
    assert_eq!(steps, ["switch_off", "delete"]);
    assert_eq!(requests[0]["body"], json!({"value": "DISABLED"}));
    assert_eq!(requests[0]["taken_back_by"], "automation:updateRuleState");
    let done = rig.commit("automation_rule_delete", arguments).await;
    let entry = entry(&rig, &done).await;
    assert_eq!(
        stages(&entry),
        [("switch_off", "applied"), ("delete", "applied")]
    );
    assert_eq!(entry["state"], "applied");
    let gone = json!({"ruleId": rule});
    assert_eq!(rig.refused("automation_rule_get", gone).await, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_off_takes_one_request() {
    let rig = Rig::new().await;
    let rule = rule(&rig).await;
    let arguments = json!({"ruleId": rule});
    rig.commit("automation_rule_disable", arguments.clone())
        .await;
    let since = rig.sandbox.requests().len();
    let done = rig.commit("automation_rule_delete", arguments).await;
    assert_eq!(sent(&rig, since), ["DELETE"]);
    assert_eq!(entry(&rig, &done).await["stages"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_half_way_leaves_the_target_as_it_was() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, DELETE, 1, Effect::status(403));
    let since = rig.sandbox.requests().len();
    let (_, answer, failed) = delete(&rig).await;
    assert!(failed, "{answer:#}");
    assert_eq!(sent(&rig, since), ["PUT", "DELETE", "PUT"]);
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "failed", "{answer:#}");
    assert_eq!(details["undone"], json!(["switch_off"]));
    assert_eq!(details["found"], "the target is as it was");
    assert_eq!(rig.sandbox.snapshot(), before);
    let entry = entry(&rig, details).await;
    assert_eq!(entry["state"], "failed");
    assert_eq!(
        stages(&entry),
        [("switch_off", "undone"), ("delete", "failed")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compensation_that_fails_says_exactly_what_is_left() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, DELETE, 1, Effect::status(403));
    // The first of them passes.
    order(&rig, PUT_STATE, 1, Effect::Delay(Duration::ZERO));
    order(&rig, PUT_STATE, 1, Effect::status(403));
    let (rule, answer, failed) = delete(&rig).await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "unknown", "{answer:#}");
    assert_eq!(details["done"], json!(["switch_off"]));
    assert_eq!(details["not_done"], json!(["delete"]));
    assert_eq!(details["not_undone"]["step"], "switch_off");
    assert_eq!(
        details["left"],
        json!([{"op": "replace", "path": "/rule/state", "value": "DISABLED"}])
    );
    // What stands is taken back when its owner asks for it, at once and only once: nothing of it can
    // arrive any more, and what it has locked is its own.
    let undo = json!({"operation_id": details["operation_id"]});
    rig.commit("operation_revert", undo.clone()).await;
    assert_eq!(state(&rig, &rule).await, "ENABLED");
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(entry(&rig, details).await["state"], "reverted");
    assert_eq!(rig.refused("operation_revert", undo).await, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_yet_arrive_is_not_taken_back_blindly() {
    let rig = Rig::new().await;
    order(&rig, PUT_STATE, ALWAYS, Effect::DropAfter);
    let since = rig.sandbox.requests().len();
    let (rule, answer, failed) = delete(&rig).await;
    assert!(failed, "{answer:#}");
    assert!(!sent(&rig, since).contains(&"DELETE".to_owned()));
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "unknown", "{answer:#}");
    assert_eq!(details["untold"], json!(["switch_off"]));
    assert_eq!(details["not_done"], json!(["delete"]));
    assert_eq!(state(&rig, &rule).await, "DISABLED");
    let done = take_back(&rig, details).await;
    assert_eq!(done["revertible"], false);
    assert_eq!(state(&rig, &rule).await, "ENABLED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_after_all_is_not_taken_back() {
    let rig = Rig::new().await;
    order(&rig, DELETE, ALWAYS, Effect::Drop);
    let (rule, answer, failed) = delete(&rig).await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["done"], json!(["switch_off"]), "{answer:#}");
    assert_eq!(details["untold"], json!(["delete"]));
    rig.pass(Duration::from_mins(1));
    rig.commit("automation_rule_delete", json!({"ruleId": rule}))
        .await;
    let undo = json!({"operation_id": details["operation_id"]});
    assert_eq!(rig.refused("operation_revert", undo).await, "CONFLICT");
}

/// Every fault at every step: what the journal says is how the tenant is.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_at_any_step_is_told_as_it_is() {
    let cases = [("switch_off", PUT_STATE), ("delete", DELETE)]
        .into_iter()
        .flat_map(|step| faults().map(|fault| Box::pin(fault_at(step, fault))));
    few_at_once(cases).await;
}

async fn fault_at((step, place): (&str, (&str, &str)), (name, times, effect): (&str, u32, Effect)) {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, place, times, effect);
    let (rule, answer, failed) = delete(&rig).await;
    let beside = if failed {
        answer["error"]["details"].clone()
    } else {
        answer.clone()
    };
    let rules = rig.ok("automation_rule_list", json!({})).await;
    let mut rules = rules["result"].as_array().unwrap().iter();
    let there = rules.any(|one| one["uuid"] == rule);
    let what = format!("{name} at {step}: {answer:#}");
    match entry(&rig, &beside).await["state"].as_str().unwrap() {
        "applied" => assert!(!there && !failed, "{what}"),
        "failed" => assert_eq!(rig.sandbox.snapshot(), before, "{what}"),
        "unknown" => {
            let untold = beside["untold"].as_array().unwrap();
            assert!(there && !untold.is_empty(), "{what}");
            take_back(&rig, &beside).await;
            assert_eq!(rig.sandbox.snapshot(), before, "{what}");
        }
        state => panic!("{state}, {what}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_cannot_be_recorded_is_not_sent() {
    let (disk, store) = Disk::wrap();
    let rig = Rig::with(Choice {
        store,
        ..Choice::default()
    })
    .await;
    let before = rig.sandbox.snapshot();
    let rule = rule(&rig).await;
    let mut arguments = json!({"ruleId": rule});
    let dry = rig.ok("automation_rule_delete", arguments.clone()).await;
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    // Writes of journal entries: the opening is the first, then the second step.
    disk().order(Some(Trouble::Putting("journal:", Some(1))));
    let since = rig.sandbox.requests().len();
    let (answer, failed) = rig.call("automation_rule_delete", arguments).await;
    assert!(failed, "{answer:#}");
    assert_eq!(sent(&rig, since), ["PUT", "PUT"]);
    assert_eq!(answer["error"]["details"]["state"], "failed", "{answer:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_a_creation_switches_the_rule_off_first() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    let first = rule(&rig).await;
    let read = rig
        .ok("automation_rule_get", json!({"ruleId": first}))
        .await;
    let mut made = read["result"]["rule"].clone();
    for own in ["created", "updated", "state"] {
        made.as_object_mut().unwrap().remove(own);
    }
    // Chosen here: what the site draws may look like a part of another world's secret.
    made["uuid"] = json!("5f0e3f6a-6f3b-4a55-9a1c-2b8d7e9c0a11");
    let done = rig
        .commit("automation_rule_create", json!({"rule": made}))
        .await;
    let id = done["target"]["id"].clone();
    rig.commit("automation_rule_enable", json!({"ruleId": id}))
        .await;
    let undo = json!({"operation_id": done["operation_id"], "overwrite": true});
    let on = rig.sandbox.snapshot();
    order(&rig, DELETE, 1, Effect::status(403));
    let (answer, failed) = rig.try_commit("operation_revert", undo.clone()).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["undone"], json!(["switch_off"]));
    assert_eq!(
        rig.sandbox.snapshot(),
        on,
        "an undo that fails is taken back"
    );
    let dry = rig.ok("operation_revert", undo.clone()).await;
    assert_eq!(dry["result"]["requests"][0]["step"], "switch_off");
    rig.commit("operation_revert", undo).await;
    assert_eq!(rig.sandbox.snapshot(), before);
}
