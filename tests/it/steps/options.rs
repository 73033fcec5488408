//! Contexts and options of custom fields: a step that needs the answer of the one before it, and
//! steps that are left out.

use std::time::Duration;

use atlassian_sandbox::Effect;
use serde_json::{Value, json};

use super::{ALWAYS, entry, faults, few_at_once, order, sent, stages, take_back};
use crate::rig::Rig;

const CREATE: (&str, &str) = ("POST", "/context");
const ADD: (&str, &str) = ("POST", "/option");
const CHANGE: (&str, &str) = ("PUT", "/option");
const TAKE_BACK: (&str, &str) = ("DELETE", "/context/");

fn context() -> Value {
    json!({
        "fieldId": "customfield_10032",
        "name": "Tiers of the port",
        "projectIds": ["10002"],
        "options": [{"value": "Bronze"}, {"value": "Silver"}],
    })
}

fn options() -> Value {
    json!({
        "fieldId": "customfield_10032",
        "contextId": "10204",
        "change": [{"id": "10720", "value": "Lowest"}, {"id": "10721", "disabled": true}],
        "add": [{"value": "Platinum"}],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_completed_with_what_the_one_before_answers() {
    let rig = Rig::new().await;
    let dry = rig.ok("custom_field_context_create", context()).await;
    let requests = &dry["result"]["requests"];
    assert_eq!(requests[1]["step"], "add_options");
    assert!(requests[1]["note"].is_string(), "{dry:#}");
    let done = rig.commit("custom_field_context_create", context()).await;
    let id = &done["target"]["id"];
    assert!(id.is_string(), "{done:#}");
    let kept = entry(&rig, &done).await;
    assert_eq!(
        stages(&kept),
        [("create", "applied"), ("add_options", "applied")]
    );
    // The journal has the request as it was sent, not as it was foreseen.
    assert_eq!(kept["requests"][1]["params"]["contextId"], *id);
    let without = json!({"fieldId": "customfield_10032", "name": "Other", "projectIds": ["10003"]});
    let since = rig.sandbox.requests().len();
    rig.commit("custom_field_context_create", without).await;
    assert_eq!(sent(&rig, since), ["POST"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_is_named_when_it_could_not_be_taken_back() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, ADD, 1, Effect::status(400));
    order(&rig, TAKE_BACK, 1, Effect::status(403));
    let (answer, failed) = rig
        .try_commit("custom_field_context_create", context())
        .await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "unknown", "{answer:#}");
    assert_eq!(details["done"], json!(["create"]));
    assert_eq!(details["not_undone"]["step"], "create");
    let kept = entry(&rig, details).await;
    assert!(kept["target"]["id"].is_string(), "{kept:#}");
    assert_ne!(rig.sandbox.snapshot(), before);
    take_back(&rig, details).await;
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_asked_for_nothing_is_refused() {
    let rig = Rig::new().await;
    let nothing = json!({"fieldId": "customfield_10032", "contextId": "10204"});
    let code = rig.refused("custom_field_option_set", nothing).await;
    assert_eq!(code, "VALIDATION_ERROR");
    let since = rig.sandbox.requests().len();
    let mut change = options();
    change.as_object_mut().unwrap().remove("add");
    rig.commit("custom_field_option_set", change).await;
    assert_eq!(sent(&rig, since), ["PUT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn options_are_changed_back_when_none_can_be_added() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    // There is such an option already: Jira refuses it.
    let mut twice = options();
    twice["add"] = json!([{"value": "High"}]);
    let since = rig.sandbox.requests().len();
    let (answer, failed) = rig.try_commit("custom_field_option_set", twice).await;
    assert!(failed, "{answer:#}");
    assert_eq!(sent(&rig, since), ["PUT", "POST", "PUT"]);
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "failed", "{answer:#}");
    assert_eq!(details["undone"], json!(["change"]));
    assert_eq!(rig.sandbox.snapshot(), before);
}

/// Every fault at every step of both tools: what the journal says is how the tenant is.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_at_any_step_leaves_the_tenant_as_the_journal_says() {
    let tools = [
        ("custom_field_context_create", context(), [CREATE, ADD]),
        ("custom_field_option_set", options(), [CHANGE, ADD]),
    ];
    let cases = tools.into_iter().flat_map(|(tool, arguments, places)| {
        places.into_iter().flat_map(move |place| {
            let arguments = arguments.clone();
            faults().map(|fault| Box::pin(fault_at(tool, arguments.clone(), place, fault)))
        })
    });
    few_at_once(cases).await;
}

async fn fault_at(
    tool: &str,
    arguments: Value,
    place: (&str, &str),
    (name, times, effect): (&str, u32, Effect),
) {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, place, times, effect);
    let (answer, failed) = rig.try_commit(tool, arguments).await;
    let beside = if failed {
        answer["error"]["details"].clone()
    } else {
        answer.clone()
    };
    let what = format!("{tool}, {name} at {place:?}: {answer:#}");
    let kept = entry(&rig, &beside).await;
    match kept["state"].as_str().unwrap() {
        "applied" => {
            assert!(!failed, "{what}");
            assert_ne!(rig.sandbox.snapshot(), before, "{what}");
        }
        "failed" => assert_eq!(rig.sandbox.snapshot(), before, "{what}"),
        "unknown" => assert!(!beside["untold"].as_array().unwrap().is_empty(), "{what}"),
        state => panic!("{state}, {what}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_without_its_options_is_taken_back_when_asked_for() {
    let rig = Rig::new().await;
    let before = rig.sandbox.snapshot();
    order(&rig, ADD, ALWAYS, Effect::Drop);
    let (answer, failed) = rig
        .try_commit("custom_field_context_create", context())
        .await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["done"], json!(["create"]), "{answer:#}");
    assert_eq!(details["untold"], json!(["add_options"]));
    // Nothing settles it by looking: the context alone does not show its options.
    rig.pass(Duration::from_mins(15));
    assert_eq!(entry(&rig, details).await["state"], "unknown");
    take_back(&rig, details).await;
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(entry(&rig, details).await["state"], "reverted");
}
