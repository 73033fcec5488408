//! Filters, dashboards, sprints and pages of results.

use reqwest::Method;
use serde_json::{Value, json};

use crate::jira::Jira;
use crate::rig::rig;

#[tokio::test]
async fn a_put_resets_what_it_leaves_out_of_filters_and_dashboards() {
    let jira = Jira::start().await;
    assert_eq!(
        jira.ask(Method::PUT, "/filter/10004", json!({ "name": "x" }))
            .await
            .0,
        400,
        "jql is due"
    );
    let (_, filter) = jira
        .ask(
            Method::PUT,
            "/filter/10004",
            json!({ "name": "x", "jql": "project = HELP" }),
        )
        .await;
    assert_eq!(
        (
            filter.get("description"),
            &filter["sharePermissions"],
            &filter["editPermissions"]
        ),
        (None, &json!([]), &json!([]))
    );
    assert_eq!(
        jira.ask(
            Method::PUT,
            "/filter/10004",
            json!({ "name": "x", "jql": "(a = b" })
        )
        .await
        .0,
        400
    );
    assert_eq!(
        jira.ask(Method::GET, "/filter/1", Value::Null).await.0,
        400,
        "Jira says 400 for a lost filter"
    );
    assert_eq!(
        jira.ask(Method::PUT, "/dashboard/10001", json!({ "name": "x" }))
            .await
            .0,
        400,
        "shares are due"
    );
    let body = json!({ "name": "x", "sharePermissions": [], "editPermissions": [] });
    let (_, dashboard) = jira.ask(Method::PUT, "/dashboard/10000", body).await;
    assert_eq!(
        (dashboard.get("description"), &dashboard["sharePermissions"]),
        (None, &json!([]))
    );
    assert_eq!(
        jira.ask(Method::GET, "/dashboard/1", Value::Null).await.0,
        404
    );
}

#[tokio::test]
async fn lists_come_in_pages() {
    let jira = Jira::start().await;
    let first = jira.get("/field/search?maxResults=10").await;
    assert_eq!(
        (&first["isLast"], first["values"].as_array().unwrap().len()),
        (&json!(false), 10)
    );
    let next = first["nextPage"].as_str().unwrap();
    let second = jira.rig.get(next, &jira.who).await.body;
    assert_eq!(
        (&second["startAt"], &second["total"]),
        (&json!(10), &first["total"])
    );
    let last = jira.get("/field/search?startAt=1000").await;
    assert_eq!(
        (&last["isLast"], last.get("nextPage")),
        (&json!(true), None)
    );
}

#[tokio::test]
async fn a_sprint_moves_forward_only_and_null_clears() {
    let rig = rig().await;
    let who = rig.oauth().await;
    let url = format!("{}/rest/agile/1.0/sprint", rig.jira());
    let made = rig
        .ask(
            Method::POST,
            &url,
            &who,
            Some(json!({ "name": "Next", "originBoardId": 1, "goal": "g" })),
        )
        .await;
    assert_eq!(made.status, 201);
    let sprint = format!("{url}/{}", made.body["id"]);
    let set = |body: Value| rig.ask(Method::POST, &sprint, &who, Some(body));
    assert_eq!(
        set(json!({ "state": "active" })).await.status,
        400,
        "it has no dates"
    );
    let dates = json!({ "startDate": "2026-03-02T09:00:00.000+01:00", "endDate": "2026-03-16T09:00:00.000+01:00" });
    assert_eq!(set(dates).await.body["goal"], "g");
    assert!(
        set(json!({ "goal": null }))
            .await
            .body
            .get("goal")
            .is_none()
    );
    assert_eq!(
        set(json!({ "state": "active" })).await.body["state"],
        "active"
    );
    assert_eq!(set(json!({ "state": "future" })).await.status, 400);
    assert_eq!(
        set(json!({ "state": "closed" })).await.body["state"],
        "closed"
    );
    let kanban = json!({ "name": "No", "originBoardId": 3 });
    assert_eq!(
        rig.ask(Method::POST, &url, &who, Some(kanban)).await.status,
        400
    );
}

#[tokio::test]
async fn a_read_sent_back_leaves_shares_and_grants_as_they_were() {
    let jira = Jira::start().await;
    let before = jira.rig.sandbox.snapshot();
    for (path, members) in [
        (
            "/filter/10004",
            &[
                "name",
                "jql",
                "description",
                "favourite",
                "sharePermissions",
                "editPermissions",
            ][..],
        ),
        (
            "/dashboard/10001",
            &["name", "description", "sharePermissions", "editPermissions"],
        ),
        (
            "/permissionscheme/10000?expand=permissions",
            &["name", "description", "permissions"],
        ),
    ] {
        let mut body = jira.get(path).await;
        body.as_object_mut()
            .unwrap()
            .retain(|name, _| members.contains(&name.as_str()));
        let (status, answer) = jira.ask(Method::PUT, path, body).await;
        assert_eq!(status, 200, "{path} {answer}");
    }
    assert_eq!(jira.rig.sandbox.snapshot(), before);
}
