//! Projects and schemes as real sites treat them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::rig::{As, Rig, rig};

pub(crate) struct Jira {
    pub(crate) rig: Rig,
    pub(crate) who: As,
    pub(crate) base: String,
}

impl Jira {
    pub(crate) async fn start() -> Self {
        let rig = rig().await;
        let who = rig.oauth().await;
        let base = format!("{}/rest/api/3", rig.jira());
        Self { rig, who, base }
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = (!body.is_null()).then_some(body);
        let got = self
            .rig
            .ask(method, &format!("{}{path}", self.base), &self.who, body)
            .await;
        (got.status, got.body)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
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
