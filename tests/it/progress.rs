//! What a caller hears of a call while it lasts.

use std::sync::{Arc, Mutex};

use gojira_mcp::dispatch::{Invocation, Progress};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::rig::Rig;

/// Done, of how much, in which words.
pub(crate) type Told = (f64, Option<f64>, String);

/// Keeps everything that is told.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Told>>);

impl Progress for Heard {
    fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        assert!(!words.is_empty());
        let told = (done, total, words.to_owned());
        self.0.lock().unwrap().push(told);
    }
}

/// Calls a tool and gives its answer with what was told before it.
pub(crate) async fn listened(rig: &Rig, name: &str, given: Value) -> (Value, Vec<Told>) {
    let heard = Arc::new(Heard::default());
    let reply = rig
        .dispatcher
        .call(Invocation {
            principal: rig.principal.clone(),
            name: name.to_owned(),
            arguments: serde_json::from_value(given).unwrap(),
            cancel: CancellationToken::new(),
            progress: Some(heard.clone()),
            asking: None,
        })
        .await;
    assert!(!reply.is_error, "{name}: {}", reply.text);
    let told = heard.0.lock().unwrap().clone();
    (serde_json::from_str(&reply.text).unwrap(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_rises_while_a_task_is_followed() {
    let rig = Rig::new().await;
    let change = json!({"fieldId": "customfield_10033"});
    let dry = rig.ok("custom_field_delete", change).await;
    let plan = json!({"plan_id": dry["result"]["plan_id"]});
    let (_, told) = listened(&rig, "apply_plan", plan).await;
    let told: Vec<_> = told
        .iter()
        .map(|(done, total, _)| (*done, *total))
        .collect();
    let whole = Some(100.0);
    assert_eq!(told, [(0.0, whole), (50.0, whole), (100.0, whole)]);
}

/// A creation looks before it is sent for what is like the new one, page after page.
#[tokio::test(flavor = "multi_thread")]
async fn each_page_that_another_follows_is_told() {
    let rig = Rig::new().await;
    let component = |at: u32| json!({"project": "MOB", "name": format!("Part {at}")});
    for at in 0..100 {
        rig.commit("component_create", component(at)).await;
    }
    let dry = rig.ok("component_create", component(100)).await;
    let plan = json!({"plan_id": dry["result"]["plan_id"]});
    let (_, told) = listened(&rig, "apply_plan", plan).await;
    // A hundred stand on the first of two pages.
    assert_eq!(told.len(), 1, "{told:?}");
    for (at, (done, total, words)) in (1_u32..).zip(&told) {
        assert_eq!((*done, *total), (f64::from(at), None), "{told:?}");
        assert!(words.contains("page"), "{words}");
    }
}
