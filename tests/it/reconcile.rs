//! Fates that nobody saw: what the journal says at first, and what it says once it has looked.

use atlassian_sandbox::{Effect, Fault};
use serde_json::{Value, json};

use crate::rig::Rig;

fn fault(method: &str, path: &str, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times: 1,
        effect,
    }
}

/// Previews a change and commits it; the answer of the commit, and whether it is a failure.
async fn try_commit(rig: &Rig, name: &str, mut arguments: Value) -> (Value, bool) {
    let dry = rig.ok(name, arguments.clone()).await;
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    rig.call(name, arguments).await
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
    let (answer, failed) = try_commit(&rig, "filter_create", change).await;
    assert!(!failed, "{answer:#}");
    assert!(answer["note"].is_string(), "{answer:#}");
    let get = json!({"operation_id": answer["operation_id"]});
    let entry = rig.ok("operation_get", get).await;
    assert_eq!(entry["result"]["state"], "applied");
    assert_eq!(entry["result"]["target"]["id"], Value::Null);
}
