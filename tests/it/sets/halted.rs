//! A server that is stopped at a record of its journal, for good or until it may go on.

use std::sync::Arc;

use gojira_mcp::dispatch::Invocation;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::chaos::{Disk, Trouble};
use crate::rig::{Choice, Rig};

/// A world, and the store of its server.
pub(super) async fn over_disk() -> (Rig, Arc<Disk>) {
    let (disk, store) = Disk::wrap();
    let rig = Rig::with(Choice {
        store,
        ..Choice::default()
    })
    .await;
    (rig, disk())
}

/// Stops the server at the n-th record from here on.
pub(super) fn stop_at(disk: &Disk, nth: usize) {
    disk.order(Some(Trouble::HaltPutting("journal:", nth - 1)));
}

/// The server carries a plan out and stops at the n-th record.
pub(super) async fn carried_out_until(rig: &Rig, disk: &Disk, nth: usize, plan: &Value) {
    stop_at(disk, nth);
    let (dispatcher, principal) = (rig.dispatcher.clone(), rig.principal.clone());
    let arguments = json!({"plan_id": plan["plan_id"]});
    let arguments = arguments.as_object().unwrap().clone();
    let call = tokio::spawn(async move {
        let invocation = Invocation {
            principal,
            name: "change_set_apply".to_owned(),
            arguments,
            cancel: CancellationToken::new(),
            asking: None,
            progress: None,
        };
        dispatcher.call(invocation).await
    });
    disk.halted().await;
    call.abort();
}
