//! Writes whose outcome shows only indirectly, or not at all: they say so before they are sent.

use atlassian_sandbox::{Effect, Fault};
use gojira_mcp::catalog;
use serde_json::{Value, json};

use crate::fixtures;
use crate::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_no_read_shows_says_so_in_its_dry_run() {
    let rig = Rig::new().await;
    let fixtures = fixtures::all();
    let mut tried = 0;
    for tool in catalog::tools() {
        let Some(why) = tool.unseen else { continue };
        let arguments = fixtures[tool.name].prepare(&rig).await;
        let dry = rig.ok(tool.name, arguments).await;
        let warnings = dry["result"]["warnings"].as_array().unwrap();
        let told = |warning: &Value| warning.as_str().unwrap().contains(why);
        assert!(warnings.iter().any(told), "{}: {dry:#}", tool.name);
        tried += 1;
    }
    assert!(tried > 3, "only {tried} tools");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_draft_puts_into_force_is_shown() {
    let rig = Rig::new().await;
    let arguments = json!({"schemeId": 10101});
    let dry = rig.ok("workflow_scheme_publish", arguments.clone()).await;
    let patch = dry["result"]["patch"].as_array().unwrap();
    assert!(!patch.is_empty(), "{dry:#}");
    let of_scheme = |change: &Value| {
        let place = change["path"].as_str().unwrap();
        ["/description", "/defaultWorkflow", "/issueTypeMappings"]
            .iter()
            .any(|field| place.starts_with(field))
    };
    assert!(patch.iter().all(of_scheme), "{dry:#}");
    let done = rig
        .commit("workflow_scheme_publish", arguments.clone())
        .await;
    assert!(done["job_id"].is_null(), "{done:#}");
    // The draft is used up, and a scheme without one has nothing to publish.
    let code = rig.refused("workflow_scheme_publish", arguments).await;
    assert_eq!(code, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_whose_change_was_not_answered_is_looked_at() {
    let rig = Rig::new().await;
    let mut arguments = fixtures::all()["workflow_update"].prepare(&rig).await;
    let dry = rig.ok("workflow_update", arguments.clone()).await;
    assert_eq!(
        dry["result"]["patch"],
        json!([{"op": "replace", "path": "/description", "value": "For all product teams"}])
    );
    rig.sandbox.fault(Fault {
        method: Some("POST".to_owned()),
        path: "/rest/api/3/workflows/update".to_owned(),
        times: 1,
        effect: Effect::DropAfter,
    });
    arguments["commit"] = json!(true);
    arguments["plan_id"] = dry["result"]["plan_id"].clone();
    let done = rig.ok("workflow_update", arguments).await;
    assert!(done["note"].is_string(), "{done:#}");
}
