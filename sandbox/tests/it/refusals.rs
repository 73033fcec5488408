//! Who is turned away, where, and in which shape.

use reqwest::Method;
use serde_json::json;

use crate::rig::{As, read, rig, rig_with};

#[tokio::test]
async fn each_host_takes_its_own_credential_only() {
    let rig = rig().await;
    let (oauth, basic, org) = (rig.oauth().await, rig.basic(), rig.org());
    let admin = rig.admin();
    let raw = As::Bearer(admin.api_token.clone());
    let scoped = As::Basic(admin.email.clone(), admin.scoped_api_token.clone());
    let field = format!("{}/rest/api/3/field/search", rig.jira());
    let site_field = format!("{}/rest/api/3/field/search", rig.site());
    let rules = format!("{}/rule/summary", rig.automation());
    let forms = format!(
        "{}/jira/forms/cloud/{}/project/HELP/form",
        rig.sandbox.api_base(),
        rig.facts.cloud_id
    );
    let spaces = format!(
        "{}/ex/confluence/{}/wiki/api/v2/spaces",
        rig.sandbox.api_base(),
        rig.facts.cloud_id
    );
    let orgs = format!(
        "{}/admin/v2/orgs/{}/directories",
        rig.sandbox.api_base(),
        rig.facts.org_id
    );
    let table = [
        (&field, &oauth, 200),
        (&field, &basic, 401),
        (&field, &scoped, 200),
        (&site_field, &basic, 200),
        (&site_field, &oauth, 401),
        (&site_field, &scoped, 401),
        (&rules, &basic, 200),
        (&rules, &oauth, 401),
        (&rules, &raw, 403),
        (&forms, &basic, 200),
        (&forms, &oauth, 401),
        (&spaces, &oauth, 401),
        (&orgs, &org, 200),
        (&orgs, &oauth, 401),
        (&orgs, &basic, 401),
        (&field, &org, 401),
        (&field, &As::Nobody, 401),
    ];
    for (url, who, status) in table {
        let got = rig.get(url, who).await;
        assert_eq!(got.status, status, "{url} {who:?} {}", got.body);
    }
    let got = rig.get(&rules, &oauth).await;
    assert!(
        got.body["message"]
            .as_str()
            .unwrap()
            .contains("scope does not match")
    );
}

#[tokio::test]
async fn a_missing_scope_is_a_401_of_the_gateway() {
    let rig = rig().await;
    let tokens = rig.sign_in(&rig.admin().account_id, "read:jira-work").await;
    let who = As::Bearer(tokens["access_token"].as_str().unwrap().to_owned());
    assert_eq!(
        rig.get(&format!("{}/rest/api/3/project/search", rig.jira()), &who)
            .await
            .status,
        200
    );
    let got = rig
        .get(&format!("{}/rest/api/3/workflowscheme", rig.jira()), &who)
        .await;
    assert_eq!((got.status, &got.body["code"]), (401, &json!(401)));
}

