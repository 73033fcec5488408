//! Service desks, organisations and forms.

use reqwest::Method;
use serde_json::json;

use crate::rig::rig;

#[tokio::test]
async fn membership_of_organisations_knows_no_twice_and_no_never() {
    let rig = rig().await;
    let (who, url) = (
        rig.basic(),
        format!("{}/rest/servicedeskapi/organization/1/user", rig.site()),
    );
    let before = rig.sandbox.snapshot();
    let members = rig.get(&url, &who).await.body;
    let held = members["values"][0]["accountId"].clone();
    assert!(
        members["values"][0].get("emailAddress").is_none(),
        "addresses are masked"
    );
    let twice = rig
        .ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "accountIds": [held] })),
        )
        .await;
    let never = rig
        .ask(
            Method::DELETE,
            &url,
            &who,
            Some(json!({ "accountIds": [rig.admin().account_id] })),
        )
        .await;
    assert_eq!((twice.status, never.status), (204, 204));
    assert_eq!(rig.sandbox.snapshot(), before);
    let added = rig
        .ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "usernames": [rig.admin().email] })),
        )
        .await;
    assert_eq!(added.status, 204);
    assert_ne!(rig.sandbox.snapshot(), before);
    let removed = rig
        .ask(
            Method::DELETE,
            &url,
            &who,
            Some(json!({ "accountIds": [rig.admin().account_id] })),
        )
        .await;
    assert_eq!((removed.status, rig.sandbox.snapshot()), (204, before));
}

#[tokio::test]
async fn a_new_request_type_is_hidden_from_the_portal() {
    let rig = rig().await;
    let (who, url) = (
        rig.basic(),
        format!(
            "{}/rest/servicedeskapi/servicedesk/1/requesttype",
            rig.site()
        ),
    );
    let made = rig
        .ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "name": "New", "issueTypeId": "10006" })),
        )
        .await;
    assert_eq!((made.status, &made.body["groupIds"]), (200, &json!([])));
    let foreign = rig
        .ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "name": "Other", "issueTypeId": "10003" })),
        )
        .await;
    assert_eq!(
        (foreign.status, foreign.body["errorMessage"].is_string()),
        (400, true)
    );
    let page = rig.get(&format!("{url}?limit=2"), &who).await.body;
    assert_eq!(
        (&page["isLastPage"], &page["size"]),
        (&json!(false), &json!(2))
    );
    assert!(
        page["_links"]["next"]
            .as_str()
            .unwrap()
            .ends_with("start=2&limit=2")
    );
}

#[tokio::test]
async fn a_form_is_replaced_whole_and_then_gone() {
    let rig = rig().await;
    let who = rig.basic();
    let url = format!(
        "{}/jira/forms/cloud/{}/project/HELP/form",
        rig.sandbox.api_base(),
        rig.facts.cloud_id
    );
    let design = |name: &str| json!({ "design": { "settings": { "name": name, "submit": { "lock": false, "pdf": false } }, "questions": {}, "sections": {}, "conditions": {}, "layout": [] } });
    let made = rig.ask(Method::POST, &url, &who, Some(design("A"))).await;
    let form = format!("{url}/{}", made.body["id"].as_str().unwrap());
    assert!(rig.get(&url, &who).await.body.is_array());
    assert_eq!(
        rig.ask(Method::PUT, &form, &who, Some(design("B")))
            .await
            .status,
        200
    );
    assert_eq!(
        rig.get(&form, &who).await.body["design"]["settings"]["name"],
        "B"
    );
    assert_eq!(rig.ask(Method::DELETE, &form, &who, None).await.status, 200);
    assert_eq!(rig.get(&form, &who).await.status, 404);
}
