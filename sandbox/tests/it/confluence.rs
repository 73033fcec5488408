//! Spaces, properties and restrictions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::rig;

#[tokio::test]
async fn a_space_is_deleted_by_a_long_task_and_holds_its_key_until_then() {
    let rig = rig().await;
    let (who, v1) = (rig.basic(), format!("{}/wiki/rest/api", rig.site()));
    let deleted = rig
        .ask(Method::DELETE, &format!("{v1}/space/MKT"), &who, None)
        .await;
    assert_eq!(deleted.status, 202);
    let task = format!("{v1}/longtask/{}", deleted.body["id"].as_str().unwrap());
    let again = json!({ "key": "MKT", "name": "Again" });
    assert_eq!(
        rig.ask(
            Method::POST,
            &format!("{v1}/space"),
            &who,
            Some(again.clone())
        )
        .await
        .status,
        400
    );
    let mut finished = Vec::new();
    for _ in 0..3 {
        finished.push(
            rig.get(&task, &who).await.body["finished"]
                .as_bool()
                .unwrap(),
        );
    }
    assert_eq!(finished, [false, false, true]);
    assert_eq!(
        rig.ask(Method::POST, &format!("{v1}/space"), &who, Some(again))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_description_shows_only_where_asked_for_and_a_put_is_partial() {
    let rig = rig().await;
    let (who, site) = (rig.basic(), rig.site());
    let list = format!("{site}/wiki/api/v2/spaces?keys=ENG");
    assert_eq!(
        rig.get(&list, &who).await.body["results"][0]["description"],
        Value::Null
    );
    let renamed = rig
        .ask(
            Method::PUT,
            &format!("{site}/wiki/rest/api/space/ENG"),
            &who,
            Some(json!({ "name": "Builders" })),
        )
        .await;
    assert_eq!(renamed.status, 200);
    let read = rig
        .get(&format!("{list}&description-format=plain"), &who)
        .await
        .body;
    assert_eq!(
        read["results"][0]["description"]["plain"]["value"],
        "How we build"
    );
    assert_eq!(read["results"][0]["name"], "Builders");
}

#[tokio::test]
async fn pages_are_linked_by_cursor() {
    let rig = rig().await;
    let (who, site) = (rig.basic(), rig.site());
    let first = rig
        .get(&format!("{site}/wiki/api/v2/spaces?limit=4"), &who)
        .await
        .body;
    let next = first["_links"]["next"].as_str().unwrap();
    assert!(next.starts_with("/wiki/api/v2/spaces?") && next.contains("cursor="));
    let rest = rig.get(&format!("{site}{next}"), &who).await.body;
    assert_eq!(
        (
            rest["results"].as_array().unwrap().len(),
            rest["_links"].get("next")
        ),
        (2, None)
    );
    let broken = rig
        .get(&format!("{site}/wiki/api/v2/spaces?cursor=x"), &who)
        .await;
    assert_eq!(
        (broken.status, &broken.body["errors"][0]["status"]),
        (400, &json!(400))
    );
}

#[tokio::test]
async fn restrictions_are_replaced() {
    let rig = rig().await;
    let who = rig.basic();
    let url = format!(
        "{}/wiki/rest/api/content/98400/restriction?expand=restrictions.user&expand=restrictions.group",
        rig.site()
    );
    let read = rig.get(&url, &who).await.body;
    assert_eq!(read["results"][0]["restrictions"]["user"]["size"], 2);
    let set = |account: String| json!({ "results": [{ "operation": "read", "restrictions": { "user": [{ "type": "known", "accountId": account }], "group": [] } }] });
    let done = rig
        .ask(Method::PUT, &url, &who, Some(set(rig.admin().account_id)))
        .await
        .body;
    assert_eq!(done["results"][0]["restrictions"]["user"]["size"], 1);
    assert_eq!(
        done["results"][1]["restrictions"]["user"]["size"], 0,
        "update was not named and is open"
    );
}
