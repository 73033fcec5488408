//! The second site: there when it is asked for, for those who are members of it.

use serde_json::Value;

use crate::rig::{As, SCOPES, rig, rig_with};

fn hosts(resources: &Value) -> Vec<&str> {
    let listed = resources.as_array().unwrap();
    let mut hosts: Vec<&str> = listed.iter().filter_map(|r| r["url"].as_str()).collect();
    hosts.dedup();
    hosts
}

#[tokio::test]
async fn a_second_site_is_there_for_its_members_and_keeps_its_own() {
    let one = rig().await;
    assert_eq!(one.facts.sites.len(), 1);
    let rig = rig_with(|options| options.second_site = true).await;
    let [home, lab] = [&rig.facts.sites[0], &rig.facts.sites[1]];
    assert_eq!(home.cloud_id, rig.facts.cloud_id);
    let resources = format!(
        "{}/oauth/token/accessible-resources",
        rig.sandbox.api_base()
    );
    let projects = |site: &str| {
        format!(
            "{}/ex/jira/{site}/rest/api/3/project/search",
            rig.sandbox.api_base()
        )
    };

    let admin = rig.oauth().await;
    let reached = rig.get(&resources, &admin).await.body;
    let both = [home, lab].map(|site| format!("https://{}", site.site));
    assert_eq!(hosts(&reached), both);
    let there = rig.get(&projects(&lab.cloud_id), &admin).await;
    assert_eq!(there.body["values"][0]["key"], "LAB", "{}", there.body);
    let here = rig.get(&projects(&home.cloud_id), &admin).await;
    assert_ne!(here.body["values"][0]["key"], "LAB");

    let tokens = rig.sign_in(&rig.plain().account_id, SCOPES).await;
    let plain = As::Bearer(tokens["access_token"].as_str().unwrap().to_owned());
    let reached = rig.get(&resources, &plain).await.body;
    assert_eq!(hosts(&reached), both[..1]);
    assert_eq!(rig.get(&projects(&lab.cloud_id), &plain).await.status, 403);

    let info = rig.sandbox.site_url_template().replace("{site}", &lab.site);
    let info = rig
        .get(&format!("{info}/_edge/tenant_info"), &As::Nobody)
        .await;
    assert_eq!(info.body["cloudId"], *lab.cloud_id);
}
