//! The organisation's administration.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::{As, Rig, rig};

async fn directory(rig: &Rig, org: &As) -> String {
    let url = format!(
        "{}/admin/v2/orgs/{}/directories",
        rig.sandbox.api_base(),
        rig.facts.org_id
    );
    let list = rig.get(&url, org).await.body;
    format!("{url}/{}", list["data"][0]["directoryId"].as_str().unwrap())
}

#[tokio::test]
async fn groups_and_their_members_are_managed_within_their_directory() {
    let rig = rig().await;
    let org = rig.org();
    let base = directory(&rig, &org).await;
    let before = rig.sandbox.snapshot();
    let (first, twice) = (json!({ "name": "testers" }), json!({ "name": "testers" }));
    let groups = format!("{base}/groups");
    let made = rig.ask(Method::POST, &groups, &org, Some(first)).await;
    assert_eq!((made.status, made.body), (201, Value::Null));
    assert_eq!(
        rig.ask(Method::POST, &groups, &org, Some(twice))
            .await
            .status,
        409
    );
    let found = rig
        .ask(
            Method::POST,
            &format!("{groups}/search"),
            &org,
            Some(json!({ "groupNames": ["testers"] })),
        )
        .await;
    let group = format!("{groups}/{}", found.body["data"][0]["id"].as_str().unwrap());
    let member = json!({ "accountId": rig.plain().account_id });
    let members = format!("{group}/memberships");
    assert_eq!(
        rig.ask(Method::POST, &members, &org, Some(member.clone()))
            .await
            .status,
        204
    );
    assert_eq!(
        rig.ask(Method::POST, &members, &org, Some(member))
            .await
            .status,
        409
    );
    let one = format!("{members}/{}", rig.plain().account_id);
    assert_eq!(rig.ask(Method::DELETE, &one, &org, None).await.status, 204);
    assert_eq!(rig.ask(Method::DELETE, &one, &org, None).await.status, 404);
    assert_eq!(
        rig.ask(Method::DELETE, &group, &org, None).await.status,
        204
    );
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test]
async fn a_user_is_suspended_and_restored_but_not_an_organisation_admin() {
    let rig = rig().await;
    let org = rig.org();
    let base = directory(&rig, &org).await;
    let before = rig.sandbox.snapshot();
    let user = format!("{base}/users/{}", rig.plain().account_id);
    assert_eq!(
        rig.ask(Method::POST, &format!("{user}/suspend"), &org, None)
            .await
            .status,
        204
    );
    assert_eq!(
        rig.get(&user, &org).await.body["data"]["membershipStatus"],
        "suspended"
    );
    assert_eq!(
        rig.ask(Method::POST, &format!("{user}/restore"), &org, None)
            .await
            .status,
        204
    );
    assert_eq!(rig.sandbox.snapshot(), before);
    let admin = format!("{base}/users/{}/suspend", rig.admin().account_id);
    let refused = rig.ask(Method::POST, &admin, &org, None).await;
    assert_eq!(
        (refused.status, &refused.body["errors"][0]["title"]),
        (403, &json!("Forbidden"))
    );
}

#[tokio::test]
async fn events_take_milliseconds_and_record_what_is_done() {
    let rig = rig().await;
    let org = rig.org();
    let url = format!(
        "{}/admin/v1/orgs/{}/events",
        rig.sandbox.api_base(),
        rig.facts.org_id
    );
    assert_eq!(
        rig.get(&format!("{url}?from=2026-01-01"), &org)
            .await
            .status,
        400
    );
    let base = directory(&rig, &org).await;
    rig.ask(
        Method::POST,
        &format!("{base}/groups"),
        &org,
        Some(json!({ "name": "testers" })),
    )
    .await;
    let seen = rig
        .get(&format!("{url}?from={}", crate::rig::NOW), &org)
        .await
        .body;
    assert_eq!(seen["data"][0]["attributes"]["action"], "group_created");
    let other = url.replace(&rig.facts.org_id, "another");
    assert_eq!(rig.get(&other, &org).await.status, 404);
}

#[tokio::test]
async fn only_managed_accounts_have_a_life_cycle() {
    let rig = rig().await;
    let org = rig.org();
    let base = format!("{}/users", rig.sandbox.api_base());
    let url = format!("{base}/{}/manage", rig.plain().account_id);
    assert_eq!(
        rig.ask(
            Method::POST,
            &format!("{url}/lifecycle/disable"),
            &org,
            Some(json!({}))
        )
        .await
        .status,
        204
    );
    assert_eq!(
        rig.get(&format!("{url}/profile"), &org).await.body["account"]["account_status"],
        "inactive"
    );
    let guest = rig
        .facts
        .users
        .iter()
        .find(|u| u.email.ends_with("partner.example"))
        .unwrap();
    let got = rig
        .get(&format!("{base}/{}/manage/profile", guest.account_id), &org)
        .await;
    assert_eq!((got.status, &got.body["key"]), (403, &json!("forbidden")));
    let nobody = rig
        .get(&format!("{base}/nobody/manage/profile"), &org)
        .await;
    assert_eq!(
        (nobody.status, &nobody.body["key"]),
        (404, &json!("accountNotFound"))
    );
}
