//! The organisation's gate over time: who sees and undoes what was done with its key, and in which
//! audit record each trace of it stands.

use std::sync::Arc;

use gojira_mcp::auth::Scopes;
use gojira_mcp::base::ids::AccountId;
use gojira_mcp::catalog;
use gojira_mcp::catalog::model::{Credential, Tool};
use gojira_mcp::dispatch::jobs::Job;
use serde_json::{Value, json};

use crate::fixtures;
use crate::rig::{Choice, Rig, apart};

const TOOL: &str = "org_group_member_add";

async fn rig() -> Rig {
    Rig::with(Choice {
        adjust: Arc::new(apart),
        ..Choice::default()
    })
    .await
}

/// The same world after the first person was taken off the list, and the second put on it.
fn after_the_change(rig: &Rig) -> Rig {
    let second = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    rig.adjusted(move |settings| {
        let org = settings.org.as_mut().unwrap();
        org.accounts = [second.clone()].into();
    })
}

async fn addition(rig: &Rig) -> Value {
    fixtures::all()[TOOL].prepare(rig).await
}

async fn listed(rig: &Rig) -> Vec<Value> {
    let list = rig.ok("operation_list", json!({})).await;
    list["result"].as_array().unwrap().clone()
}

fn tools(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .filter_map(|entry| entry["tool"].as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_the_gate_neither_sees_nor_undoes_what_they_did() {
    let rig = rig().await;
    let addition = addition(&rig).await;
    let done = rig.commit(TOOL, addition.clone()).await;
    let site = json!({"fieldId": "customfield_10033", "description": "Of the site"});
    rig.commit("custom_field_update", site).await;
    let id = json!({"operation_id": done["operation_id"]});
    let dry = rig.ok("operation_revert", id.clone()).await;
    let plan = json!({"plan_id": dry["result"]["plan_id"]});
    let both = listed(&rig).await;
    assert_eq!(both.len(), 2, "{both:#?}");

    let before = rig.sandbox.snapshot();
    let earlier = rig.sandbox.requests().len();
    let later = after_the_change(&rig);
    assert_eq!(tools(&listed(&later).await), ["custom_field_update"]);
    for (name, arguments, code) in [
        ("operation_get", id.clone(), "INSUFFICIENT_PERMISSIONS"),
        ("operation_revert", id.clone(), "INSUFFICIENT_PERMISSIONS"),
        ("apply_plan", plan, "INSUFFICIENT_PERMISSIONS"),
    ] {
        let (answer, failed) = later.call(name, arguments).await;
        assert!(failed, "{name}: {answer:#}");
        let error = &answer["error"];
        assert_eq!(error["code"], code, "{name}");
        assert!(error.get("details").is_none(), "{name}: {answer:#}");
    }
    assert_eq!(rig.sandbox.requests().len(), earlier);
    assert_eq!(rig.sandbox.snapshot(), before);

    // Back on the list, it can be undone.
    rig.commit("operation_revert", id).await;
}

/// Whichever group a tool is in: what calls with the organisation's key asks for the list of accounts.
#[tokio::test(flavor = "multi_thread")]
async fn no_tool_of_the_organisation_is_open_to_who_is_not_on_the_list() {
    let rig = rig().await;
    let fixtures = fixtures::all();
    let mut calls = Vec::new();
    let of_org = |tool: &&Tool| tool.credential == Credential::OrgAdmin;
    for tool in catalog::tools().iter().filter(of_org) {
        calls.push((tool.name, fixtures[tool.name].prepare(&rig).await));
    }
    let earlier = rig.sandbox.requests().len();
    let before = rig.sandbox.snapshot();
    let outside = after_the_change(&rig);
    for (name, arguments) in calls {
        let code = outside.refused(name, arguments).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{name}");
    }
    assert_eq!(rig.sandbox.requests().len(), earlier);
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_the_organisation_is_its_writers_and_the_auditors() {
    let mut rig = rig().await;
    let addition = addition(&rig).await;
    let done = rig.commit(TOOL, addition).await;
    let id = json!({"operation_id": done["operation_id"]});

    // A client that may not act for the organisation does not see it either.
    let whole = std::mem::replace(&mut rig.principal.scopes, Scopes::DEFAULT);
    assert_eq!(tools(&listed(&rig).await), Vec::<&str>::new());
    let code = rig.refused("operation_get", id.clone()).await;
    assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    rig.principal.scopes = whole;

    // Another administrator of the organisation sees their own entries only, ...
    let mut other = after_the_change(&rig);
    other.principal.account = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    assert_eq!(tools(&listed(&other).await), Vec::<&str>::new());
    for name in ["operation_get", "operation_revert"] {
        assert_eq!(other.refused(name, id.clone()).await, "NOT_FOUND", "{name}");
    }
    // ... and so does everybody outside, ...
    let mut outside = rig.under(crate::rig::everything());
    outside.principal.account = AccountId::new(&rig.sandbox.facts().users[2].account_id);
    assert_eq!(tools(&listed(&outside).await), Vec::<&str>::new());
    for name in ["operation_get", "operation_revert"] {
        assert_eq!(
            outside.refused(name, id.clone()).await,
            "NOT_FOUND",
            "{name}"
        );
    }
    // ... but an auditor reads all, and undoes nothing.
    let auditor = outside.principal.account.clone();
    let mut reading = rig.adjusted(move |settings| {
        settings.policy.auditors = [auditor.clone()].into();
    });
    reading.principal = outside.principal.clone();
    assert_eq!(tools(&listed(&reading).await), Vec::<&str>::new());
    let all = reading.ok("operation_list", json!({"account": "*"})).await;
    assert_eq!(tools(all["result"].as_array().unwrap()), [TOOL]);
    let entry = reading.ok("operation_get", id.clone()).await;
    assert_eq!(entry["result"]["tool"], TOOL);
    assert_eq!(reading.refused("operation_revert", id).await, "NOT_FOUND");
}

/// A change set with a step of the organisation, from the plan to the plan of its undo.
async fn set_of_the_organisation(rig: &Rig, addition: &Value) {
    let steps = json!([{"operation": TOOL, "arguments": addition}]);
    let plan = rig.ok("change_set_plan", json!({"title": "Trial", "steps": steps}));
    let plan = plan.await["result"].clone();
    let set = json!({"change_set": plan["change_set"]});
    let given = json!({"plan_id": plan["plan_id"]});
    let done = rig.ok("change_set_apply", given).await;
    assert_eq!(done["result"]["state"], "applied", "{done:#}");
    rig.ok("change_set_get", set.clone()).await;
    rig.ok("change_set_revert", set).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trace_of_the_organisation_stands_in_its_own_record() {
    let rig = rig().await;
    let addition = addition(&rig).await;
    let plan = json!({"operation": TOOL, "arguments": addition});
    let plan = rig.ok("plan_change", plan).await;
    let plan = json!({"plan_id": plan["result"]["plan_id"]});
    let done = rig.ok("apply_plan", plan).await;
    let id = json!({"operation_id": done["operation_id"]});
    rig.ok("operation_get", id.clone()).await;
    // No tool of the organisation leaves work behind today; if one did, it would be followed so.
    let job: Job = serde_json::from_value(json!({
        "operation_id": done["operation_id"], "tool": TOOL, "style": "jira", "task": "10000",
    }))
    .unwrap();
    let jobs = &rig.dispatcher.parts().jobs;
    let job = jobs.keep(&rig.principal.account, &job).await.unwrap();
    let job = json!({"job_id": job});
    rig.call("job_get", job.clone()).await;
    rig.commit("operation_revert", id.clone()).await;
    set_of_the_organisation(&rig, &addition).await;
    rig.ok("project_list", json!({})).await;

    let calls = |lines: Vec<Value>| -> Vec<String> {
        let calls = lines.into_iter().filter(|line| line["kind"] == "CALL");
        calls
            .map(|line| line["tool"].as_str().unwrap().to_owned())
            .collect()
    };
    let org = calls(rig.org_audit());
    for tool in [
        "plan_change",
        TOOL,
        "apply_plan",
        "operation_get",
        "job_get",
        "operation_revert",
        "change_set_plan",
        "change_set_apply",
        "change_set_get",
        "change_set_revert",
    ] {
        assert!(org.iter().any(|name| name == tool), "{tool}: {org:?}");
    }
    assert_eq!(calls(rig.audit()), ["project_list"]);
    let ended = rig.org_audit();
    let ended = ended.iter().filter(|line| line["kind"] == "CALL_END");
    assert_eq!(ended.count(), org.len());

    // What is refused at the gate stands there too.
    let later = after_the_change(&rig);
    for (name, arguments) in [("operation_revert", id), ("job_get", job)] {
        let code = later.refused(name, arguments).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{name}");
    }
    assert_eq!(calls(later.org_audit()), ["operation_revert", "job_get"]);
    assert_eq!(calls(later.audit()), Vec::<String>::new());
}
