//! Change sets: changes that belong together are previewed, carried out and undone as one.

mod crash;
mod halted;
mod jobs;
mod reach;

use std::time::Duration;

use atlassian_sandbox::{Effect, Fault};
use gojira_mcp::base::ids::AccountId;
use gojira_mcp::config::Fence;
use serde_json::{Value, json};

use crate::rig::{Rig, everything};

/// Previews steps as one; the result.
async fn plan(rig: &Rig, steps: Value) -> Value {
    let given = json!({"title": "Trial", "steps": steps});
    rig.ok("change_set_plan", given).await["result"].clone()
}

/// Carries a plan out, or goes on with it; the result.
async fn apply(rig: &Rig, plan: &Value) -> Value {
    let given = json!({"plan_id": plan["plan_id"]});
    rig.ok("change_set_apply", given).await["result"].clone()
}

/// Undoes a set as a whole; the result.
async fn undo(rig: &Rig, set: &Value) -> Value {
    let given = json!({"change_set": set["change_set"]});
    let plan = rig.ok("change_set_revert", given).await["result"].clone();
    apply(rig, &plan).await
}

fn describe(field: &str, words: &str) -> Value {
    json!({"operation": "custom_field_update", "arguments": {"fieldId": field, "description": words}})
}

const ONE: &str = "customfield_10033";
const OTHER: &str = "customfield_10034";

fn made_and_assigned() -> Value {
    json!([
        {"name": "make", "operation": "permission_scheme_create", "arguments": {"name": "Trial"}},
        {"name": "assign", "operation": "permission_scheme_assign",
            "arguments": {"projectKeyOrId": "MKT", "schemeId": "${make.id}"}},
    ])
}

/// The steps of an answer, by one of their marks.
fn of_steps(result: &Value, mark: &str) -> Vec<Value> {
    let steps = result["steps"].as_array().unwrap();
    steps.iter().map(|step| step[mark].clone()).collect()
}

