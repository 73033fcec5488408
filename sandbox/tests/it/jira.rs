//! Projects, schemes, workflows, fields, filters, dashboards and sprints as real sites treat them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::{As, Rig, rig};

struct Jira {
    rig: Rig,
    who: As,
    base: String,
}

impl Jira {
    async fn start() -> Self {
        let rig = rig().await;
        let who = rig.oauth().await;
        let base = format!("{}/rest/api/3", rig.jira());
        Self { rig, who, base }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = (!body.is_null()).then_some(body);
        let got = self
            .rig
            .ask(method, &format!("{}{path}", self.base), &self.who, body)
            .await;
        (got.status, got.body)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{path} {body}");
        body
    }
}

#[tokio::test]
async fn a_deleted_project_waits_in_the_trash_unless_undo_is_off() {
    let jira = Jira::start().await;
    let before = jira.rig.sandbox.snapshot();
    assert_eq!(
        jira.ask(Method::DELETE, "/project/MOB", Value::Null)
            .await
            .0,
        204
    );
    assert_eq!(
        jira.ask(Method::GET, "/project/MOB", Value::Null).await.0,
        404
    );
    let trash = jira.get("/project/search?status=deleted&keys=MOB").await;
    assert_eq!(trash["total"], 1);
    assert_eq!(
        jira.ask(Method::POST, "/project/MOB/restore", Value::Null)
            .await
            .0,
        200
    );
    assert_eq!(jira.rig.sandbox.snapshot(), before);

    assert_eq!(
        jira.ask(Method::POST, "/project/MOB/archive", Value::Null)
            .await
            .0,
        204
    );
    assert_eq!(jira.get("/project/MOB").await["archived"], true);
    assert_eq!(
        jira.ask(Method::POST, "/project/MOB/restore", Value::Null)
            .await
            .0,
        200
    );
    assert_eq!(jira.rig.sandbox.snapshot(), before);

    assert_eq!(
        jira.ask(Method::DELETE, "/project/MOB?enableUndo=false", Value::Null)
            .await
            .0,
        204
    );
    assert_eq!(
        jira.ask(Method::POST, "/project/MOB/restore", Value::Null)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_project_needs_a_free_key_and_a_known_lead() {
    let jira = Jira::start().await;
    let lead = jira.rig.admin().account_id;
    let body = |key: &str, lead: &str| json!({ "key": key, "name": key, "projectTypeKey": "software", "leadAccountId": lead });
    for (key, lead, field) in [
        ("PORT", lead.as_str(), "projectKey"),
        ("TEMP", &lead, "projectKey"),
        ("NEW", "nobody", "projectLead"),
        ("lower", &lead, "projectKey"),
    ] {
        let (status, answer) = jira.ask(Method::POST, "/project", body(key, lead)).await;
        assert_eq!(
            (status, answer["errors"][field].is_string()),
            (400, true),
            "{key} {answer}"
        );
    }
    assert_eq!(
        jira.ask(Method::POST, "/project", body("NEW", &lead))
            .await
            .0,
        201
    );
}

#[tokio::test]
async fn permission_grants_are_replaced_only_where_a_list_is_sent() {
    let jira = Jira::start().await;
    let path = "/permissionscheme/10000?expand=permissions";
    let read = jira.get(path).await;
    assert!(
        jira.get("/permissionscheme/10000")
            .await
            .get("permissions")
            .is_none()
    );
    let (status, renamed) = jira
        .ask(
            Method::PUT,
            path,
            json!({ "name": "Renamed", "description": "x" }),
        )
        .await;
    assert_eq!(
        (status, renamed["permissions"].as_array().unwrap().len()),
        (200, read["permissions"].as_array().unwrap().len())
    );
    let (_, emptied) = jira
        .ask(
            Method::PUT,
            path,
            json!({ "name": "Renamed", "permissions": [] }),
        )
        .await;
    assert_eq!(
        (&emptied["permissions"], emptied.get("description")),
        (&json!([]), None)
    );
    assert_eq!(
        jira.ask(Method::PUT, path, json!({ "permissions": [] }))
            .await
            .0,
        400,
        "a name is due"
    );
    assert_eq!(
        jira.ask(Method::DELETE, "/permissionscheme/10000", Value::Null)
            .await
            .0,
        400,
        "projects use it"
    );
}

#[tokio::test]
async fn an_unset_description_of_a_notification_scheme_is_left_out() {
    let jira = Jira::start().await;
    let path = "/notificationscheme/10002";
    assert!(
        jira.get(path)
            .await
            .get("notificationSchemeEvents")
            .is_none()
    );
    assert_eq!(
        jira.ask(Method::PUT, path, json!({ "description": "" }))
            .await
            .0,
        204
    );
    let read = jira.get(path).await;
    assert_eq!(
        (read.get("description"), &read["name"]),
        (None, &json!("Loud"))
    );
}

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
