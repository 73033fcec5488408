//! Tools that take an OAuth token as well as an API token: which of the two they use.

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Tool;
use serde_json::json;

use crate::fixtures::{self, Fixture};
use crate::rig::{Choice, Rig};

/// What every sign-in asks for, whatever the groups.
const ALWAYS: [&str; 3] = ["offline_access", "read:me", "read:account"];

/// Each tool that takes either and needs nothing to be made first, with its fixture.
fn tried() -> Vec<(&'static Tool, Fixture)> {
    let known = |name: &String| catalog::tool(name);
    fixtures::all()
        .into_iter()
        .filter(|(_, fixture)| fixture.is_plain())
        .filter_map(|(name, fixture)| Some((known(&name)?, fixture)))
        .filter(|(tool, _)| catalog::takes_either(tool))
        .collect()
}

/// A server whose people agree to these scopes; each has an API token besides.
async fn asking(scopes: Vec<String>) -> Rig {
    let adjust = move |settings: &mut gojira_mcp::config::Settings| {
        settings.oauth.scopes.clone_from(&scopes);
    };
    Rig::with(Choice {
        adjust: std::sync::Arc::new(adjust),
        ..Choice::default()
    })
    .await
}

/// Calls every tool (a write as a dry run) and gives those that left the way that is expected.
async fn strays(rig: &Rig, tools: &[(&'static Tool, Fixture)], gateway: bool) -> Vec<String> {
    let mut strays = Vec::new();
    for (tool, fixture) in tools {
        let earlier = rig.sandbox.requests().len();
        rig.ok(tool.name, fixture.arguments.clone()).await;
        let seen = rig.sandbox.requests().split_off(earlier);
        // The dry run of a creation has nothing to read.
        let asked = !seen.is_empty() || tool.target.is_some();
        assert!(asked, "{} asked nothing", tool.name);
        let elsewhere = |path: &str| path.starts_with("/api/ex/") != gateway;
        if let Some(seen) = seen.iter().find(|seen| elsewhere(&seen.path)) {
            strays.push(format!("{}: {}", tool.name, seen.path));
        }
    }
    strays
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grant_goes_first_where_it_has_the_scopes() {
    let tools = tried();
    assert!(tools.len() > 100, "{} tools only", tools.len());
    let needed = tools.iter().flat_map(|(tool, _)| catalog::scopes_of(tool));
    let mut scopes: Vec<String> = ALWAYS
        .into_iter()
        .chain(needed)
        .map(str::to_owned)
        .collect();
    scopes.sort();
    scopes.dedup();
    let rig = asking(scopes).await;
    assert_eq!(strays(&rig, &tools, true).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_token_serves_where_the_grant_has_no_scopes() {
    let rig = asking(ALWAYS.map(str::to_owned).into()).await;
    // What needs no scope is open to every grant.
    let mut tools = tried();
    tools.retain(|(tool, _)| !catalog::scopes_of(tool).is_empty());
    assert_eq!(strays(&rig, &tools, false).await, [""; 0]);

    // A write and its undo, with the credential that showed what they would do.
    let earlier = rig.sandbox.requests().len();
    let change = json!({"fieldId": "customfield_10047", "description": "By token"});
    let done = rig.commit("custom_field_update", change).await;
    let undo = json!({"operation_id": done["operation_id"]});
    rig.commit("operation_revert", undo).await;
    let seen = rig.sandbox.requests().split_off(earlier);
    assert!(seen.iter().any(|seen| seen.method == "PUT"));
    for seen in seen {
        assert!(!seen.path.starts_with("/api/ex/"), "{}", seen.path);
    }

    let told = rig.ok("gojira_whoami", json!({})).await;
    assert_eq!(
        told["result"]["groups"]["read_projects"]["works"], true,
        "{told:#}"
    );
}