#[tokio::test]
async fn an_account_without_rights_is_forbidden() {
    let rig = rig().await;
    let plain = rig.plain();
    let who = As::Basic(plain.email, plain.api_token);
    assert_eq!(
        rig.get(&format!("{}/rule/summary", rig.automation()), &who)
            .await
            .status,
        403
    );
    let url = format!("{}/rest/api/3/project/PORT", rig.site());
    assert_eq!(rig.get(&url, &who).await.status, 200);
    let before = rig.sandbox.snapshot();
    let got = rig.ask(Method::DELETE, &url, &who, None).await;
    assert_eq!(got.status, 403);
    assert!(got.body["errorMessages"][0].is_string());
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test]
async fn wrong_methods_paths_parameters_and_bodies_are_refused_in_the_products_shapes() {
    let rig = rig().await;
    let (oauth, basic) = (rig.oauth().await, rig.basic());
    let jira = rig.jira();
    let before = rig.sandbox.snapshot();

    let got = rig
        .get(
            &format!("{jira}/rest/api/3/field/customfield_10030"),
            &oauth,
        )
        .await;
    assert_eq!(
        (got.status, got.header("allow").contains("PUT")),
        (405, true)
    );
    let queue = format!("{}/rest/servicedeskapi/servicedesk/1/queue", rig.site());
    assert_eq!(
        rig.ask(Method::POST, &queue, &basic, Some(json!({})))
            .await
            .status,
        405
    );
    assert_eq!(
        rig.get(&format!("{jira}/rest/api/3/nothing"), &oauth)
            .await
            .status,
        404
    );
    let got = rig
        .get(
            &format!("{jira}/rest/api/3/project/search?maxResults=many"),
            &oauth,
        )
        .await;
    assert_eq!(
        (got.status, got.body["errors"]["maxResults"].is_string()),
        (400, true)
    );
    let got = rig
        .get(
            &format!("{jira}/rest/api/3/project/search?status=lost"),
            &oauth,
        )
        .await;
    assert_eq!(got.status, 400);

    let fields = format!("{jira}/rest/api/3/field");
    let got = rig
        .ask(
            Method::POST,
            &fields,
            &oauth,
            Some(json!({ "nmae": "x", "type": "y" })),
        )
        .await;
    assert_eq!(got.status, 400);
    let text = rig
        .http
        .post(&fields)
        .header("content-type", "text/plain")
        .body("x");
    let As::Bearer(token) = &oauth else {
        unreachable!()
    };
    assert_eq!(
        read(text.bearer_auth(token).send().await.unwrap())
            .await
            .status,
        415
    );

    let gone = format!("{}/wiki/rest/api/space/KB", rig.site());
    assert_eq!(rig.get(&gone, &basic).await.status, 410);
    let gateway = format!(
        "{}/ex/confluence/{}/wiki/rest/api/template/page",
        rig.sandbox.api_base(),
        rig.facts.cloud_id
    );
    assert_eq!(rig.get(&gateway, &oauth).await.status, 410);
    let elsewhere = jira.replace(&rig.facts.cloud_id, "00000000-0000-4000-8000-000000000000");
    assert_eq!(
        rig.get(&format!("{elsewhere}/rest/api/3/field/search"), &oauth)
            .await
            .status,
        404
    );
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test]
async fn the_experimental_api_wants_the_header_and_the_sites_own_host() {
    let rig = rig().await;
    let admin = rig.admin();
    let url = format!(
        "{}/rest/servicedeskapi/servicedesk/1/requesttype/1",
        rig.site()
    );
    let bare = rig
        .http
        .delete(&url)
        .basic_auth(&admin.email, Some(&admin.api_token));
    assert_eq!(read(bare.send().await.unwrap()).await.status, 412);
    let oauth = rig.oauth().await;
    let gateway = url.replace(&rig.site(), &rig.jira());
    assert_eq!(
        rig.ask(Method::DELETE, &gateway, &oauth, None).await.status,
        401
    );
    assert_eq!(
        rig.ask(Method::DELETE, &url, &rig.basic(), None)
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn the_rate_is_told_and_then_enforced() {
    let rig = rig_with(|o| o.rate_per_minute = 5).await;
    let who = rig.basic();
    let url = format!("{}/rest/api/3/myself", rig.site());
    let first = rig.get(&url, &who).await;
    assert_eq!(
        (
            first.header("x-ratelimit-remaining"),
            first.header("x-ratelimit-nearlimit")
        ),
        ("4", "false")
    );
    for _ in 0..3 {
        rig.get(&url, &who).await;
    }
    let last = rig.get(&url, &who).await;
    assert_eq!(
        (last.status, last.header("x-ratelimit-nearlimit")),
        (200, "true")
    );
    let over = rig.get(&url, &who).await;
    assert_eq!((over.status, over.header("retry-after")), (429, "61"));
    rig.later(60_000);
    assert_eq!(rig.get(&url, &who).await.status, 200);
}
