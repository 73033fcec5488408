//! A server that is pinned to no site, and a person who reaches two: which one a call is for, and that
//! what belongs to one never acts on the other.

use std::sync::Arc;

use atlassian_sandbox::{Effect, FactsSite, Fault};
use gojira_mcp::base::ids::{AccountId, CloudId};
use serde_json::{Value, json};

use crate::rig::{Choice, Rig};
use crate::wire::{Wire, bind};

/// A scheme of that id is on both sites, as another one.
const SCHEME: &str = "10000";

/// The rig, its first client, and the two sites.
async fn two() -> (Rig, Wire, FactsSite, FactsSite) {
    let rig = Rig::with(Choice {
        two_sites: true,
        ..Choice::default()
    })
    .await;
    let wire = Wire::of(&rig, &rig.tokens);
    let sites: [FactsSite; 2] = rig.sandbox.facts().sites.try_into().unwrap();
    let [home, lab] = sites;
    (rig, wire, home, lab)
}

fn change(words: &str) -> Value {
    json!({"schemeId": SCHEME, "description": words})
}

fn with(mut arguments: Value, name: &str, value: impl Into<Value>) -> Value {
    arguments[name] = value.into();
    arguments
}

/// The paths that Atlassian was asked for since.
fn asked(rig: &Rig, since: usize) -> Vec<String> {
    let requests = rig.sandbox.requests().split_off(since);
    requests.into_iter().map(|seen| seen.path).collect()
}

fn description(snapshot: &Value) -> &Value {
    &snapshot["NotificationScheme"][SCHEME]["description"]
}

