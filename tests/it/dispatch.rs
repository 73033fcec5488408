//! Calls below the wire formats: gates, previews, the journal and undo.

use std::time::Duration;

use gojira_mcp::auth::{Scope, Scopes};
use gojira_mcp::policy::Rules;
use serde_json::{Value, json};

use crate::rig::{Choice, Rig, everything};

async fn some_field(rig: &Rig) -> Value {
    let fields = rig.ok("custom_field_list", json!({})).await;
    let custom = |field: &&Value| field["id"].as_str().unwrap().starts_with("customfield_");
    let fields = fields["result"].as_array().unwrap();
    fields.iter().find(custom).unwrap()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_previewed_changed_and_put_back() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let before = rig.sandbox.snapshot();
    let change = json!({"fieldId": field, "description": "Told by the desk"});
    let dry = rig.ok("custom_field_update", change.clone()).await;
    let shown = &dry["result"];
    assert_eq!(shown["dry_run"], true);
    assert_eq!(
        shown["target"],
        json!({"kind": "custom_field", "id": field})
    );
    assert_eq!(shown["patch"][0]["path"], "/description");
    assert_eq!(shown["patch"][0]["value"], "Told by the desk");
    assert_eq!(shown["revertible"], true);
    assert_eq!(rig.sandbox.snapshot(), before);

    let done = rig.commit("custom_field_update", change).await;
    assert_ne!(rig.sandbox.snapshot(), before);

    // Entries are listed by their time, which stands still otherwise.
    rig.pass(Duration::from_secs(1));
    let undo = json!({"operation_id": done["operation_id"]});
    let undone = rig.commit("operation_revert", undo.clone()).await;
    assert_eq!(undone["reverts"], done["operation_id"]);
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(rig.refused("operation_revert", undo).await, "CONFLICT");

    let list = rig.ok("operation_list", json!({})).await;
    let states: Vec<&Value> = list["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["state"])
        .collect();
    assert_eq!(states, ["applied", "reverted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_without_a_plan_is_a_dry_run() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let before = rig.sandbox.snapshot();
    for plan in [json!({}), json!({"plan_id": "plan_of_nobody"})] {
        let mut call = json!({"fieldId": field, "description": "x", "commit": true});
        call.as_object_mut()
            .unwrap()
            .extend(plan.as_object().unwrap().clone());
        let answer = rig.ok("custom_field_update", call).await;
        assert_eq!(answer["result"]["dry_run"], true);
        assert_eq!(
            answer["result"]["not_committed"]["code"],
            "CONSENT_REQUIRED"
        );
    }
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_change_stops_a_stale_plan_and_a_blind_undo() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let first = json!({"fieldId": field, "description": "first"});
    let dry = rig.ok("custom_field_update", first.clone()).await;
    let done = rig
        .commit(
            "custom_field_update",
            json!({"fieldId": field, "description": "second"}),
        )
        .await;
    let mut late = first;
    late["commit"] = json!(true);
    late["plan_id"] = dry["result"]["plan_id"].clone();
    let stale = rig.ok("custom_field_update", late).await;
    assert_eq!(stale["result"]["not_committed"]["code"], "STALE_PLAN");

    rig.commit(
        "custom_field_update",
        json!({"fieldId": field, "description": "third"}),
    )
    .await;
    let undo = json!({"operation_id": done["operation_id"]});
    assert_eq!(rig.refused("operation_revert", undo).await, "CONFLICT");
    let undo = json!({"operation_id": done["operation_id"], "overwrite": true});
    rig.commit("operation_revert", undo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_passes_the_gates_of_what_it_undoes() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let change = json!({"fieldId": field, "description": "x"});
    let done = rig.commit("custom_field_update", change).await;
    let after = rig.sandbox.snapshot();
    let mut narrow = everything();
    narrow.groups.remove("write_customfields");
    let mut closed = everything();
    closed.read_only = true;
    for rules in [narrow, closed] {
        let other = rig.under(rules);
        let undo = json!({"operation_id": done["operation_id"]});
        let code = other.refused("operation_revert", undo).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    }
    assert_eq!(rig.sandbox.snapshot(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_applied_by_its_id_and_once() {
    let rig = Rig::with(Choice::default()).await;
    let field = some_field(&rig).await;
    let arguments = json!({"fieldId": field, "description": "planned"});
    let plan = rig
        .ok(
            "plan_change",
            json!({"operation": "custom_field_update", "arguments": arguments}),
        )
        .await;
    let apply = json!({"plan_id": plan["result"]["plan_id"]});
    let done = rig.ok("apply_plan", apply.clone()).await;
    assert!(done["operation_id"].is_string());
    assert_eq!(rig.refused("apply_plan", apply).await, "CONSENT_REQUIRED");
    let undo = json!({"operation": "operation_revert", "arguments": {"operation_id": done["operation_id"]}});
    let plan = rig.ok("plan_change", undo).await;
    let apply = json!({"plan_id": plan["result"]["plan_id"]});
    let undone = rig.ok("apply_plan", apply).await;
    assert_eq!(undone["reverts"], done["operation_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_stands_twice_in_the_record_and_one_within_another_too() {
    let rig = Rig::new().await;
    let read = json!({"operation": "project_get", "arguments": {"project": "PORT"}});
    rig.ok("read_operation", read).await;
    assert_eq!(
        rig.refused("project_get", json!({})).await,
        "VALIDATION_ERROR"
    );
    let kinds: Vec<String> = rig
        .audit()
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("kind"), text("tool"), text("outcome"))
        })
        // What signing in wrote stands before them.
        .filter(|line| line.starts_with("CALL"))
        .collect();
    assert_eq!(
        kinds,
        [
            "CALL read_operation -",
            "CALL project_get -",
            "CALL_END project_get OK",
            "CALL_END read_operation OK",
            "CALL project_get -",
            "CALL_END project_get VALIDATION_ERROR",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_the_scope_is_told_which_it_needs() {
    let mut rig = Rig::new().await;
    rig.principal.scopes = Scopes::from(Scope::Read);
    let reply = rig
        .reply("project_archive", json!({"project": "MKT"}))
        .await;
    assert!(reply.is_error);
    assert_eq!(reply.needs_scopes, Some(Scopes::DEFAULT));
    let names: Vec<&str> = rig
        .dispatcher
        .callable(&rig.principal)
        .iter()
        .map(|tool| tool.name)
        .collect();
    assert!(names.contains(&"project_get") && !names.contains(&"project_archive"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_short_when_there_is_much() {
    let rig = Rig::new().await;
    let listed = rig.dispatcher.listed(&rig.principal);
    assert!(listed.len() <= 40, "{}", listed.len());
    assert!(listed.iter().any(|tool| tool.name == "apply_plan"));
    let few = rig.under(Rules {
        groups: ["read_automation".to_owned(), "utility".to_owned()].into(),
        ..Rules::default()
    });
    let all = few.dispatcher.listed(&few.principal);
    assert_eq!(all.len(), few.dispatcher.callable(&few.principal).len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_a_sign_out_names_the_client_that_asked() {
    let rig = Rig::new().await;
    let dry = rig.ok("gojira_sign_out", json!({})).await;
    let plan = json!({"commit": true, "plan_id": dry["result"]["plan_id"]});
    rig.ok("gojira_sign_out", plan).await;
    let audit = rig.audit();
    let of_kind = |kind: &str| audit.iter().rfind(|record| record["kind"] == kind).cloned();
    let (ended, call) = (of_kind("GRANT_ENDED").unwrap(), of_kind("CALL").unwrap());
    assert!(ended["client"].is_string(), "{ended:#}");
    assert_eq!(ended["client"], call["client"]);
    assert_eq!(ended["account"], call["account"]);
}
