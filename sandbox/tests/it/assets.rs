//! Assets: read shapes and write shapes differ, and a PUT replaces.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::rig;

#[tokio::test]
async fn a_type_is_read_with_an_icon_and_written_with_its_id() {
    let rig = rig().await;
    let (who, base) = (rig.oauth().await, rig.assets());
    let url = format!("{base}/objecttype/1");
    let before = rig.sandbox.snapshot();
    let read = rig.get(&url, &who).await.body;
    assert_eq!(
        rig.ask(Method::PUT, &url, &who, Some(read.clone()))
            .await
            .status,
        400,
        "the read shape lacks iconId"
    );
    let minimal = json!({ "name": read["name"], "iconId": read["icon"]["id"] });
    let reset = rig.ask(Method::PUT, &url, &who, Some(minimal)).await.body;
    assert_eq!(
        (reset.get("description"), &reset["inherited"]),
        (None, &json!(false))
    );
    let whole = json!({ "name": read["name"], "iconId": read["icon"]["id"], "description": read["description"], "inherited": true, "abstractObjectType": true });
    rig.ask(Method::PUT, &url, &who, Some(whole)).await;
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test]
async fn a_schema_wants_name_and_key_and_takes_everything_with_it() {
    let rig = rig().await;
    let (who, base) = (rig.oauth().await, rig.assets());
    let url = format!("{base}/objectschema/1");
    assert_eq!(
        rig.ask(Method::PUT, &url, &who, Some(json!({ "name": "x" })))
            .await
            .status,
        400
    );
    let taken = json!({ "name": "x", "objectSchemaKey": "BLD" });
    assert_eq!(
        rig.ask(Method::PUT, &url, &who, Some(taken)).await.status,
        400
    );
    assert_eq!(rig.ask(Method::DELETE, &url, &who, None).await.status, 200);
    assert_eq!(
        rig.get(&format!("{base}/object/11"), &who).await.status,
        404
    );
}

#[tokio::test]
async fn aql_finds_by_type_attribute_and_reference() {
    let rig = rig().await;
    let (who, url) = (rig.oauth().await, format!("{}/object/aql", rig.assets()));
    let find =
        |query: &'static str| rig.ask(Method::POST, &url, &who, Some(json!({ "qlQuery": query })));
    assert_eq!(find("objectType = Laptop").await.body["total"], 12);
    assert_eq!(
        find("objectType = Laptop AND Status = \"In store\"")
            .await
            .body["total"],
        3
    );
    assert_eq!(
        find("User = \"Ada Brandt\" AND objectType in (Laptop, Phone)")
            .await
            .body["total"],
        2
    );
    assert_eq!(find("objectType ~").await.status, 400);
    let value = &find("key = IT-11").await.body["values"][0];
    let values: Vec<&Value> = value["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["objectAttributeValues"][0])
        .collect();
    assert!(
        values
            .iter()
            .any(|v| v["referencedObject"]["label"] == "Ada Brandt")
    );
}
