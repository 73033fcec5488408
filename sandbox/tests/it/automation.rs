//! Automation rules.

use reqwest::Method;
use serde_json::json;

use crate::rig::rig;

#[tokio::test]
async fn a_rule_is_switched_by_value_and_deleted_only_when_off() {
    let rig = rig().await;
    let (who, base) = (rig.basic(), rig.automation());
    let list = rig
        .get(&format!("{base}/rule/summary?limit=5"), &who)
        .await
        .body;
    let rule = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["state"] == "ENABLED")
        .unwrap();
    let url = format!("{base}/rule/{}", rule["uuid"].as_str().unwrap());
    assert_eq!(rig.ask(Method::DELETE, &url, &who, None).await.status, 400);
    let state_url = format!("{url}/state");
    assert_eq!(
        rig.ask(
            Method::PUT,
            &state_url,
            &who,
            Some(json!({ "state": "DISABLED" }))
        )
        .await
        .status,
        400
    );
    for _ in 0..2 {
        let off = rig
            .ask(
                Method::PUT,
                &state_url,
                &who,
                Some(json!({ "value": "DISABLED" })),
            )
            .await;
        assert_eq!(off.status, 200);
    }
    assert_eq!(rig.ask(Method::DELETE, &url, &who, None).await.status, 200);
    assert_eq!(rig.get(&url, &who).await.status, 404);
}

#[tokio::test]
async fn a_rule_read_is_a_rule_that_can_be_written_and_the_cursor_leads_on() {
    let rig = rig().await;
    let (who, base) = (rig.basic(), rig.automation());
    let list = rig
        .get(&format!("{base}/rule/summary?limit=10"), &who)
        .await
        .body;
    let next = list["links"]["next"].as_str().unwrap();
    let rest = rig
        .get(&format!("{base}/rule/summary{next}"), &who)
        .await
        .body;
    assert_eq!(
        (
            rest["data"].as_array().unwrap().len(),
            rest["links"]["next"].is_null()
        ),
        (2, true)
    );
    let url = format!("{base}/rule/{}", list["data"][3]["uuid"].as_str().unwrap());
    let before = rig.sandbox.snapshot();
    let mut read = rig.get(&url, &who).await.body;
    for member in ["uuid", "created", "updated"] {
        read["rule"].as_object_mut().unwrap().remove(member);
    }
    assert_eq!(
        rig.ask(Method::PUT, &url, &who, Some(read.clone()))
            .await
            .status,
        200
    );
    assert_eq!(rig.sandbox.snapshot(), before);
    read["rule"].as_object_mut().unwrap().remove("labels");
    rig.ask(Method::PUT, &url, &who, Some(read)).await;
    assert!(
        rig.get(&url, &who).await.body["rule"]
            .get("labels")
            .is_none(),
        "a PUT replaces"
    );
}

#[tokio::test]
async fn a_template_must_fit_the_project() {
    let rig = rig().await;
    let (who, url) = (rig.basic(), format!("{}/template/create", rig.automation()));
    let apply = |template: &str, project: &str| {
        let home = format!("ari:cloud:jira:{}:project/{project}", rig.facts.cloud_id);
        rig.ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "templateId": template, "ruleHome": home, "state": "DISABLED" })),
        )
    };
    let unfit = apply("wayfarer-template-1", "10000").await;
    assert_eq!(
        (unfit.status, &unfit.body["errors"][0]["detail"]),
        (400, &json!("Invalid template"))
    );
    let made = apply("wayfarer-template-1", "10003").await;
    let rule = format!(
        "{}/rule/{}",
        rig.automation(),
        made.body["ruleUuid"].as_str().unwrap()
    );
    assert_eq!(rig.get(&rule, &who).await.body["rule"]["state"], "DISABLED");
}
