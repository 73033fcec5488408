//! Workflows, fields and the tasks that change them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::jira::Jira;

#[tokio::test]
async fn workflows_are_read_by_names_or_ids_and_unknown_ones_are_404() {
    let jira = Jira::start().await;
    let (_, read) = jira
        .ask(
            Method::POST,
            "/workflows",
            json!({ "workflowNames": ["Software delivery"] }),
        )
        .await;
    let workflow = read["workflows"][0].clone();
    let by_id = jira
        .ask(
            Method::POST,
            "/workflows",
            json!({ "workflowIds": [workflow["id"]] }),
        )
        .await
        .1;
    assert_eq!(by_id["workflows"][0], workflow);
    assert_eq!(
        jira.ask(
            Method::POST,
            "/workflows",
            json!({ "workflowNames": ["Nothing"] })
        )
        .await
        .0,
        404
    );
    assert_eq!(
        jira.ask(
            Method::POST,
            "/workflows",
            json!({ "workflowNames": [{ "name": "x" }] })
        )
        .await
        .0,
        400
    );
    let both = json!({ "workflowNames": ["jira"], "workflowIds": [workflow["id"]] });
    assert_eq!(jira.ask(Method::POST, "/workflows", both).await.0, 400);
    let id = workflow["id"].as_str().unwrap();
    assert_eq!(
        jira.ask(Method::DELETE, &format!("/workflow/{id}"), Value::Null)
            .await
            .0,
        400,
        "it is active"
    );

    let change = json!({ "statuses": read["statuses"], "workflows": [workflow] });
    assert_eq!(
        jira.ask(Method::POST, "/workflows/update", change.clone())
            .await
            .0,
        200
    );
    assert_eq!(
        jira.ask(Method::POST, "/workflows/update", change).await.0,
        409,
        "the version is stale"
    );
}

#[tokio::test]
async fn a_draft_is_published_by_a_task() {
    let jira = Jira::start().await;
    let url = format!("{}/workflowscheme/10101/draft/publish", jira.base);
    let got = jira
        .rig
        .ask(Method::POST, &url, &jira.who, Some(json!({})))
        .await;
    assert_eq!((got.status, &got.body), (303, &Value::Null));
    let task = got.header("location").to_owned();
    assert!(
        task.starts_with(&jira.base) && task.contains("/task/"),
        "{task}"
    );
    let mut states = Vec::new();
    for _ in 0..4 {
        states.push(
            jira.rig.get(&task, &jira.who).await.body["status"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(states, ["ENQUEUED", "RUNNING", "COMPLETE", "COMPLETE"]);
    assert_eq!(
        jira.get("/workflowscheme/10101").await["issueTypeMappings"]["10002"],
        "Business tasks"
    );
    let again = jira
        .rig
        .ask(Method::POST, &url, &jira.who, Some(json!({})))
        .await;
    assert_eq!(again.status, 404, "the draft is used up");
}

#[tokio::test]
async fn a_task_may_fail_and_ends_without_being_watched() {
    let jira = Jira::start().await;
    let before = jira.rig.sandbox.snapshot();
    let mapping = json!({ "statusMappings": [{ "issueTypeId": "10002", "statusId": "1", "newStatusId": "99" }] });
    let url = format!("{}/workflowscheme/10101/draft/publish", jira.base);
    let got = jira
        .rig
        .ask(Method::POST, &url, &jira.who, Some(mapping))
        .await;
    let task = got.header("location").to_owned();
    jira.rig.later(30_000);
    let seen = jira.rig.get(&task, &jira.who).await.body;
    assert_eq!(seen["status"], "FAILED");
    assert_eq!(jira.rig.sandbox.snapshot(), before);
}

#[tokio::test]
async fn a_field_is_read_by_search_changed_in_part_and_deleted_by_a_task() {
    let jira = Jira::start().await;
    let search = "/field/search?id=customfield_10031&expand=searcherKey";
    let field = jira.get(search).await["values"][0].clone();
    assert_eq!(
        jira.ask(
            Method::PUT,
            "/field/customfield_10031",
            json!({ "description": "" })
        )
        .await
        .0,
        204
    );
    let after = jira.get(search).await["values"][0].clone();
    assert_eq!(
        (after.get("description"), &after["name"]),
        (None, &field["name"])
    );
    let url = format!("{}/field/customfield_10031", jira.base);
    let got = jira.rig.ask(Method::DELETE, &url, &jira.who, None).await;
    assert_eq!(got.status, 303);
    assert_eq!(
        jira.ask(Method::DELETE, "/field/customfield_10031", Value::Null)
            .await
            .0,
        409
    );
    jira.rig.later(30_000);
    assert_eq!(jira.get(search).await["total"], 0);
    assert_eq!(
        jira.ask(
            Method::PUT,
            "/field/customfield_10035",
            json!({ "name": "x" })
        )
        .await
        .0,
        400,
        "it is locked"
    );
}

#[tokio::test]
async fn projects_join_a_context_once() {
    let jira = Jira::start().await;
    let before = jira.rig.sandbox.snapshot();
    let path = "/field/customfield_10030/context/10200/project";
    let add = |id: &str| jira.ask(Method::PUT, path, json!({ "projectIds": [id] }));
    assert_eq!(add("10002").await.0, 204);
    assert_eq!(add("10002").await.0, 400);
    assert_eq!(add("77777").await.0, 404);
    let mapping = jira
        .get("/field/customfield_10030/context/projectmapping?contextId=10200")
        .await;
    assert_eq!(mapping["total"], 3);
    let (status, _) = jira
        .ask(
            Method::POST,
            &format!("{path}/remove"),
            json!({ "projectIds": ["10002"] }),
        )
        .await;
    assert_eq!((status, jira.rig.sandbox.snapshot()), (204, before));
    let global = "/field/customfield_10031/context/10202/project";
    assert_eq!(
        jira.ask(Method::PUT, global, json!({ "projectIds": ["10000"] }))
            .await
            .0,
        400
    );
}
