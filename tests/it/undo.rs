//! Undoing beside what others do at the same time, and behind the operator's gates.

use atlassian_sandbox::{Effect, Fault};
use gojira_mcp::config::Fence;
use serde_json::{Value, json};

use crate::rig::{Rig, everything};

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_leaves_what_was_changed_beside_it() {
    let rig = Rig::new().await;
    let id = rig.ok("automation_rule_list", json!({})).await["result"][0]["uuid"].clone();
    let read = async || {
        let rule = rig.ok("automation_rule_get", json!({"ruleId": id})).await;
        rule["result"]["rule"].clone()
    };
    let before = read().await;
    let change = json!({"ruleId": id, "name": "Renamed by us"});
    let done = rig.commit("automation_rule_update", change).await;
    let beside = json!({"ruleId": id, "description": "Told by somebody else"});
    rig.commit("automation_rule_update", beside).await;

    let undo = json!({"operation_id": done["operation_id"]});
    rig.commit("operation_revert", undo).await;
    let now = read().await;
    assert_eq!(now["name"], before["name"]);
    assert_eq!(now["description"], "Told by somebody else");
}

/// Atlassian answers the creation of an organisation that is there already as if it were new.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_never_deletes_what_a_creation_found_there() {
    let rig = Rig::new().await;
    let there = rig.ok("jsm_organization_list", json!({})).await["result"].clone();
    let change = json!({"name": there[0]["name"]});
    let made = rig.commit("jsm_organization_create", change).await;
    assert_eq!(made["target"]["id"], there[0]["id"], "{made:#}");

    let undo = json!({"operation_id": made["operation_id"]});
    let (answer, failed) = rig.call("operation_revert", undo).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["code"], "CONFLICT", "{answer:#}");
    let now = rig.ok("jsm_organization_list", json!({})).await["result"].clone();
    assert_eq!(now, there);
}

/// A state as the site shows it now and then, which no request could make.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_the_operation_is_not_sent_by_an_undo() {
    let rig = Rig::new().await;
    let odd = json!({"values": [{
        "id": "customfield_10033", "name": "Odd", "description": {"of": "another kind"},
    }], "isLast": true, "startAt": 0, "maxResults": 50, "total": 1});
    // The preview, the commit.
    rig.sandbox.fault(Fault {
        method: Some("GET".to_owned()),
        path: "/rest/api/3/field/search".to_owned(),
        times: 2,
        effect: Effect::Status {
            status: 200,
            headers: Vec::new(),
            body: odd,
        },
    });
    let change = json!({"fieldId": "customfield_10033", "description": "plain"});
    let made = rig.commit("custom_field_update", change).await;
    let since = rig.sandbox.requests().len();
    let undo = json!({"operation_id": made["operation_id"]});
    let (answer, failed) = rig.call("operation_revert", undo).await;
    assert!(failed, "{answer:#}");
    let error = &answer["error"];
    assert_eq!(error["code"], "CONFLICT", "{answer:#}");
    assert_eq!(
        error["details"]["faults"][0]["path"], "/description",
        "{answer:#}"
    );
    let sent = rig.sandbox.requests().split_off(since);
    assert!(sent.iter().all(|request| request.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_project_is_restored_whatever_its_description_says() {
    let rig = Rig::new().await;
    let archive = json!({"project": "MKT"});
    let done = rig.commit("project_archive", archive.clone()).await;
    let undo = json!({"operation_id": done["operation_id"]});
    let undone = rig.commit("operation_revert", undo.clone()).await;
    // The undo is undone, and that again: archived, restored, archived, restored.
    let archived = async || {
        let project = rig.ok("project_get", archive.clone()).await;
        project["result"]["archived"] == true
    };
    assert!(!archived().await);
    let redo = json!({"operation_id": undone["operation_id"]});
    let redone = rig.commit("operation_revert", redo).await;
    assert!(archived().await);
    let last = json!({"operation_id": redone["operation_id"]});
    rig.commit("operation_revert", last).await;
    assert!(!archived().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fence_and_a_disabled_tool_hold_at_the_undo() {
    let rig = Rig::new().await;
    let done = rig
        .commit("project_archive", json!({"project": "MKT"}))
        .await;
    let undo = json!({"operation_id": done["operation_id"]});
    let after = rig.sandbox.snapshot();
    let fence = |project: &str| {
        let mut rules = everything();
        rules.fence = Some(Fence {
            projects: [project.to_owned()].into(),
            ..Fence::default()
        });
        rules
    };
    let mut disabled = everything();
    disabled.disabled_tools.insert("project_archive".to_owned());
    let mut closed = everything();
    closed.read_only = true;
    for rules in [fence("PORT"), disabled, closed] {
        let other = rig.under(rules);
        let code = other.refused("operation_revert", undo.clone()).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
        let plan = json!({"operation": "operation_revert", "arguments": undo});
        let code = other.refused("plan_change", plan).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    }
    assert_eq!(rig.sandbox.snapshot(), after);
    // A plan that was made without the fence is not applied within it.
    let dry = rig.ok("operation_revert", undo.clone()).await;
    let apply = json!({"plan_id": dry["result"]["plan_id"]});
    let fenced = rig.under(fence("PORT"));
    let code = fenced.refused("apply_plan", apply.clone()).await;
    assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    assert_eq!(rig.sandbox.snapshot(), after);
    let inside = rig.under(fence("MKT"));
    let undone = inside.ok("apply_plan", apply).await;
    assert_eq!(undone["reverts"], done["operation_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_tool_holds_at_its_job() {
    let rig = Rig::new().await;
    // The task cannot be looked at while the call lasts.
    rig.sandbox.fault(Fault {
        method: Some("GET".to_owned()),
        path: "/rest/api/3/task/".to_owned(),
        times: 1,
        effect: Effect::status(404),
    });
    let done = rig
        .commit("workflow_scheme_publish", json!({"schemeId": 10101}))
        .await;
    assert_ne!(done["job_id"], Value::Null, "{done:#}");
    let job = json!({"job_id": done["job_id"]});
    let mut disabled = everything();
    disabled
        .disabled_tools
        .insert("workflow_scheme_publish".to_owned());
    let mut narrow = everything();
    narrow.groups.remove("write_workflows");
    for rules in [disabled, narrow] {
        let other = rig.under(rules);
        let code = other.refused("job_get", job.clone()).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    }
    // To look is to read: that is left when nothing may be written.
    let mut closed = everything();
    closed.read_only = true;
    rig.under(closed).ok("job_get", job).await;
}