/// How often the site was asked to change something at a path with this end.
fn sent(rig: &Rig, method: &str, end: &str) -> usize {
    let requests = rig.sandbox.requests();
    let matches = requests
        .iter()
        .filter(|seen| seen.method == method && seen.path.ends_with(end));
    matches.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_makes_a_scheme_and_assigns_it() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    let plan = plan(&rig, made_and_assigned()).await;
    assert_eq!(plan["dry_run"], true);
    assert_eq!(of_steps(&plan, "step"), ["make", "assign"]);
    assert_eq!(plan["steps"][1]["patch"][0]["value"], "${make.id}");
    assert_eq!(plan["irreversible"], json!([]));
    assert_eq!(rig.sandbox.snapshot(), before);

    let done = apply(&rig, &plan).await;
    assert_eq!(done["state"], "applied", "{done:#}");
    assert_eq!(of_steps(&done, "state"), ["applied", "applied"]);
    let made = done["steps"][0]["target"]["id"].as_str().unwrap();
    let requests = rig.sandbox.requests();
    let assigned = requests
        .iter()
        .find(|seen| seen.method == "PUT" && seen.path.ends_with("/permissionscheme"));
    // The schema asks for a number.
    let wanted = json!({"id": made.parse::<i64>().unwrap()});
    assert_eq!(assigned.unwrap().body, wanted);
    // Each step is an operation of its own, and the set knows them.
    let known = rig
        .ok("change_set_get", json!({"change_set": done["change_set"]}))
        .await;
    assert_eq!(known["result"]["state"], "applied");
    assert_eq!(known["result"]["operations"].as_array().unwrap().len(), 2);
    let listed = rig
        .ok("operation_list", json!({"change_set": done["change_set"]}))
        .await;
    assert_eq!(listed["result"].as_array().unwrap().len(), 2);
    // Said again, it tells the same and sends nothing.
    let asked = rig.sandbox.requests().len();
    assert_eq!(apply(&rig, &plan).await, done);
    assert_eq!(rig.sandbox.requests().len(), asked);

    let undone = undo(&rig, &done).await;
    assert_eq!(undone["state"], "reverted", "{undone:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_backwards_only_and_of_the_right_type() {
    let rig = Rig::new().await;
    let mut turned = made_and_assigned();
    turned.as_array_mut().unwrap().reverse();
    let mut unknown = made_and_assigned();
    unknown[1]["arguments"]["schemeId"] = json!("${nothing.id}");
    let mut odd = made_and_assigned();
    odd[1]["arguments"]["schemeId"] = json!("${make}");
    for steps in [turned, unknown, odd] {
        let given = json!({"title": "Trial", "steps": steps});
        assert_eq!(
            rig.refused("change_set_plan", given).await,
            "VALIDATION_ERROR"
        );
    }
    // What a step makes is known only when it is made: then a wrong type stops, unsent.
    let mut named = made_and_assigned();
    named[1]["arguments"]["schemeId"] = json!("${make/name}");
    let plan = plan(&rig, named).await;
    let done = apply(&rig, &plan).await;
    assert_eq!(done["state"], "stopped", "{done:#}");
    assert_eq!(done["failed"]["step"], "assign");
    assert_eq!(done["failed"]["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(sent(&rig, "PUT", "/permissionscheme"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stale_step_stops_the_whole_set() {
    let rig = Rig::new().await;
    let plan = plan(&rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
    let other = json!({"fieldId": OTHER, "description": "meanwhile"});
    rig.commit("custom_field_update", other).await;
    let before = rig.sandbox.snapshot();
    let answer = apply(&rig, &plan).await;
    assert_eq!(answer["not_committed"]["code"], "STALE_PLAN", "{answer:#}");
    assert_eq!(answer["stale_steps"], json!(["step_2"]));
    assert_eq!(rig.sandbox.snapshot(), before);
    // The answer is a fresh plan.
    let done = apply(&rig, &answer).await;
    assert_eq!(done["state"], "applied", "{done:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_stops_at_the_first_failure_and_offers_the_undo() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    let steps = json!([
        describe(ONE, "one"),
        describe(OTHER, "two"),
        describe(ONE, "three")
    ]);
    let plan = plan(&rig, steps).await;
    rig.sandbox.fault(Fault {
        method: Some("PUT".to_owned()),
        path: format!("/rest/api/3/field/{OTHER}"),
        times: 1,
        effect: Effect::status(400),
    });
    let done = apply(&rig, &plan).await;
    assert_eq!(done["state"], "stopped", "{done:#}");
    assert_eq!(of_steps(&done, "state"), ["applied", "failed", "waiting"]);
    assert_eq!(done["failed"]["step"], "step_2");
    let offer = &done["offer"];
    assert_eq!(offer["tool"], "change_set_revert");
    let plan = rig
        .ok("change_set_revert", offer["arguments"].clone())
        .await;
    let undone = apply(&rig, &plan["result"]).await;
    assert_eq!(undone["state"], "reverted", "{undone:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_undone_last_first() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    let set = rig
        .ok("change_set_start", json!({"title": "By hand"}))
        .await;
    let set = &set["result"];
    let mut made = Vec::new();
    for (field, words) in [(ONE, "one"), (OTHER, "two"), (ONE, "three")] {
        let change =
            json!({"fieldId": field, "description": words, "change_set": set["change_set"]});
        made.push(rig.commit("custom_field_update", change).await["operation_id"].clone());
        // Entries are listed by their time, which stands still otherwise.
        rig.pass(Duration::from_secs(1));
    }
    made.reverse();
    let given = json!({"change_set": set["change_set"]});
    let plan = rig.ok("change_set_revert", given.clone()).await["result"].clone();
    assert_eq!(of_steps(&plan, "reverts"), made);
    // The first change of a field that was changed again can be compared only in its turn.
    assert!(plan["steps"][2]["deferred"].is_string(), "{plan:#}");
    let undone = apply(&rig, &plan).await;
    assert_eq!(undone["state"], "reverted", "{undone:#}");
    assert_eq!(undone["undone"], json!(made));
    assert_eq!(undone["not_undone"], json!([]));
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(rig.refused("change_set_revert", given).await, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_stops_says_what_is_left() {
    let rig = Rig::new().await;
    let plan = plan(&rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
    let done = apply(&rig, &plan).await;
    rig.sandbox.fault(Fault {
        method: Some("PUT".to_owned()),
        path: format!("/rest/api/3/field/{ONE}"),
        times: 1,
        effect: Effect::status(400),
    });
    let stopped = undo(&rig, &done).await;
    assert_eq!(stopped["state"], "stopped", "{stopped:#}");
    let ids = of_steps(&done, "operation_id");
    assert_eq!(stopped["undone"], json!([ids[1]]));
    assert_eq!(stopped["not_undone"][0]["operation_id"], ids[0]);
    assert_eq!(stopped["not_undone"].as_array().unwrap().len(), 1);
    // What is left is undone by asking again.
    assert_eq!(undo(&rig, &done).await["state"], "reverted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_change_joins_only_an_open_set_of_the_callers() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    let join = |set: &Value| json!({"fieldId": ONE, "description": "x", "change_set": set});
    let code = rig
        .refused("custom_field_update", join(&json!("any text")))
        .await;
    assert_eq!(code, "NOT_FOUND");
    let set = rig.ok("change_set_start", json!({"title": "Mine"})).await["result"].clone();
    let mut other = rig.under(everything());
    other.principal.account = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    let given = json!({"change_set": set["change_set"]});
    for name in ["change_set_get", "change_set_revert"] {
        assert_eq!(
            other.refused(name, given.clone()).await,
            "NOT_FOUND",
            "{name}"
        );
    }
    // A set that was carried out takes no single change, not even one that was previewed before.
    let late = rig
        .ok("custom_field_update", join(&set["change_set"]))
        .await;
    let mut given = json!({"steps": [describe(OTHER, "two")]});
    given["change_set"] = set["change_set"].clone();
    let plan = rig.ok("change_set_plan", given).await["result"].clone();
    assert_eq!(apply(&rig, &plan).await["state"], "applied");
    let after = rig.sandbox.snapshot();
    assert_ne!(after, before);
    let mut commit = join(&set["change_set"]);
    commit["commit"] = json!(true);
    commit["plan_id"] = late["result"]["plan_id"].clone();
    assert_eq!(
        rig.refused("custom_field_update", commit).await,
        "VALIDATION_ERROR"
    );
    assert_eq!(rig.sandbox.snapshot(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_another_person_is_not_there() {
    let rig = Rig::new().await;
    let plan = plan(&rig, json!([describe(ONE, "one")])).await;
    let mut other = rig.under(everything());
    other.principal.account = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    let before = rig.sandbox.snapshot();
    let given = json!({"plan_id": plan["plan_id"]});
    for name in ["change_set_apply", "apply_plan"] {
        let code = other.refused(name, given.clone()).await;
        assert_eq!(code, "CONSENT_REQUIRED", "{name}");
    }
    let listed = other.ok("change_set_get", json!({})).await;
    assert_eq!(listed["result"], json!([]));
    assert_eq!(rig.sandbox.snapshot(), before);
    // Nor is a run that was begun.
    apply(&rig, &plan).await;
    let code = other.refused("change_set_apply", given).await;
    assert_eq!(code, "CONSENT_REQUIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fence_holds_for_each_step() {
    let rig = Rig::new().await;
    let assign = |project: &str| {
        json!({"operation": "permission_scheme_assign",
            "arguments": {"projectKeyOrId": project, "schemeId": 10002}})
    };
    let before = rig.sandbox.snapshot();
    let plan = plan(&rig, json!([assign("PORT"), assign("MKT")])).await;
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
    for rules in [fenced, closed, without] {
        let other = rig.under(rules);
        let given = json!({"plan_id": plan["plan_id"]});
        let code = other.refused("change_set_apply", given).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
        let steps = json!([assign("PORT"), assign("MKT")]);
        let given = json!({"title": "Trial", "steps": steps});
        let code = other.refused("change_set_plan", given).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    }
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_changes_are_steps_and_a_plan_is_not_carried_out_by_a_preview() {
    let rig = Rig::new().await;
    for operation in [
        "project_list",
        "apply_plan",
        "change_set_apply",
        "gojira_sign_out",
    ] {
        let given = json!({"title": "x", "steps": [{"operation": operation, "arguments": {"plan_id": "p"}}]});
        assert_eq!(
            rig.refused("change_set_plan", given).await,
            "VALIDATION_ERROR",
            "{operation}"
        );
    }
    let plan = plan(&rig, json!([describe(ONE, "one")])).await;
    let before = rig.sandbox.snapshot();
    let through =
        json!({"operation": "change_set_apply", "arguments": {"plan_id": plan["plan_id"]}});
    assert_eq!(
        rig.refused("plan_change", through).await,
        "VALIDATION_ERROR"
    );
    assert_eq!(rig.sandbox.snapshot(), before);
    // apply_plan takes it, as it takes any plan.
    let done = rig
        .ok("apply_plan", json!({"plan_id": plan["plan_id"]}))
        .await;
    assert_eq!(done["result"]["state"], "applied", "{done:#}");
}
