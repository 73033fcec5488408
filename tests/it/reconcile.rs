//! Fates that nobody saw: what the journal says at first, and what it says once it has looked.

use std::time::Duration;

use atlassian_sandbox::{Effect, Fault};
use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Tool;
use gojira_mcp::dispatch::Tally;
use serde_json::{Value, json};

use crate::fixtures;
use crate::rig::{Rig, everything};

fn fault(method: &str, path: &str, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times: 1,
        effect,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_without_an_id_is_still_applied() {
    let rig = Rig::new().await;
    let nameless = Effect::Status {
        status: 201,
        headers: Vec::new(),
        body: json!({"name": "Nameless"}),
    };
    rig.sandbox
        .fault(fault("POST", "/rest/api/3/filter", nameless));
    let change = json!({"name": "Nameless", "jql": "project = PORT"});
    let (answer, failed) = rig.try_commit("filter_create", change).await;
    assert!(!failed, "{answer:#}");
    assert!(answer["note"].is_string(), "{answer:#}");
    let get = json!({"operation_id": answer["operation_id"]});
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "applied");
    assert_eq!(entry["result"]["target"]["id"], Value::Null);
}

const FIELD: &str = "/rest/api/3/field/customfield_10033";

/// A change of a field that is lost on the way, however often it is sent.
async fn lose(rig: &Rig) -> Value {
    let change = json!({"fieldId": "customfield_10033", "description": "looked at"});
    let dry = rig.ok("custom_field_update", change.clone()).await;
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("PUT", FIELD, Effect::Drop)
    });
    let mut commit = change;
    commit["commit"] = json!(true);
    commit["plan_id"] = dry["result"]["plan_id"].clone();
    let (answer, failed) = rig.call("custom_field_update", commit).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown");
    json!({"operation_id": answer["error"]["details"]["operation_id"]})
}

