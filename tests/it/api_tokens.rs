//! A person's own API tokens from the page to the site: with scopes, and about to expire.

use serde_json::{Value, json};

use crate::rig::Rig;
use crate::wire::{Wire, bind};

fn asked(rig: &Rig, since: usize) -> Vec<(String, Option<String>)> {
    let requests = rig.sandbox.requests().split_off(since);
    requests
        .into_iter()
        .map(|seen| (seen.path, seen.caller))
        .collect()
}

fn client(rig: &Rig) -> Wire {
    Wire::of(rig, &rig.tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_scopes_goes_to_the_gateway_and_no_further_than_it_reaches() {
    let rig = Rig::new().await;
    let facts = rig.sandbox.facts();
    let (ada, cloud) = (&facts.users[0], &facts.cloud_id);
    let page = bind(&rig, &ada.email, &ada.scoped_api_token, cloud, 200).await;
    assert!(page.contains("With scopes"), "{page}");
    assert!(!page.contains(&ada.scoped_api_token));
    let wire = client(&rig);

    let earlier = rig.sandbox.requests().len();
    wire.ok("space_list", json!({})).await;
    let seen = asked(&rig, earlier);
    assert!(!seen.is_empty());
    for (path, caller) in seen {
        let gateway = format!("/api/ex/confluence/{cloud}/wiki/api/v2/");
        assert!(path.starts_with(&gateway), "{path}");
        assert_eq!(caller.as_deref(), Some(ada.account_id.as_str()));
    }

    // What takes no such token is not even tried.
    let earlier = rig.sandbox.requests().len();
    for tool in ["automation_rule_list", "space_template_list"] {
        let error = wire.refused(tool, json!({})).await;
        assert_eq!(error["code"], "INSUFFICIENT_PERMISSIONS", "{tool}");
        let words = error["message"].as_str().unwrap();
        assert!(words.contains("takes no API token with scopes"), "{words}");
        let mend = error["mend"].as_str().unwrap();
        assert!(mend.contains("/connect/api-token"), "{mend}");
    }
    assert_eq!(asked(&rig, earlier), Vec::new());

    // What the token's own scopes leave out says so, and does not send for a new token in vain.
    let error = wire.refused("service_desk_list", json!({})).await;
    assert_eq!(error["code"], "INSUFFICIENT_PERMISSIONS", "{error:#}");
    let said = error.to_string();
    assert!(said.contains("read:servicedesk-request"), "{said}");
    assert!(said.contains("API token"), "{said}");

    let who = wire.ok("gojira_whoami", json!({})).await;
    let result = &who["result"];
    assert_eq!(result["api_tokens"][0]["kind"], "scoped");
    let missing = result["groups"]["read_automation"].to_string();
    assert!(missing.contains("an API token without scopes"), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_soon_is_called_to_mind_where_it_is_used() {
    let rig = Rig::new().await;
    let facts = rig.sandbox.facts();
    let ada = &facts.users[0];
    let wire = client(&rig);
    let none = |answer: &Value| assert!(answer.get("warnings").is_none(), "{answer:#}");
    none(&wire.ok("automation_rule_list", json!({})).await);

    bind(&rig, &ada.email, &ada.api_token, &facts.cloud_id, 9).await;
    let expires = rig.now().plus(std::time::Duration::from_hours(24 * 9));
    let day = expires.to_string()[..10].to_owned();
    let rules = wire.ok("automation_rule_list", json!({})).await;
    let warnings = rules["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{rules:#}");
    let words = warnings[0].as_str().unwrap();
    assert!(
        words.contains(&facts.site) && words.contains(&day),
        "{words}"
    );
    assert!(words.contains("/connect/api-token"), "{words}");
    let through = json!({"operation": "automation_rule_list", "arguments": {}});
    let through = wire.ok("read_operation", through).await;
    assert_eq!(through["warnings"], rules["warnings"]);
    // Where it is not used, nothing is said, but for the tool that tells everything.
    none(&wire.ok("project_list", json!({})).await);
    let who = wire.ok("gojira_whoami", json!({})).await;
    assert_eq!(who["warnings"], rules["warnings"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_is_planned_and_forgets_every_credential() {
    let rig = Rig::new().await;
    let wire = client(&rig);
    let dry = wire.ok("gojira_sign_out", json!({})).await;
    assert_eq!(dry["result"]["dry_run"], true, "{dry:#}");
    wire.ok("project_list", json!({})).await;
    let plan = json!({"commit": true, "plan_id": dry["result"]["plan_id"]});
    let done = wire.ok("gojira_sign_out", plan).await;
    assert_eq!(done["result"]["signed_out"], true, "{done:#}");
    let who = wire.ok("gojira_whoami", json!({})).await;
    let result = &who["result"];
    assert_eq!(result["sites"], json!([]));
    assert_eq!(result["api_tokens"], json!([]));
    assert_eq!(result["atlassian"], Value::Null);
    let earlier = rig.sandbox.requests().len();
    for tool in ["project_list", "automation_rule_list"] {
        let error = wire.refused(tool, json!({})).await;
        assert_eq!(error["code"], "AUTH_REQUIRED", "{tool}");
    }
    assert_eq!(asked(&rig, earlier), Vec::new());
}
