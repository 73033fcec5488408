//! Every tool of the catalogue on the sandbox's site: a tool is tried here the day it appears.

use futures::FutureExt as _;
use gojira_mcp::catalog;
use gojira_mcp::catalog::model::{Credential, Effect, Tool};
use serde_json::{Value, json};

use crate::fixtures::{self, Fixture};
use crate::rig::{Rig, everything};

/// Tools that act on what another call left behind; `dispatch.rs` tries them.
const ON_WHAT_WAS_LEFT: [&str; 11] = [
    "apply_plan",
    "change_set_apply",
    "change_set_revert",
    "change_set_start",
    "gojira_sign_out",
    "job_cancel",
    "job_get",
    "operation_get",
    "operation_revert",
    "plan_discard",
    "plan_get",
];

fn is_tried(tool: &Tool) -> bool {
    !ON_WHAT_WAS_LEFT.contains(&tool.name)
}

#[test]
fn every_tool_has_a_fixture_and_every_fixture_a_tool() {
    let fixtures = fixtures::all();
    for tool in catalog::tools().iter().filter(|tool| is_tried(tool)) {
        assert!(fixtures.contains_key(tool.name), "{}", tool.name);
    }
    for name in fixtures.keys() {
        let tool = catalog::tool(name).unwrap();
        assert!(tool.name == name && is_tried(tool), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_answers_and_changes_nothing() {
    let rig = Rig::new().await;
    let fixtures = fixtures::all();
    let before = rig.sandbox.snapshot();
    let mut wrong = Vec::new();
    for tool in reads() {
        let arguments = fixtures[tool.name].prepare(&rig).await;
        let (answer, failed) = rig.call(tool.name, arguments).await;
        if failed || answer.get("result").is_none() {
            wrong.push(format!("{}: {answer}", tool.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_is_previewed_recorded_and_undone() {
    let fixtures = fixtures::all();
    let mut wrong = Vec::new();
    for tool in writes() {
        let rig = Rig::new().await;
        let tried = std::panic::AssertUnwindSafe(write(&rig, tool, &fixtures[tool.name]));
        if Box::pin(tried.catch_unwind()).await.is_err() {
            wrong.push(tool.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

pub(crate) fn reads() -> impl Iterator<Item = &'static Tool> {
    let reads = |tool: &&Tool| tool.effect == Effect::Read && is_tried(tool);
    catalog::tools().iter().filter(reads)
}

pub(crate) fn writes() -> impl Iterator<Item = &'static Tool> {
    let writes = |tool: &&Tool| {
        tool.effect != Effect::Read && tool.credential != Credential::Local && is_tried(tool)
    };
    catalog::tools().iter().filter(writes)
}

async fn write(rig: &Rig, tool: &Tool, fixture: &Fixture) {
    let name = tool.name;
    let arguments = fixture.prepare(rig).await;
    let before = rig.sandbox.snapshot();

    let dry = rig.ok(name, arguments.clone()).await;
    let shown = &dry["result"];
    assert_eq!(shown["dry_run"], true, "{name}: {dry:#}");
    assert!(shown["plan_id"].is_string(), "{name}: {dry:#}");
    assert_ne!(shown["changes_nothing"], true, "{name}: {dry:#}");
    assert_same(&before, rig, name, "the dry run");

    refusals(rig, tool, &arguments).await;
    assert_same(&before, rig, name, "a refusal");

    let done = rig.commit(name, arguments).await;
    if fixture.unseen.is_none() {
        let now = rig.sandbox.snapshot();
        assert_ne!(now, before, "{name} changed nothing: {done:#}");
    }
    assert_eq!(done["revertible"], shown["revertible"], "{name}");

    let undo = json!({"operation_id": done["operation_id"]});
    if shown["revertible"] != true {
        let code = rig.refused("operation_revert", undo).await;
        assert_eq!(code, "CONFLICT", "{name}");
        return;
    }
    let committed = rig.sandbox.snapshot();
    let dry = rig.ok("operation_revert", undo.clone()).await;
    assert_eq!(dry["result"]["dry_run"], true, "{name}: {dry:#}");
    assert_same(&committed, rig, name, "the dry run of the undo");
    rig.commit("operation_revert", undo).await;
    assert_same(&before, rig, name, "the undo");
}

/// A commit without a plan, without the group, and on a read-only server.
async fn refusals(rig: &Rig, tool: &Tool, arguments: &Value) {
    let mut commit = arguments.clone();
    commit["commit"] = json!(true);
    let answer = rig.ok(tool.name, commit.clone()).await;
    let code = &answer["result"]["not_committed"]["code"];
    assert_eq!(code, "CONSENT_REQUIRED", "{}: {answer:#}", tool.name);
    let mut narrow = everything();
    narrow.groups.remove(tool.group);
    let mut closed = everything();
    closed.read_only = true;
    for rules in [narrow, closed] {
        let code = rig.under(rules).refused(tool.name, commit.clone()).await;
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS", "{}", tool.name);
    }
}

/// Says where the site differs, not only that it does.
fn assert_same(before: &Value, rig: &Rig, name: &str, what: &str) {
    let now = rig.sandbox.snapshot();
    let patch = json_patch::diff(before, &now);
    assert!(
        patch.0.is_empty(),
        "{name}: {what} left {}",
        serde_json::to_string_pretty(&patch).unwrap()
    );
}