fn audited(rig: &Rig) -> Vec<(String, String)> {
    let lines = rig.audit();
    let events = lines.iter().filter(|line| line["kind"] == "RECONCILED");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    events
        .map(|line| (text(&line["from"]), text(&line["to"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_arrived_is_failed_after_ten_minutes_and_not_before() {
    let rig = Rig::new().await;
    let get = lose(&rig).await;
    rig.pass(Duration::from_mins(3));
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!((tally.looked, tally.unknown), (1, 1));
    let entry = rig.ok("operation_get", get.clone()).await;
    assert_eq!(entry["result"]["state"], "unknown");
    rig.pass(Duration::from_mins(8));
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!((tally.looked, tally.failed), (1, 1));
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "failed");
    assert_eq!(entry["result"]["settled_by"], "reconciler");
    assert_eq!(audited(&rig), [("unknown".to_owned(), "failed".to_owned())]);
    // It is settled: nothing is left to be looked at.
    assert_eq!(rig.dispatcher.reconcile(10).await, Tally::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_is_settled_by_looking_again() {
    let rig = Rig::new().await;
    let get = lose(&rig).await;
    // It arrives late: somebody's proxy had kept it. Until then the field is locked.
    rig.pass(Duration::from_secs(61));
    let late = json!({"fieldId": "customfield_10033", "description": "looked at"});
    rig.commit("custom_field_update", late).await;
    // Nobody need wait for the server to look: who asks makes it look.
    let entry = rig.ok("operation_get", get.clone()).await;
    assert_eq!(entry["result"]["state"], "applied");
    assert_eq!(
        entry["result"]["after"]["description"],
        json!("looked at"),
        "{entry:#}"
    );
    assert_eq!(
        audited(&rig),
        [("unknown".to_owned(), "applied".to_owned())]
    );
    let undo = rig.call("operation_revert", get).await;
    assert!(!undo.1, "{undo:?}");
}

/// A change of a field that arrives, of which nobody hears, and whose target cannot be read then.
async fn lose_answer(rig: &Rig, name: &str, mut arguments: Value) -> Value {
    let dry = rig.ok(name, arguments.clone()).await;
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("PUT", FIELD, Effect::DropAfter)
    });
    // The read before it passes.
    for (times, effect) in [(1, Effect::Delay(Duration::ZERO)), (2, Effect::status(503))] {
        rig.sandbox.fault(Fault {
            times,
            ..fault("GET", "/rest/api/3/field/search", effect)
        });
    }
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    let (answer, failed) = rig.call(name, arguments).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown", "{answer:#}");
    json!({"operation_id": answer["error"]["details"]["operation_id"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fate_that_is_settled_gives_its_locks_back_at_once() {
    let rig = Rig::new().await;
    let change = json!({"fieldId": "customfield_10033", "description": "arrived"});
    let get = lose_answer(&rig, "custom_field_update", change).await;
    let next = json!({"fieldId": "customfield_10033", "description": "next"});
    let (answer, _) = rig.try_commit("custom_field_update", next.clone()).await;
    assert_eq!(answer["error"]["code"], "CONFLICT", "{answer:#}");
    let entry = rig.ok("operation_get", get.clone()).await;
    assert_eq!(entry["result"]["state"], "applied", "{entry:#}");
    // No time has passed, and nobody waits for it.
    rig.commit("operation_revert", get).await;
    rig.commit("custom_field_update", next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_does_not_wait_for_an_earlier_undo_that_was_lost() {
    let rig = Rig::new().await;
    let change = json!({"fieldId": "customfield_10033", "description": "made"});
    let made = rig.commit("custom_field_update", change.clone()).await;
    let other = rig.commit(
        "custom_field_update",
        json!({"fieldId": "customfield_10033", "name": "Other"}),
    );
    other.await;
    let undo = json!({"operation_id": made["operation_id"]});
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("PUT", FIELD, Effect::Drop)
    });
    let (answer, failed) = rig.try_commit("operation_revert", undo.clone()).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown", "{answer:#}");
    // What it has locked is locked for everything else.
    let (answer, _) = rig.try_commit("custom_field_update", change).await;
    assert_eq!(answer["error"]["code"], "CONFLICT", "{answer:#}");
    rig.commit("operation_revert", undo.clone()).await;
    let entry = rig.ok("operation_get", undo).await;
    assert_eq!(entry["result"]["state"], "reverted", "{entry:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_gone_is_seen_to_be_gone() {
    let rig = Rig::new().await;
    let filter = "/rest/api/3/filter/";
    rig.sandbox
        .fault(fault("DELETE", filter, Effect::DropAfter));
    let (answer, failed) = rig
        .try_commit("filter_delete", json!({"filterId": 10003}))
        .await;
    assert!(!failed, "{answer:#}");
    assert!(answer["note"].is_string(), "{answer:#}");
    assert_eq!(
        rig.refused("filter_delete", json!({"filterId": 10003}))
            .await,
        "NOT_FOUND"
    );
}

/// A change of a field of which nobody knows the fate.
async fn lose_on(rig: &Rig, field: &str) {
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("PUT", &format!("/rest/api/3/field/{field}"), Effect::Drop)
    });
    let change = json!({"fieldId": field, "description": "looked at"});
    let (answer, failed) = rig.try_commit("custom_field_update", change).await;
    assert!(failed, "{answer:#}");
    assert_eq!(answer["error"]["details"]["state"], "unknown", "{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn looks_that_nobody_asked_for_have_a_small_budget_of_their_own() {
    let rig = Rig::new().await;
    let fields = [
        "customfield_10033",
        "customfield_10040",
        "customfield_10041",
    ];
    for field in fields {
        lose_on(&rig, field).await;
    }
    // A person may call ten times a minute; one of six is left to such looks.
    let small = rig.adjusted(|settings| settings.limits.per_user_per_min = 10);
    rig.pass(Duration::from_mins(11));
    for round in 1..=3 {
        let tally = small.dispatcher.reconcile(10).await;
        assert_eq!((tally.looked, tally.failed, tally.left), (1, 1, 3 - round));
        let again = small.dispatcher.reconcile(10).await;
        assert_eq!((again.looked, again.left), (0, 3 - round));
        rig.pass(Duration::from_mins(1));
    }
    assert_eq!(small.dispatcher.reconcile(10).await, Tally::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_unasked_while_the_limit_of_the_site_is_near() {
    let rig = Rig::new().await;
    for field in ["customfield_10033", "customfield_10040"] {
        lose_on(&rig, field).await;
    }
    rig.pass(Duration::from_mins(11));
    let near = vec![("x-ratelimit-nearlimit", "true".to_owned())];
    rig.sandbox.fault(Fault {
        times: 1,
        ..fault(
            "GET",
            "/rest/api/3/field/search",
            Effect::Status {
                status: 403,
                headers: near,
                body: Value::Null,
            },
        )
    });
    // The first look learns it, and is the last one.
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!(
        (tally.looked, tally.unknown, tally.left),
        (1, 1, 1),
        "{tally:?}"
    );
    let asked = rig.sandbox.requests().len();
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!((tally.looked, tally.left), (0, 1), "{tally:?}");
    assert_eq!(rig.sandbox.requests().len(), asked);
    // What was left has kept its place.
    rig.pass(Duration::from_secs(61));
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!((tally.looked, tally.failed), (1, 1), "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_signed_out_is_not_looked_for() {
    let rig = Rig::new().await;
    lose(&rig).await;
    let dry = rig.ok("gojira_sign_out", json!({})).await;
    let plan = json!({"commit": true, "plan_id": dry["result"]["plan_id"]});
    rig.ok("gojira_sign_out", plan).await;
    rig.pass(Duration::from_mins(20));
    let asked = rig.sandbox.requests().len();
    let tally = rig.dispatcher.reconcile(10).await;
    assert_eq!((tally.looked, tally.unknown), (1, 1));
    assert_eq!(rig.sandbox.requests().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_looks_once() {
    let rig = Rig::new().await;
    lose(&rig).await;
    let other = rig.under(everything());
    rig.pass(Duration::from_mins(20));
    let (one, two) = tokio::join!(rig.dispatcher.reconcile(10), other.dispatcher.reconcile(10));
    assert_eq!(one.failed + two.failed, 1, "{one:?} {two:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_of_unknown_fate_finds_its_id() {
    let rig = Rig::new().await;
    let change = json!({"name": "Lost and found", "jql": "project = PORT"});
    rig.sandbox
        .fault(fault("POST", "/rest/api/3/filter", Effect::DropAfter));
    let (answer, failed) = try_commit_blind(&rig, "filter_create", change, SEARCH).await;
    assert!(failed, "{answer:#}");
    let get = json!({"operation_id": answer["error"]["details"]["operation_id"]});
    rig.pass(Duration::from_mins(3));
    let tally = rig.dispatcher.reconcile(10).await;
    let entry = rig.ok("operation_get", get.clone()).await;
    assert_eq!((tally.looked, tally.applied), (1, 1), "{entry:#}");
    let id = &entry["result"]["target"]["id"];
    assert_eq!(entry["result"]["state"], "applied");
    assert!(id.is_string(), "{entry:#}");
    // What is known again can be undone.
    rig.commit("operation_revert", get).await;
    let left = rig
        .ok("filter_list", json!({"filterName": "Lost and found"}))
        .await;
    assert_eq!(left["result"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_never_arrived_is_failed() {
    let rig = Rig::new().await;
    rig.sandbox.fault(fault("POST", SCHEMES, Effect::Drop));
    let (answer, failed) = rig
        .try_commit("permission_scheme_create", json!({"name": "Never"}))
        .await;
    assert!(failed, "{answer:#}");
    let get = json!({"operation_id": answer["error"]["details"]["operation_id"]});
    rig.pass(Duration::from_mins(11));
    // All schemes are listed, and none is new.
    assert_eq!(rig.dispatcher.reconcile(10).await.failed, 1);
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_is_looked_for_by_its_name_alone_is_never_called_failed() {
    let rig = Rig::new().await;
    rig.sandbox.fault(fault("POST", FILTERS, Effect::Drop));
    let change = json!({"name": "Never", "jql": "project = PORT"});
    let (answer, failed) = rig.try_commit("filter_create", change).await;
    assert!(failed, "{answer:#}");
    stays_unknown(&rig, &answer).await;
}

/// Whoever renames what was made, before anybody has found it, does not make the journal say that
/// it is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_was_renamed_before_it_was_looked_for_is_never_called_failed() {
    for (create, list, path) in [
        ("filter_create", SEARCH, FILTERS),
        ("permission_scheme_create", SCHEMES, SCHEMES),
    ] {
        let rig = Rig::new().await;
        let mut change = json!({"name": "Made"});
        if create == "filter_create" {
            change["jql"] = json!("project = PORT");
        }
        rig.sandbox.fault(fault("POST", path, Effect::DropAfter));
        let before = rig.sandbox.snapshot();
        let (answer, failed) = try_commit_blind(&rig, create, change, list).await;
        assert!(failed, "{create}: {answer:#}");
        rig.sandbox.forget_faults();
        let (rename, id) = match create {
            "filter_create" => ("filter_update", ("Filter", "filterId")),
            _ => ("permission_scheme_update", ("PermissionScheme", "schemeId")),
        };
        let (collection, argument) = id;
        let now = rig.sandbox.snapshot();
        let made = now[collection].as_object().unwrap().keys();
        let made = made
            .filter(|id| before[collection].get(*id).is_none())
            .map(|id| id.parse::<u64>().unwrap())
            .collect::<Vec<_>>();
        let other = json!({argument: made[0], "name": "Renamed"});
        rig.commit(rename, other).await;
        stays_unknown(&rig, &answer).await;
    }
}

/// What is known of a creation after ten minutes and after a day: nothing, and where to look.
async fn stays_unknown(rig: &Rig, answer: &Value) {
    let get = json!({"operation_id": answer["error"]["details"]["operation_id"]});
    for span in [Duration::from_mins(11), Duration::from_hours(25)] {
        rig.pass(span);
        assert_eq!(rig.dispatcher.reconcile(10).await.failed, 0);
        let entry = rig.ok("operation_get", get.clone()).await;
        assert_eq!(entry["result"]["state"], "unknown", "{entry:#}");
        let told = entry["result"]["failure"]["message"].as_str().unwrap();
        assert!(told.contains("renamed"), "{told}");
    }
}

const FILTERS: &str = "/rest/api/3/filter";
const SCHEMES: &str = "/rest/api/3/permissionscheme";
const SEARCH: &str = "/rest/api/3/filter/search";

/// As `Rig::try_commit`, with a list that cannot be read after the write.
async fn try_commit_blind(
    rig: &Rig,
    name: &str,
    mut arguments: Value,
    search: &str,
) -> (Value, bool) {
    let dry = rig.ok(name, arguments.clone()).await;
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    // What is there before is listed, and then no more.
    rig.sandbox
        .fault(fault("GET", search, Effect::Delay(Duration::ZERO)));
    rig.sandbox.fault(Fault {
        times: 2,
        ..fault("GET", search, Effect::status(503))
    });
    rig.call(name, arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_creation_with_traces_is_found_by_them() {
    let fixtures = fixtures::all();
    let mut lost = Vec::new();
    let alone = |tool: &&Tool| tool.traces.is_some() && tool.steps.is_empty();
    for tool in catalog::tools().iter().filter(alone) {
        let rig = Rig::new().await;
        let arguments = fixtures[tool.name].prepare(&rig).await;
        let method = tool.operation.unwrap().method;
        rig.sandbox.fault(fault(method, "", Effect::DropAfter));
        let (answer, failed) = rig.try_commit(tool.name, arguments).await;
        if failed || answer["target"]["id"].is_null() {
            lost.push(format!("{}: {answer}", tool.name));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
