//! What the steps of a set reach: in the preview, and on the page of the person who agrees.

use std::time::Duration;

use gojira_mcp::base::net;
use gojira_mcp::cli::browser::Browser;
use gojira_mcp::config::ConsentMode;
use serde_json::{Value, json};

use super::{made_and_assigned, plan};
use crate::rig::{Choice, Rig};

fn redescribed(scheme: u32, words: &str) -> Value {
    json!({"operation": "permission_scheme_update",
        "arguments": {"schemeId": scheme, "description": words}})
}

/// How often projects were asked for their permission scheme.
fn asked(rig: &Rig) -> usize {
    let requests = rig.sandbox.requests();
    let walks = requests
        .iter()
        .filter(|seen| seen.method == "GET" && seen.path.ends_with("/permissionscheme"));
    walks.count()
}

fn total(step: &Value) -> &Value {
    &step["impact"]["total"]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_says_which_projects_it_reaches() {
    let rig = Rig::new().await;
    let single = json!({"schemeId": 10000, "description": "Closed"});
    let single = rig.ok("permission_scheme_update", single).await["result"].clone();
    let one_walk = asked(&rig);
    assert!(one_walk > 0);

    let mut steps = made_and_assigned();
    let more = [
        redescribed(10000, "Closed"),
        redescribed(10000, "Open"),
        json!({"name": "late", "operation": "permission_scheme_update",
            "arguments": {"schemeId": "${make.id}", "description": "Later"}}),
    ];
    steps.as_array_mut().unwrap().extend(more);
    let plan = plan(&rig, steps).await;
    let shown = plan["steps"].as_array().unwrap();
    assert_eq!(shown[2]["impact"], single["impact"], "{plan:#}");
    let warning = "4 projects share this permission scheme; all of them change";
    let warned = |step: &Value| {
        let warnings = step["warnings"].as_array().unwrap();
        warnings.iter().any(|words| words == warning)
    };
    assert!(warned(&shown[2]) && warned(&shown[3]), "{plan:#}");
    // What two steps change is looked for once; one read more is that of the project.
    assert_eq!(total(&shown[3]), total(&shown[2]));
    assert_eq!(asked(&rig), 2 * one_walk + 1);
    // What nobody else shares has no reach, and what is not there yet none that could be told.
    assert_eq!(shown[0].get("impact"), None, "{plan:#}");
    assert_eq!(shown[1].get("impact"), None, "{plan:#}");
    let untold = shown[4]["impact"]["untold"].as_str().unwrap();
    assert!(untold.contains("is read when make is done"), "{untold}");

    // The plan keeps all of it.
    let kept = rig
        .ok("plan_get", json!({"plan_id": plan["plan_id"]}))
        .await;
    assert_eq!(kept["result"]["steps"], plan["steps"], "{kept:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_of_a_set_share_one_budget() {
    let rig = Rig::new().await;
    let schemes = [10000, 10001, 10002];
    let mut steps = Vec::new();
    for nth in 0..9 {
        // Schemes that nobody uses cost as many reads as others.
        let made = json!({"name": format!("Trial {nth}")});
        let made = rig.commit("permission_scheme_create", made).await;
        let id: u32 = made["result"]["id"].to_string().parse().unwrap();
        steps.push(redescribed(id, "one"));
    }
    steps.extend(schemes.map(|scheme| redescribed(scheme, "one")));
    let before = asked(&rig);
    let single = json!({"schemeId": 10000, "description": "Closed"});
    rig.ok("permission_scheme_update", single).await;
    let one_walk = asked(&rig) - before;
    let before = asked(&rig);
    let plan = plan(&rig, Value::from(steps)).await;
    let walked = asked(&rig) - before;
    // Each of the twelve by itself would have read all; together they stop at the bound of one.
    let would_have = 12 * one_walk;
    assert!(would_have > 72, "the tenant is too small: {one_walk}");
    assert!(walked < 72 && walked >= one_walk, "{walked}");
    let last = plan["steps"].as_array().unwrap().last().unwrap();
    let untold = last["impact"]["untold"].as_str().unwrap();
    assert!(
        untold.contains("more reads than a preview may make"),
        "{untold}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_set_shows_every_step_in_words() {
    let rig = Rig::with(Choice {
        consent: ConsentMode::Approve,
        ..Choice::default()
    })
    .await;
    let mut steps = made_and_assigned();
    steps
        .as_array_mut()
        .unwrap()
        .push(redescribed(10000, "Closed"));
    let plan = plan(&rig, steps).await;
    let http = net::client(Duration::from_secs(20)).unwrap();
    let email = rig.sandbox.facts().users[0].email.clone();
    let mut person = Browser::new(http, "none:".to_owned(), email);
    let url = plan["approve_at"].as_str().unwrap();
    let page = person.open(url).await.unwrap().page().unwrap();
    let asked = person.submit(&page, &[("action", "sign_in")]).await;
    let atlassian = asked.unwrap().page().unwrap();
    let page = person
        .submit(&atlassian, &[])
        .await
        .unwrap()
        .page()
        .unwrap();
    for due in [
        "Trial",
        "These are 3 steps",
        "Step 1: ",
        "Step 2: ",
        "Step 3: ",
        "[the id of what step make makes]",
        "Closed",
        "Projects that share this permission scheme",
        "4 projects",
        "Issues in these projects",
        "About 4",
        "Approve",
    ] {
        assert!(page.html.contains(due), "{due}: {}", page.html);
    }
    for raw in ["${make.id}</td>", "Approximate", "<dt>Of</dt>"] {
        assert!(!page.html.contains(raw), "{raw}: {}", page.html);
    }
    let done = person.submit(&page, &[("action", "approve")]).await;
    let done = done.unwrap().page().unwrap();
    assert!(done.html.contains("Approved."), "{}", done.html);
    let applied = super::apply(&rig, &plan).await;
    assert_eq!(applied["state"], "applied", "{applied:#}");
}