#[tokio::test(flavor = "multi_thread")]
async fn which_of_two_sites_is_asked_for_and_remembered_for_each_client() {
    let (rig, wire, home, lab) = two().await;
    let earlier = rig.sandbox.requests().len();
    let error = wire.refused("project_list", json!({})).await;
    assert_eq!(error["code"], "VALIDATION_ERROR");
    let named = error["details"]["sites"].to_string();
    for site in [&home, &lab] {
        assert!(named.contains(&site.site) && named.contains(&site.cloud_id));
    }
    assert!(error["mend"].as_str().unwrap().contains("`site`"));
    let error = wire
        .refused("project_list", json!({"site": "elsewhere.atlassian.net"}))
        .await;
    assert_eq!(error["code"], "VALIDATION_ERROR");
    assert_eq!(asked(&rig, earlier), Vec::<String>::new());

    for name in [&lab.site, &lab.cloud_id] {
        let listed = wire.ok("project_list", json!({"site": name})).await;
        assert_eq!(listed["result"][0]["key"], "LAB", "{listed}");
    }
    // This client keeps to it, another one of the same person is asked again.
    let listed = wire.ok("project_list", json!({})).await;
    assert_eq!(listed["result"][0]["key"], "LAB");
    let second = rig.sign_in(&rig.sandbox.facts().users[0]).await;
    let second = Wire::of(&rig, &second);
    second.refused("project_list", json!({})).await;
    let at_home = second.ok("project_list", json!({"site": home.site})).await;
    assert_ne!(at_home["result"][0]["key"], "LAB");
    let listed = wire.ok("project_list", json!({})).await;
    assert_eq!(listed["result"][0]["key"], "LAB");

    for (client, chosen) in [(&wire, &lab), (&second, &home)] {
        let who = client.ok("gojira_whoami", json!({})).await;
        let sites = who["result"]["sites"].as_array().unwrap();
        assert_eq!(sites.len(), 2, "{who:#}");
        for site in sites {
            let expected = site["cloud_id"] == json!(chosen.cloud_id);
            assert_eq!(site["chosen"], expected, "{who:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_of_one_site_is_not_asked_and_reaches_no_other() {
    let (rig, _, home, lab) = two().await;
    let tokens = rig.sign_in(&rig.sandbox.facts().users[2]).await;
    let wire = Wire::of(&rig, &tokens);
    let earlier = rig.sandbox.requests().len();
    wire.ok("project_list", json!({})).await;
    let error = wire
        .refused("project_list", json!({"site": lab.site}))
        .await;
    assert_eq!(error["code"], "VALIDATION_ERROR");
    for path in asked(&rig, earlier) {
        assert!(path.contains(&home.cloud_id), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_applied_on_the_site_it_was_made_on_whatever_was_named_since() {
    let (rig, wire, home, lab) = two().await;
    let tool = "notification_scheme_update";
    let made = change("Of the lab, by plan");
    let dry = wire
        .ok(tool, with(made.clone(), "site", lab.site.as_str()))
        .await;
    assert_eq!(dry["result"]["site"], json!(lab.site), "{dry:#}");
    let plan = dry["result"]["plan_id"].clone();
    let before = rig.sandbox.snapshots();

    // Named for the other site, the plan is none: the answer is a preview of that one.
    let there = with(
        with(made.clone(), "site", home.site.as_str()),
        "commit",
        true,
    );
    let other = wire.ok(tool, with(there, "plan_id", plan.clone())).await;
    assert_eq!(other["result"]["dry_run"], true, "{other:#}");
    assert_eq!(other["result"]["site"], json!(home.site));
    let apply = json!({"plan_id": plan, "site": home.cloud_id});
    let other = wire.ok("apply_plan", apply).await;
    assert_eq!(other["result"]["dry_run"], true, "{other:#}");
    assert_eq!(rig.sandbox.snapshots(), before);

    // The first site is remembered by now; the plan still acts on its own.
    let done = wire.ok("apply_plan", json!({"plan_id": plan})).await;
    let after = rig.sandbox.snapshots();
    assert_eq!(after[0], before[0], "the first site was changed");
    assert_eq!(description(&after[1]), "Of the lab, by plan");
    let get = json!({"operation_id": done["operation_id"]});
    let entry = wire.ok("operation_get", get).await;
    assert_eq!(entry["result"]["site"], json!(lab.cloud_id));
    let listed = wire.ok("project_list", json!({})).await;
    assert_ne!(listed["result"][0]["key"], "LAB");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_acts_on_the_site_of_its_entry() {
    let (rig, wire, home, lab) = two().await;
    let before = rig.sandbox.snapshots();
    let plan = wire
        .ok(
            "notification_scheme_update",
            with(change("Soon undone"), "site", lab.site.as_str()),
        )
        .await;
    let apply = json!({"plan_id": plan["result"]["plan_id"]});
    let done = wire.ok("apply_plan", apply).await;
    wire.ok("project_list", json!({"site": home.site})).await;

    let undo = json!({"operation_id": done["operation_id"]});
    let elsewhere = with(undo.clone(), "site", home.site.as_str());
    let error = wire.refused("operation_revert", elsewhere).await;
    assert_eq!(error["code"], "VALIDATION_ERROR");
    assert!(error["message"].as_str().unwrap().contains(&lab.site));

    let earlier = rig.sandbox.requests().len();
    let dry = wire.ok("operation_revert", undo.clone()).await;
    assert_eq!(dry["result"]["site"], json!(lab.site), "{dry:#}");
    let commit = with(undo, "commit", true);
    let commit = with(commit, "plan_id", dry["result"]["plan_id"].clone());
    wire.ok("operation_revert", commit).await;
    for path in asked(&rig, earlier) {
        assert!(path.contains(&lab.cloud_id), "{path}");
    }
    assert_eq!(rig.sandbox.snapshots(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_is_for_its_own_site_alone_and_a_job_is_asked_after_on_its_own() {
    let (rig, wire, home, lab) = two().await;
    let ada = rig.sandbox.facts().users[0].clone();
    let who = wire.ok("gojira_whoami", json!({})).await;
    let tokens = who["result"]["api_tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 1, "{who:#}");
    // Atlassian would take the token on both sites; the server does not try.
    let (bound, other) = if tokens[0]["site"] == json!(home.site) {
        (&home, &lab)
    } else {
        (&lab, &home)
    };
    wire.ok("space_template_list", json!({"site": bound.site}))
        .await;
    let earlier = rig.sandbox.requests().len();
    let error = wire
        .refused("space_template_list", json!({"site": other.site}))
        .await;
    assert_eq!(error["code"], "AUTH_REQUIRED", "{error:#}");
    assert!(
        error["mend"]
            .as_str()
            .unwrap()
            .contains("/connect/api-token")
    );
    assert_eq!(asked(&rig, earlier), Vec::<String>::new());

    bind(&rig, &ada.email, &ada.api_token, &other.cloud_id, 100).await;
    wire.ok("space_template_list", json!({"site": other.site}))
        .await;
    let seen = asked(&rig, earlier);
    let seen = seen.last().unwrap();
    assert!(
        seen.starts_with(&format!("/site/{}/", other.site)),
        "{seen}"
    );

    // The task cannot be looked at while the call lasts.
    rig.sandbox.fault(Fault {
        method: Some("GET".to_owned()),
        path: format!("/site/{}/wiki/rest/api/longtask/", lab.site),
        times: 2,
        effect: Effect::status(404),
    });
    let gone = json!({"spaceKey": "LAB", "site": lab.site});
    let plan = wire.ok("space_delete", gone).await;
    let plan = json!({"plan_id": plan["result"]["plan_id"]});
    let began = wire.ok("apply_plan", plan).await;
    assert!(began["job_id"].is_string(), "{began:#}");
    wire.ok("project_list", json!({"site": home.site})).await;
    let earlier = rig.sandbox.requests().len();
    let job = json!({"job_id": began["job_id"]});
    let mut state = Value::Null;
    for _ in 0..6 {
        state = wire.call("job_get", job.clone()).await.0["result"]["state"].clone();
        if state == "succeeded" {
            break;
        }
    }
    assert_eq!(state, "succeeded");
    for path in asked(&rig, earlier) {
        assert!(path.starts_with(&format!("/site/{}/", lab.site)), "{path}");
    }
    assert!(rig.sandbox.snapshots()[1]["Space"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_site_has_its_own_budget() {
    // The clock stands still, so that no budget refills.
    let rig = Rig::with(Choice {
        two_sites: true,
        adjust: Arc::new(|settings| settings.limits.per_user_per_min = 20),
        ..Choice::default()
    })
    .await;
    let wire = Wire::of(&rig, &rig.tokens);
    let [home, lab]: [FactsSite; 2] = rig.sandbox.facts().sites.try_into().unwrap();
    // What ten others may spend is all that a site has.
    let site = CloudId::new(&home.cloud_id);
    let limits = &rig.dispatcher.parts().limits;
    for other in 0..10 {
        let account = AccountId::new(format!("other-{other}"));
        for _ in 0..20 {
            limits.spend(&account, Some(&site)).await.unwrap();
        }
    }
    let error = wire
        .refused("project_list", json!({"site": home.site}))
        .await;
    assert_eq!(error["code"], "RATE_LIMITED");
    let words = error["message"].as_str().unwrap();
    assert!(words.starts_with("the site's budget"), "{words}");
    wire.ok("project_list", json!({"site": lab.site})).await;
}
