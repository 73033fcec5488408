//! What goes over the wire.

use atlassian_admin::call::CallError;
use atlassian_admin::{Json, jira_platform};
use serde_json::{Value, json};

use crate::site::Site;

async fn site() -> Site {
    Site::with("200 OK", "content-type: application/json\r\n", "{}").await
}

#[tokio::test]
async fn a_body_keeps_its_nulls_and_empty_lists() {
    let site = site().await;
    let body = json!({ "description": null, "name": "x", "permissions": [], "undocumented": 1.5 });
    site.call(
        "jira-platform:updatePermissionScheme",
        json!({ "schemeId": 10000 }),
        Some(body.clone()),
    )
    .await
    .unwrap();
    let asked = site.asked();
    assert_eq!(asked[0].line, "PUT /rest/api/3/permissionscheme/10000");
    assert_eq!(String::from_utf8_lossy(&asked[0].body), body.to_string());
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn the_headers_are_ours_and_no_others() {
    let site = site().await;
    site.call(
        "jira-platform:getProject",
        json!({ "projectIdOrKey": "A" }),
        None,
    )
    .await
    .unwrap();
    let asked = site.asked();
    assert_eq!(asked[0].header("accept"), Some("application/json"));
    assert_eq!(
        asked[0].header("authorization"),
        Some("Basic bWVAZXhhbXBsZS5jb206dG9rZW4=")
    );
    assert_eq!(asked[0].header("api-version"), None);
    assert_eq!(asked[0].header("content-type"), None);
}

#[tokio::test]
async fn a_body_that_may_be_left_out_is() {
    let site = site().await;
    site.call("automation:searchManualRulesWithPost", json!({}), None)
        .await
        .unwrap();
    let asked = site.asked();
    assert_eq!(asked[0].header("content-type"), None);
    assert!(asked[0].body.is_empty());
}

#[tokio::test]
async fn lists_travel_in_their_documented_style() {
    let site = site().await;
    site.call(
        "confluence-v1:getRestrictions",
        json!({ "id": "7", "expand": ["restrictions.user", "restrictions.group"] }),
        None,
    )
    .await
    .unwrap();
    site.call(
        "jira-platform:getFieldsPaginated",
        json!({ "id": ["a", "b,c"] }),
        None,
    )
    .await
    .unwrap();
    let lines: Vec<String> = site
        .asked()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(
        lines,
        [
            "GET /wiki/rest/api/content/7/restriction?expand=restrictions.user%2Crestrictions.group",
            "GET /rest/api/3/field/search?id=a&id=b%2Cc",
        ]
    );
}

#[tokio::test]
async fn a_path_parameter_cannot_lead_to_another_endpoint() {
    let site = site().await;
    for value in ["", ".", "..", "a\r\nb"] {
        let params = json!({ "projectIdOrKey": value });
        let refused = site.call("jira-platform:getProject", params, None).await;
        assert!(
            matches!(refused, Err(CallError::Path { .. })),
            "{value:?}: {refused:?}"
        );
        let client = jira_platform::Client::new(&site.session());
        assert!(client.get_permission_scheme(10, Some("x")).await.is_ok());
        assert!(
            client.get_project(value, None, None).await.is_err(),
            "{value:?}"
        );
    }
    let params = json!({ "projectIdOrKey": "../x?y#z%2f" });
    site.call("jira-platform:getProject", params, None)
        .await
        .unwrap();
    let lines: Vec<String> = site
        .asked()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert!(
        lines[..4]
            .iter()
            .all(|line| line.contains("/permissionscheme/")),
        "{lines:?}"
    );
    assert_eq!(lines[4..], ["GET /rest/api/3/project/..%2Fx%3Fy%23z%252f"]);
}

#[tokio::test]
async fn an_argument_that_does_not_fit_is_named_and_nothing_is_sent() {
    let site = site().await;
    let told = |refused: Result<_, CallError>| refused.err().unwrap().to_string();
    let cases: [(Value, &str); 3] = [
        (json!({}), "argument projectIdOrKey: is required"),
        (
            json!({ "projectIdOrKey": "A", "expnd": "x" }),
            "argument expnd: the operation has no such parameter",
        ),
        (
            json!({ "projectIdOrKey": "A", "expand": { "a": 1 } }),
            "argument expand: invalid type: map, expected a string",
        ),
    ];
    for (params, expected) in cases {
        assert_eq!(
            told(site.call("jira-platform:getProject", params, None).await),
            expected
        );
    }
    let none = site.call(
        "jira-platform:updatePermissionScheme",
        json!({ "schemeId": 1 }),
        None,
    );
    assert_eq!(told(none.await), "argument body: is required");
    let unknown = site.call("jira-platform:noSuchOperation", json!({}), None);
    assert_eq!(
        told(unknown.await),
        "no operation jira-platform:noSuchOperation"
    );
    assert!(site.asked().is_empty());
}

#[tokio::test]
async fn a_typed_call_sends_what_the_untyped_one_does() {
    let site = site().await;
    let client = jira_platform::Client::new(&site.session());
    let body = Json::new(json!({ "name": null }));
    client
        .update_permission_scheme(3, Some("all"), &body)
        .await
        .unwrap();
    let asked = site.asked();
    assert_eq!(
        asked[0].line,
        "PUT /rest/api/3/permissionscheme/3?expand=all"
    );
    assert_eq!(asked[0].body, br#"{"name":null}"#);
}
