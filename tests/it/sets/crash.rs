//! A server that stops between two steps, or within one: another goes on, and nothing is sent twice.

use std::time::Duration;

use serde_json::json;

use super::halted::{carried_out_until, over_disk};
use super::{ONE, OTHER, apply, describe, of_steps, plan, sent};
use crate::rig::everything;

#[tokio::test(flavor = "multi_thread")]
async fn a_set_goes_on_after_a_crash_and_sends_nothing_twice() {
    // Each step has two records: before it is sent and after it was answered.
    for nth in 1..=4 {
        let (rig, disk) = over_disk().await;
        let plan = plan(&rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
        carried_out_until(&rig, &disk, nth, &plan).await;
        let other = rig.under(everything());
        if nth % 2 == 0 {
            // The step was sent, and nobody may send it again before its fate is known.
            let waiting = apply(&other, &plan).await;
            assert_eq!(waiting["state"], "running", "{nth}: {waiting:#}");
        }
        rig.pass(Duration::from_mins(3));
        let done = apply(&other, &plan).await;
        assert_eq!(done["state"], "applied", "{nth}: {done:#}");
        assert_eq!(of_steps(&done, "state"), ["applied", "applied"]);
        for field in [ONE, OTHER] {
            assert_eq!(sent(&rig, "PUT", &format!("/field/{field}")), 1, "{nth}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_half_done_can_be_undone_and_then_does_not_go_on() {
    let (rig, disk) = over_disk().await;
    let before = rig.sandbox.snapshot();
    let begun = plan(&rig, json!([describe(ONE, "one"), describe(OTHER, "two")])).await;
    // Before the second step is recorded.
    carried_out_until(&rig, &disk, 3, &begun).await;
    rig.pass(Duration::from_mins(3));
    let other = rig.under(everything());
    let undone = super::undo(&other, &begun).await;
    assert_eq!(undone["state"], "reverted", "{undone:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
    let late = apply(&other, &begun).await;
    assert_eq!(late["failed"]["error"]["code"], "CONFLICT", "{late:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(sent(&rig, "PUT", &format!("/field/{OTHER}")), 0);
}
