//! What comes back, whatever the site sends.

use atlassian_admin::call::{Answer, CallError, call};
use atlassian_admin::{Error, failure, jira_platform};
use serde_json::{Value, json};

use crate::site::Site;

const JSON: &str = "content-type: application/json\r\n";

async fn fields(site: &Site) -> Result<Answer, CallError> {
    site.call("jira-platform:getFieldsPaginated", json!({}), None)
        .await
}

#[tokio::test]
async fn an_answer_is_relayed_though_the_document_knows_less() {
    let sent =
        json!({ "isLast": "no", "values": null, "new": { "schema": [{ "type": "brand-new" }] } });
    let site = Site::with("200 OK", JSON, &sent.to_string()).await;
    let answer = fields(&site).await.unwrap();
    assert_eq!((answer.status, answer.body), (200, sent.clone()));
    let client = jira_platform::Client::new(&site.session());
    let typed = client.get_permission_scheme(1, None).await.unwrap();
    assert_eq!(typed.value(), &sent);
}

#[tokio::test]
async fn every_status_is_an_answer() {
    for (status, code) in [
        ("404 Not Found", 404),
        ("429 Too Many Requests", 429),
        ("500 No", 500),
    ] {
        let headers = format!("{JSON}retry-after: 7\r\n");
        let site = Site::with(status, &headers, r#"{"errorMessages":["no"],"x":null}"#).await;
        let answer = fields(&site).await.unwrap();
        assert_eq!(answer.status, code);
        assert_eq!(answer.headers["retry-after"], "7");
        assert_eq!(answer.body, json!({ "errorMessages": ["no"], "x": null }));
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Site::with("200 OK", JSON, "{}").await;
    let headers = format!("location: {}/rest/api/3/task/1\r\n", elsewhere.base);
    for status in ["303 See Other", "302 Found", "307 Temporary Redirect"] {
        let site = Site::with(status, &headers, "").await;
        let answer = site
            .call(
                "jira-platform:publishDraftWorkflowScheme",
                json!({ "id": 5 }),
                Some(json!({})),
            )
            .await
            .unwrap();
        assert_eq!(answer.status.to_string(), status[..3]);
        assert_eq!(
            answer.headers["location"],
            format!("{}/rest/api/3/task/1", elsewhere.base)
        );
        assert_eq!(answer.body, Value::Null);
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_page_of_html_is_a_string_whatever_the_status() {
    for status in ["200 OK", "502 Bad Gateway"] {
        let site = Site::with(status, "content-type: text/html\r\n", "<p>\"down\"</p>").await;
        assert_eq!(fields(&site).await.unwrap().body, json!("<p>\"down\"</p>"));
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_null() {
    let site = Site::answering("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    let answer = fields(&site).await.unwrap();
    assert_eq!((answer.status, answer.body), (204, Value::Null));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_announced_or_not() {
    let announced = Site::with("200 OK", JSON, &json!("x".repeat(2000)).to_string()).await;
    let body = format!(
        "HTTP/1.1 500 No\r\nconnection: close\r\n\r\n{}",
        "x".repeat(2000)
    );
    let unannounced = Site::answering(body).await;
    for site in [announced, unannounced] {
        let session = site.session().with_body_limit(1000);
        let refused = call(
            &session,
            "jira-platform:getFieldsPaginated",
            &<_>::default(),
        )
        .await;
        assert!(
            matches!(refused, Err(CallError::TooLarge { limit: 1000 })),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let site = Site::answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":").await;
    assert!(matches!(fields(&site).await, Err(CallError::Transport(_))));
}

#[tokio::test]
async fn a_typed_call_tells_a_status_from_a_failure() {
    let site = Site::with("404 Not Found", JSON, "{}").await;
    let client = jira_platform::Client::new(&site.session());
    let Err(Error::UnexpectedResponse(response)) = client.get_permission_scheme(1, None).await
    else {
        panic!("a 404 is unexpected");
    };
    assert_eq!(response.status().as_u16(), 404);
    assert!(failure(&response).is_none());

    let client = jira_platform::Client::new(&site.session().with_body_limit(1));
    let Err(Error::UnexpectedResponse(response)) = client.get_permission_scheme(1, None).await
    else {
        panic!("there is no answer");
    };
    assert!(failure(&response).is_some());
}
