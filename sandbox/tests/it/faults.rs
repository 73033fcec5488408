//! Faults on order, and what they leave behind.

use atlassian_sandbox::{Effect, Fault};
use reqwest::Method;
use serde_json::json;

use crate::rig::rig;

fn fault(method: &str, path: &str, times: u32, effect: Effect) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: path.to_owned(),
        times,
        effect,
    }
}

#[tokio::test]
async fn a_status_strikes_as_often_as_ordered() {
    let rig = rig().await;
    let (who, url) = (rig.basic(), format!("{}/rest/api/3/myself", rig.site()));
    rig.sandbox
        .fault(fault("GET", "/myself", 2, Effect::too_many(7)));
    for _ in 0..2 {
        let got = rig.get(&url, &who).await;
        assert_eq!((got.status, got.header("retry-after")), (429, "7"));
    }
    assert_eq!(rig.get(&url, &who).await.status, 200);
    rig.sandbox
        .fault(fault("POST", "/myself", 1, Effect::status(500)));
    assert_eq!(
        rig.get(&url, &who).await.status,
        200,
        "another method is not struck"
    );
}

#[tokio::test]
async fn a_cut_connection_may_or_may_not_have_done_it() {
    let rig = rig().await;
    let who = rig.oauth().await;
    let url = format!("{}/rest/api/3/permissionscheme", rig.jira());
    let crate::rig::As::Bearer(token) = &who else {
        unreachable!()
    };
    let send = || {
        rig.http
            .post(&url)
            .bearer_auth(token)
            .json(&json!({ "name": "Once" }))
            .send()
    };
    let before = rig.sandbox.snapshot();
    rig.sandbox
        .fault(fault("POST", "/permissionscheme", 1, Effect::Drop));
    assert!(send().await.is_err());
    assert_eq!(rig.sandbox.snapshot(), before);
    rig.sandbox
        .fault(fault("POST", "/permissionscheme", 1, Effect::DropAfter));
    assert!(send().await.is_err());
    assert_ne!(rig.sandbox.snapshot(), before);
    let again = rig
        .ask(Method::POST, &url, &who, Some(json!({ "name": "Once" })))
        .await;
    assert_eq!(
        again.status, 400,
        "the name is taken by the one whose answer was lost"
    );
}

#[tokio::test]
async fn every_request_is_on_record() {
    let rig = rig().await;
    let who = rig.basic();
    rig.get(
        &format!("{}/rest/servicedeskapi/servicedesk?limit=1", rig.site()),
        &who,
    )
    .await;
    let seen = rig.sandbox.requests().pop().unwrap();
    assert_eq!(
        seen.operation.as_deref(),
        Some("jira-service-management:getServiceDesks")
    );
    assert_eq!((seen.query.as_str(), seen.status), ("limit=1", 200));
    assert_eq!(seen.caller, Some(rig.admin().account_id));
}
