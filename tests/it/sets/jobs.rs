//! A set that takes long: asked after, stopped, gone on with elsewhere, and cut off with its caller.

use std::time::Duration;

use gojira_mcp::base::net;
use gojira_mcp::config::Fence;
use gojira_mcp::policy::Rules;
use serde_json::{Value, json};

use super::halted::{carried_out_until, over_disk, stop_at};
use super::{ONE, OTHER, apply, describe, of_steps, plan, sent, undo};
use crate::chaos::Disk;
use crate::progress::listened;
use crate::rig::{Rig, everything};

/// The records of two steps: each before it is sent and after it was answered.
const FIRST_CLOSED: usize = 2;
const SECOND_OPENED: usize = 3;

/// Begins a plan of two steps in the background, which stops at a record; gives the plan and the
/// answer.
async fn begun(rig: &Rig, disk: &Disk, nth: usize) -> (Value, Value) {
    let plan = plan(rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
    stop_at(disk, nth);
    let given = json!({"plan_id": plan["plan_id"], "background": true});
    let answer = rig.ok("change_set_apply", given).await["result"].clone();
    assert_eq!(answer["state"], "running", "{answer:#}");
    assert!(answer["job_id"].is_string(), "{answer:#}");
    disk.halted().await;
    (plan, answer)
}

async fn job(rig: &Rig, answer: &Value) -> Value {
    let id = json!({"job_id": answer["job_id"]});
    rig.ok("job_get", id).await["result"].clone()
}

/// Asks for the job until it has ended; how it is then.
async fn ended(rig: &Rig, answer: &Value) -> Value {
    for _ in 0..2000 {
        let seen = job(rig, answer).await;
        if seen["state"] != "running" {
            return seen;
        }
        tokio::task::yield_now().await;
    }
    panic!("it does not end: {:#}", job(rig, answer).await);
}

async fn state(rig: &Rig, answer: &Value) -> Value {
    let id = json!({"change_set": answer["change_set"]});
    rig.ok("change_set_get", id).await["result"]["state"].clone()
}

fn sent_to(rig: &Rig, field: &str) -> usize {
    sent(rig, "PUT", &format!("/field/{field}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_in_the_background_says_where_it_is_and_ends() {
    let (rig, disk) = over_disk().await;
    let (plan, answer) = begun(&rig, &disk, SECOND_OPENED).await;
    let seen = job(&rig, &answer).await;
    assert_eq!(seen["state"], "running", "{seen:#}");
    assert_eq!(
        (&seen["step"], &seen["done"], &seen["of"], &seen["progress"]),
        (&json!("step_2"), &json!(1), &json!(2), &json!(0.5))
    );
    assert_eq!(of_steps(&seen, "state"), ["applied", "waiting"]);
    let open = rig.ok("job_get", json!({})).await;
    assert_eq!(open["result"][0]["job_id"], answer["job_id"], "{open:#}");
    // Said again, it is not carried out beside itself.
    let again = apply(&rig, &plan).await;
    assert_eq!(
        (&again["state"], &again["job_id"]),
        (&json!("running"), &answer["job_id"])
    );
    // Nobody follows it who is not its caller: what has no caller does not write.
    rig.pass(Duration::from_mins(5));
    rig.dispatcher.follow_jobs(10).await;
    assert_eq!(sent_to(&rig, OTHER), 0);

    disk.go_on();
    let seen = ended(&rig, &answer).await;
    assert_eq!(seen["state"], "succeeded", "{seen:#}");
    assert_eq!(of_steps(&seen, "state"), ["applied", "applied"]);
    assert_eq!((sent_to(&rig, ONE), sent_to(&rig, OTHER)), (1, 1));
    assert_eq!(state(&rig, &answer).await, "applied");
    assert_eq!(rig.ok("job_get", json!({})).await["result"], json!([]));
    assert_eq!(apply(&rig, &plan).await["state"], "applied");
    // The undo of a set is carried out the same way.
    let given = json!({"change_set": answer["change_set"]});
    let undo = rig.ok("change_set_revert", given).await["result"].clone();
    let given = json!({"plan_id": undo["plan_id"], "background": true});
    let undoing = rig.ok("change_set_apply", given).await["result"].clone();
    let undone = ended(&rig, &undoing).await;
    assert_eq!(undone["state"], "succeeded", "{undone:#}");
    assert_eq!(state(&rig, &answer).await, "reverted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_is_cancelled_stops_before_its_next_step() {
    let (rig, disk) = over_disk().await;
    let before = rig.sandbox.snapshot();
    let (plan, answer) = begun(&rig, &disk, FIRST_CLOSED).await;
    let mut cancel = json!({"job_id": answer["job_id"]});
    let dry = rig.ok("job_cancel", cancel.clone()).await;
    assert_eq!(dry["result"]["dry_run"], true, "{dry:#}");
    cancel["commit"] = json!(true);
    cancel["plan_id"] = dry["result"]["plan_id"].clone();
    let stopping = rig.ok("job_cancel", cancel.clone()).await;
    assert_eq!(stopping["result"]["stopping"], true, "{stopping:#}");
    // The step that is on its way is not forgotten.
    assert_eq!(job(&rig, &answer).await["state"], "running");
    disk.go_on();
    let seen = ended(&rig, &answer).await;
    assert_eq!(seen["state"], "cancelled", "{seen:#}");
    assert_eq!((sent_to(&rig, ONE), sent_to(&rig, OTHER)), (1, 0));
    assert_eq!(state(&rig, &answer).await, "stopped");
    assert_eq!(rig.refused("job_cancel", cancel).await, "CONFLICT");
    // It does not go on, here or elsewhere, and what is done can be undone.
    for server in [&rig, &rig.under(everything())] {
        let late = apply(server, &plan).await;
        assert_eq!(late["state"], "stopped", "{late:#}");
    }
    assert_eq!(sent_to(&rig, OTHER), 0);
    assert_eq!(undo(&rig, &answer).await["state"], "reverted");
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_nobody_carries_on_is_cancelled_at_once() {
    let (rig, disk) = over_disk().await;
    let plan = plan(&rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
    carried_out_until(&rig, &disk, SECOND_OPENED, &plan).await;
    let other = rig.under(everything());
    let open = other.ok("job_get", json!({})).await["result"][0].clone();
    assert_eq!(open["plan_id"], plan["plan_id"], "{open:#}");
    let (done, failed) = other
        .try_commit("job_cancel", json!({"job_id": open["job_id"]}))
        .await;
    assert!(!failed, "{done:#}");
    assert_eq!(job(&other, &open).await["state"], "cancelled");
    // What the first server still had in hand is not recorded, and so not sent.
    disk.go_on();
    rig.dispatcher.drain(Duration::from_secs(20)).await;
    assert_eq!(sent_to(&rig, OTHER), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_goes_on_elsewhere_under_the_same_job() {
    let (rig, disk) = over_disk().await;
    let (plan, answer) = begun(&rig, &disk, FIRST_CLOSED).await;
    // A server that is to end begins no further step.
    let ending = async {
        tokio::task::yield_now().await;
        disk.go_on();
    };
    tokio::join!(rig.dispatcher.drain(Duration::from_secs(20)), ending);
    assert_eq!((sent_to(&rig, ONE), sent_to(&rig, OTHER)), (1, 0));
    let other = rig.under(everything());
    let seen = job(&other, &answer).await;
    assert_eq!(
        (&seen["state"], &seen["done"]),
        (&json!("running"), &json!(1))
    );
    let given = json!({"plan_id": plan["plan_id"], "background": true});
    let resumed = other.ok("change_set_apply", given).await["result"].clone();
    assert_eq!(resumed["job_id"], answer["job_id"]);
    assert_eq!(ended(&other, &answer).await["state"], "succeeded");
    assert_eq!((sent_to(&rig, ONE), sent_to(&rig, OTHER)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_at_one_set_send_nothing_twice() {
    let (rig, disk) = over_disk().await;
    let (plan, answer) = begun(&rig, &disk, SECOND_OPENED).await;
    // The first holds the lock of what the second step changes.
    let other = rig.under(everything());
    let waits = apply(&other, &plan).await;
    assert_eq!(
        (&waits["state"], &waits["job_id"]),
        (&json!("running"), &answer["job_id"]),
        "{waits:#}"
    );
    assert_eq!(waits["held_up"]["error"]["code"], "CONFLICT", "{waits:#}");
    let seen = job(&other, &answer).await;
    assert_eq!(seen["held_up"], waits["held_up"], "{seen:#}");
    disk.go_on();
    assert_eq!(ended(&rig, &answer).await["state"], "succeeded");
    assert_eq!((sent_to(&rig, ONE), sent_to(&rig, OTHER)), (1, 1));
}

/// The person signs out of Atlassian.
async fn signed_out(rig: &Rig) {
    let (done, failed) = rig.try_commit("gojira_sign_out", json!({})).await;
    assert!(!failed, "{done:#}");
}

/// The client's tokens are revoked (RFC 7009).
async fn revoked(rig: &Rig) {
    let http = net::client(Duration::from_secs(20)).unwrap();
    let form = format!(
        "token={}&client_id={}",
        rig.tokens.refresh, rig.tokens.client_id
    );
    let sent = http
        .post(format!("{}/revoke", rig.origin()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send()
        .await;
    assert_eq!(sent.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_cut_off_stops_the_set() {
    for by_revocation in [false, true] {
        let (rig, disk) = over_disk().await;
        let (_, answer) = begun(&rig, &disk, FIRST_CLOSED).await;
        if by_revocation {
            revoked(&rig).await;
        } else {
            signed_out(&rig).await;
        }
        disk.go_on();
        let seen = ended(&rig, &answer).await;
        assert_eq!(seen["state"], "failed", "{seen:#}");
        assert_eq!(seen["failed"]["step"], "step_2", "{seen:#}");
        assert_eq!(seen["failed"]["error"]["code"], "AUTH_REQUIRED");
        assert_eq!(state(&rig, &answer).await, "stopped");
        assert_eq!(sent_to(&rig, OTHER), 0);
    }
}

/// Rules under which a scheme may not be assigned to MKT any more.
fn tighter() -> [Rules; 3] {
    let mut fenced = everything();
    fenced.fence = Some(Fence {
        projects: ["PORT".to_owned()].into(),
        ..Fence::default()
    });
    let mut closed = everything();
    closed.read_only = true;
    let mut without = everything();
    without
        .disabled_tools
        .insert("permission_scheme_assign".to_owned());
    [fenced, closed, without]
}

/// What a server says to a call that goes on with a set: the code of its refusal.
async fn refusal(server: &Rig, plan: &Value) -> Value {
    let given = json!({"plan_id": plan["plan_id"]});
    let (answer, failed) = server.call("change_set_apply", given).await;
    let error = if failed {
        &answer["error"]
    } else {
        &answer["result"]["failed"]["error"]
    };
    error["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gates_hold_when_a_set_goes_on_or_is_undone() {
    let assign = |project: &str| {
        json!({"operation": "permission_scheme_assign",
            "arguments": {"projectKeyOrId": project, "schemeId": 10002}})
    };
    let assigned = |rig: &Rig| sent(rig, "PUT", "/permissionscheme");
    for rules in tighter() {
        let (rig, disk) = over_disk().await;
        let plan = plan(&rig, json!([assign("PORT"), assign("MKT")])).await;
        carried_out_until(&rig, &disk, SECOND_OPENED, &plan).await;
        // The lock of the server that stopped has run out.
        rig.pass(Duration::from_mins(3));
        let other = rig.under(rules.clone());
        let code = refusal(&other, &plan).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{rules:?}");
        assert_eq!(assigned(&rig), 1, "{rules:?}");
    }
    for rules in tighter() {
        let rig = Rig::new().await;
        let plan = plan(&rig, json!([assign("MKT")])).await;
        let done = apply(&rig, &plan).await;
        let given = json!({"change_set": done["change_set"]});
        let undo = rig.ok("change_set_revert", given.clone()).await["result"].clone();
        let other = rig.under(rules.clone());
        let code = other.refused("change_set_revert", given).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{rules:?}");
        let code = refusal(&other, &undo).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{rules:?}");
        assert_eq!(assigned(&rig), 1, "{rules:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_step_by_step() {
    let rig = Rig::new().await;
    let steps = json!([describe(ONE, "one"), {"name": "gone", "operation": "custom_field_delete",
        "arguments": {"fieldId": OTHER}}]);
    let given = json!({"title": "Trial", "steps": steps});
    let (plan, told) = listened(&rig, "change_set_plan", given).await;
    assert!(
        told.iter().any(|(.., words)| words == "looked at gone"),
        "{told:?}"
    );
    assert!(told.is_sorted_by(|one, next| one.0 < next.0), "{told:?}");
    let given = json!({"plan_id": plan["result"]["plan_id"]});
    let (done, told) = listened(&rig, "change_set_apply", given).await;
    assert_eq!(done["result"]["state"], "applied", "{done:#}");
    // Both are looked at again before the first is begun.
    let begun = |at: f64, name: &str| (at, Some(4.0), format!("{name}: begun"));
    for due in [begun(2.0, "step_1"), begun(3.0, "gone")] {
        assert!(told.contains(&due), "{told:?}");
    }
    // The task of the last step is told as a part of it.
    let last = told.last().unwrap();
    assert!(
        last.0 > 3.0 && last.0 <= 4.0 && last.1 == Some(4.0),
        "{told:?}"
    );
    assert!(told.is_sorted_by(|one, next| one.0 <= next.0), "{told:?}");
}
