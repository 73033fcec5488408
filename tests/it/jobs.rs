//! Work that goes on at Atlassian after it has answered.

use atlassian_sandbox::{Effect, Fault};
use serde_json::{Value, json};

use crate::rig::Rig;

pub(crate) const FIELD: &str = "customfield_10033";

fn fault(method: &str, path: &str, times: u32, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times,
        effect,
    }
}

/// Previews and commits; gives the answer, and whether it is a failure.
async fn try_commit(rig: &Rig, name: &str, mut arguments: Value) -> (Value, bool) {
    let dry = rig.ok(name, arguments.clone()).await;
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    rig.call(name, arguments).await
}

async fn entry(rig: &Rig, id: &Value) -> Value {
    let entry = rig.ok("operation_get", json!({"operation_id": id})).await;
    entry["result"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_202_without_a_task_is_unknown() {
    let rig = Rig::new().await;
    let path = format!("/rest/api/3/field/{FIELD}");
    let taken = Effect::Status {
        status: 202,
        headers: Vec::new(),
        body: Value::Null,
    };
    rig.sandbox.fault(fault("DELETE", &path, 1, taken));
    let (answer, failed) = try_commit(&rig, "custom_field_delete", json!({"fieldId": FIELD})).await;
    assert!(failed, "{answer:#}");
    let details = &answer["error"]["details"];
    assert_eq!(details["state"], "unknown", "{answer:#}");
    let entry = entry(&rig, &details["operation_id"]).await;
    assert_eq!(entry["state"], "unknown");
}
