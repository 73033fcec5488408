//! Writes of several requests: what is shown, what is sent, and what a failure half-way leaves.

mod options;
mod rules;

use std::time::Duration;

use atlassian_sandbox::{Effect, Fault};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::rig::Rig;

/// As often as a request is tried.
const ALWAYS: u32 = 2;

/// Faults of every kind, with the times that they strike.
fn faults() -> [(&'static str, u32, Effect); 8] {
    [
        ("400", 1, Effect::status(400)),
        ("403", 1, Effect::status(403)),
        ("429", ALWAYS, Effect::too_many(0)),
        ("500", ALWAYS, Effect::status(500)),
        ("503", ALWAYS, Effect::status(503)),
        ("once dropped", 1, Effect::Drop),
        ("dropped", ALWAYS, Effect::Drop),
        ("dropped after", ALWAYS, Effect::DropAfter),
    ]
}

/// Each of them has a server of its own.
async fn few_at_once(cases: impl Iterator<Item = impl Future<Output = ()>>) {
    futures::stream::iter(cases)
        .for_each_concurrent(4, |case| case)
        .await;
}

fn order(rig: &Rig, (method, path): (&str, &str), times: u32, effect: Effect) {
    rig.sandbox.fault(Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times,
        effect,
    });
}

async fn entry(rig: &Rig, details: &Value) -> Value {
    let get = json!({"operation_id": details["operation_id"]});
    rig.ok("operation_get", get).await["result"].clone()
}

/// The methods of the requests since then that changed something.
fn sent(rig: &Rig, since: usize) -> Vec<String> {
    let requests = rig.sandbox.requests().split_off(since);
    let writes = requests.into_iter().map(|request| request.method);
    writes.filter(|method| method != "GET").collect()
}

/// Takes back what stopped half-way, once nothing of it can be under way any more.
async fn take_back(rig: &Rig, details: &Value) -> Value {
    rig.pass(Duration::from_mins(1));
    let undo = json!({"operation_id": details["operation_id"]});
    rig.commit("operation_revert", undo).await
}

fn stages(entry: &Value) -> Vec<(&str, &str)> {
    let stages = entry["stages"].as_array().unwrap().iter();
    stages
        .map(|stage| {
            (
                stage["name"].as_str().unwrap(),
                stage["state"].as_str().unwrap(),
            )
        })
        .collect()
}
