//! Plans between preview and commit: found, discarded, used once, stale; and the locks of a commit.

use std::collections::BTreeSet;
use std::time::Duration;

use atlassian_sandbox::{Effect, Fault};
use futures::future::join_all;
use gojira_mcp::base::ids::{AccountId, CloudId};
use serde_json::{Value, json};

use crate::fixtures;
use crate::rig::{Rig, apart, everything};

async fn some_field(rig: &Rig) -> Value {
    let fields = rig.ok("custom_field_list", json!({})).await;
    let custom = |field: &&Value| field["id"].as_str().unwrap().starts_with("customfield_");
    let fields = fields["result"].as_array().unwrap();
    fields.iter().find(custom).unwrap()["id"].clone()
}

/// A dry run; the arguments that commit it.
async fn planned(rig: &Rig, field: &Value, description: &str) -> Value {
    let mut change = json!({"fieldId": field, "description": description});
    let dry = rig.ok("custom_field_update", change.clone()).await;
    change["commit"] = json!(true);
    change["plan_id"] = dry["result"]["plan_id"].clone();
    change
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_found_listed_and_discarded() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let change = planned(&rig, &field, "kept for later").await;
    let id = json!({"plan_id": change["plan_id"]});
    let kept = rig.ok("plan_get", id.clone()).await;
    let kept = &kept["result"];
    assert_eq!(kept["state"], "waiting");
    assert_eq!(kept["tool"], "custom_field_update");
    assert_eq!(kept["patch"][0]["value"], "kept for later");
    assert_eq!(kept["arguments"]["fieldId"], field);
    assert!(
        kept["requests"][0]["call"]
            .as_str()
            .unwrap()
            .starts_with("PUT ")
    );

    for nth in 0..3 {
        rig.pass(Duration::from_secs(1));
        planned(&rig, &field, &format!("another {nth}")).await;
    }
    let mut seen = Vec::new();
    let mut ask = json!({"limit": 3});
    loop {
        let list = rig.ok("plan_list", ask.clone()).await;
        let lines = list["result"].as_array().unwrap();
        seen.extend(lines.iter().map(|line| line["plan_id"].clone()));
        match &list["page"]["next"] {
            Value::Null => break,
            next => ask["page"] = next.clone(),
        }
    }
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[3], change["plan_id"], "the newest first");

    rig.ok("plan_discard", id.clone()).await;
    for tool in ["plan_get", "plan_discard", "apply_plan"] {
        assert_eq!(rig.refused(tool, id.clone()).await, "CONSENT_REQUIRED");
    }
    let before = rig.sandbox.snapshot();
    let answer = rig.ok("custom_field_update", change).await;
    assert_eq!(
        answer["result"]["not_committed"]["code"],
        "CONSENT_REQUIRED"
    );
    assert_eq!(rig.sandbox.snapshot(), before);
    let list = rig.ok("plan_list", json!({"state": "waiting"})).await;
    assert_eq!(list["result"].as_array().unwrap().len(), 4);
    let audit = rig.audit();
    let discarded = audit.iter().filter(|line| line["kind"] == "PLAN_DISCARDED");
    assert_eq!(discarded.count(), 1);

    // Nothing of it outlives its time.
    rig.pass(Duration::from_mins(16));
    let list = rig.ok("plan_list", json!({})).await;
    assert_eq!(list["result"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_commit_names_what_the_first_became() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let change = planned(&rig, &field, "once").await;
    let done = rig.ok("custom_field_update", change.clone()).await;
    let after = rig.sandbox.snapshot();
    let again = rig.ok("custom_field_update", change.clone()).await;
    let unmet = &again["result"]["not_committed"];
    assert_eq!(unmet["code"], "CONSENT_REQUIRED");
    assert_eq!(unmet["operation_id"], done["operation_id"]);
    assert_eq!(again["result"]["changes_nothing"], true);
    let id = json!({"plan_id": change["plan_id"]});
    let (answer, failed) = rig.call("apply_plan", id.clone()).await;
    assert!(failed);
    let details = &answer["error"]["details"];
    assert_eq!(details["operation_id"], done["operation_id"]);
    let used = rig.ok("plan_get", id).await;
    assert_eq!(used["result"]["state"], "used");
    assert_eq!(used["result"]["operation_id"], done["operation_id"]);
    assert_eq!(rig.sandbox.snapshot(), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_plan_says_what_changed_in_words() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let late = planned(&rig, &field, "late").await;
    let other = json!({"fieldId": field, "name": "Renamed", "description": "by another"});
    rig.commit("custom_field_update", other).await;
    let answer = rig.ok("custom_field_update", late).await;
    let unmet = &answer["result"]["not_committed"];
    assert_eq!(unmet["code"], "STALE_PLAN");
    let words = unmet["in_words"].to_string();
    assert!(words.contains("Description: "), "{words}");
    assert!(
        words.contains("is now \u{201c}by another\u{201d}"),
        "{words}"
    );
    assert!(words.contains("is now \u{201c}Renamed\u{201d}"), "{words}");
    let paths = unmet["changed"].as_array().unwrap();
    assert!(paths.iter().any(|op| op["path"] == "/description"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_commits_at_once_on_one_target_one_wins() {
    let rig = Rig::new().await;
    let other = rig.under(everything());
    let field = some_field(&rig).await;
    for round in 0..16 {
        let mut changes = Vec::new();
        for nth in 0..2 {
            changes.push(planned(&rig, &field, &format!("{round} {nth}")).await);
        }
        let servers = [&rig, &other];
        let calls = servers.iter().zip(&changes);
        let calls = calls.map(|(rig, change)| rig.call("custom_field_update", change.clone()));
        let answers = join_all(calls).await;
        let applied = |answer: &&(Value, bool)| answer.0["operation_id"].is_string() && !answer.1;
        assert_eq!(answers.iter().filter(applied).count(), 1, "{answers:#?}");
        let (lost, _) = answers.iter().find(|answer| !applied(answer)).unwrap();
        let code = match &lost["error"]["code"] {
            Value::Null => &lost["result"]["not_committed"]["code"],
            code => code,
        };
        assert!(
            code == "STALE_PLAN" || code == "CONFLICT",
            "{code}: {lost:#}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_target_keeps_the_plan_for_another_try() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let change = planned(&rig, &field, "patient").await;
    let consent = &rig.dispatcher.parts().consent;
    let entry = rig.ok("operation_list", json!({})).await;
    assert_eq!(entry["result"], json!([]));
    let site = rig.sandbox.facts().cloud_id.clone();
    let site = CloudId::new(site);
    let name = format!("custom_field|{}", field.as_str().unwrap());
    let hold = consent.hold(Some(&site), &[name]).await.unwrap().unwrap();
    let (answer, failed) = rig.call("custom_field_update", change.clone()).await;
    assert!(failed);
    assert_eq!(answer["error"]["code"], "CONFLICT");
    assert!(answer["error"]["retry_after_ms"].is_u64());
    hold.release().await;
    let done = rig.ok("custom_field_update", change).await;
    assert!(done["operation_id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_of_unknown_fate_keeps_others_away_for_a_while() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let lost = planned(&rig, &field, "lost").await;
    let next = planned(&rig, &field, "next").await;
    // As often as it is tried.
    rig.sandbox.fault(Fault {
        method: Some("PUT".to_owned()),
        path: "/rest/api/3/field/".to_owned(),
        times: 2,
        effect: Effect::Drop,
    });
    let (answer, failed) = rig.call("custom_field_update", lost).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown", "{answer:#}");
    let (answer, _) = rig.call("custom_field_update", next.clone()).await;
    assert_eq!(answer["error"]["code"], "CONFLICT", "{answer:#}");
    rig.pass(Duration::from_secs(61));
    let done = rig.ok("custom_field_update", next).await;
    assert!(done["operation_id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_for_the_organisation_is_shown_behind_its_gate_alone() {
    let rig = Rig::new().await.adjusted(apart);
    let tool = "org_group_create";
    let change = fixtures::all()[tool].prepare(&rig).await;
    let dry = rig.ok(tool, change).await;
    let id = json!({"plan_id": dry["result"]["plan_id"]});
    rig.ok("plan_get", id.clone()).await;
    let second = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    let other = rig.adjusted(move |settings| {
        if let Some(org) = &mut settings.org {
            org.accounts = [second.clone()].into();
        }
    });
    assert_eq!(
        other.refused("plan_get", id.clone()).await,
        "CONSENT_REQUIRED"
    );
    let list = other.ok("plan_list", json!({})).await;
    assert_eq!(list["result"], json!([]));
    rig.ok("plan_discard", id).await;
    let told = |lines: Vec<Value>| lines.iter().any(|line| line["kind"] == "PLAN_DISCARDED");
    assert!(told(rig.org_audit()));
    assert!(!told(rig.audit()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_leaves_no_spent_plan_behind() {
    let rig = Rig::new().await;
    let field = some_field(&rig).await;
    let mut ends = BTreeSet::new();
    for doublings in 0..16 {
        let polls = 1_u32 << doublings;
        let server = rig.under(everything());
        // A lock of the round before may still be on its way back.
        rig.pass(Duration::from_secs(61));
        let change = planned(&rig, &field, &format!("after {polls} looks")).await;
        let id = json!({"plan_id": change["plan_id"]});
        let mut call = Box::pin(server.call("custom_field_update", change));
        for _ in 0..polls {
            if futures::poll!(&mut call).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
        server.dispatcher.drain(Duration::from_secs(30)).await;
        let plan = rig.ok("plan_get", id).await;
        let plan = &plan["result"];
        if plan["state"] == "used" {
            let entry = json!({"operation_id": plan["operation_id"]});
            let entry = rig.ok("operation_get", entry).await;
            assert_eq!(entry["result"]["state"], "applied", "{polls}: {entry:#}");
        }
        ends.insert(plan["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(ends, ["used", "waiting"].map(str::to_owned).into());
}
