//! Reads: addresses, credentials, repeats, renewal, pace.

use std::time::Duration;

use serde_json::{Value, json};

use super::site::{Says, Site, basic, bearer, request, soon, tenant};
use crate::base::deadline::Deadline;
use crate::base::fault::Code;
use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::grants::Access;
use crate::upstream::Request;

fn project(key: &str) -> Request {
    request("jira-platform:getProject", json!({"projectIdOrKey": key}))
}

#[tokio::test]
async fn an_answer_is_relayed_as_it_is() {
    let body = json!({"id": "1", "unheard": [null, {"of": 1.50}]});
    let site = Site::saying([Says::Json(200, body.clone())]).await;
    let read = site
        .upstream
        .read(&bearer("t1"), &project("A B/ü"), soon())
        .await
        .unwrap();
    assert_eq!((read.status, read.body), (200, body));
    let saw = site.saw().remove(0);
    assert_eq!(
        saw.line,
        "GET /ex/jira/c-1/rest/api/3/project/A%20B%2F%C3%BC"
    );
    assert_eq!(saw.authorization, "Bearer t1");
    assert_eq!(saw.accept, "application/json");
}

#[tokio::test]
async fn an_api_token_goes_to_the_site_itself() {
    let site = Site::saying([]).await;
    let desks = request(
        "jira-service-management:getServiceDesks",
        json!({"limit": 5}),
    );
    site.upstream.read(&basic(), &desks, soon()).await.unwrap();
    let saw = site.saw().remove(0);
    assert_eq!(
        saw.line,
        "GET /site/acme.atlassian.net/rest/servicedeskapi/servicedesk?limit=5"
    );
    assert_eq!(saw.authorization, "Basic YUBiLmM6dA==");
}

#[tokio::test]
async fn what_is_no_read_or_leads_elsewhere_is_not_sent() {
    let site = Site::saying([]).await;
    let archive = request(
        "jira-platform:archiveProject",
        json!({"projectIdOrKey": "A"}),
    );
    let fault = site.upstream.read(&bearer("t"), &archive, soon()).await;
    assert_eq!(fault.unwrap_err().code, Code::UnexpectedError);
    for key in ["..", ".", ""] {
        let fault = site
            .upstream
            .read(&bearer("t"), &project(key), soon())
            .await;
        let fault = fault.unwrap_err();
        assert_eq!(fault.code, Code::ValidationError, "{key:?}");
        assert_eq!(fault.details, Some(json!({"path": "/projectIdOrKey"})));
    }
    let space = request("confluence-v1:getRestrictions", json!({"id": "1"}));
    let fault = site.upstream.read(&bearer("t"), &space, soon()).await;
    assert_eq!(fault.unwrap_err().code, Code::UnexpectedError);
    assert_eq!(site.saw().len(), 0);
}

#[tokio::test]
async fn a_read_is_repeated_until_it_succeeds() {
    let site = Site::saying([
        Says::Json(503, Value::Null),
        Says::Breaks,
        Says::Json(429, Value::Null),
    ])
    .await;
    let read = site
        .upstream
        .read(&bearer("t"), &project("A"), soon())
        .await;
    assert_eq!(read.unwrap().status, 200);
    assert_eq!(site.saw().len(), 4);
}

#[tokio::test]
async fn a_long_wait_is_told_at_once() {
    let site = Site::saying([Says::Header(429, "retry-after", "60")]).await;
    let fault = site
        .upstream
        .read(&bearer("t"), &project("A"), soon())
        .await;
    let fault = fault.unwrap_err();
    assert_eq!(fault.code, Code::RateLimited);
    assert_eq!(fault.retry_after_ms, Some(60_000));
    assert_eq!(site.saw().len(), 1);
}

#[tokio::test]
async fn silence_ends_with_the_deadline_and_nobody_at_once() {
    let site = Site::saying([Says::Silence]).await;
    let deadline = Deadline::within(Duration::from_millis(80));
    let fault = site
        .upstream
        .read(&bearer("t"), &project("A"), deadline)
        .await;
    assert_eq!(fault.unwrap_err().code, Code::UpstreamUnavailable);
    let nobody = Site::nobody().await;
    let fault = nobody
        .upstream
        .read(&bearer("t"), &project("A"), soon())
        .await;
    assert_eq!(fault.unwrap_err().code, Code::UpstreamUnavailable);
}

#[tokio::test]
async fn a_refused_token_is_renewed_for_the_same_person_and_site_only() {
    let refused = || [Says::Json(401, Value::Null)];
    let site = Site::renewing(refused(), Some(bearer("t2"))).await;
    site.upstream
        .read(&bearer("t1"), &project("A"), soon())
        .await
        .unwrap();
    let sent: Vec<String> = site
        .saw()
        .into_iter()
        .map(|saw| saw.authorization)
        .collect();
    assert_eq!(sent, ["Bearer t1", "Bearer t2"]);

    let bob = Access::bearer(AccountId::new("bob"), tenant("c-1"), Secret::from("t2"));
    let other = Access::bearer(AccountId::new("ann"), tenant("c-2"), Secret::from("t2"));
    for wrong in [Some(bob), Some(other), Some(basic()), None] {
        let site = Site::renewing(refused(), wrong).await;
        let fault = site
            .upstream
            .read(&bearer("t1"), &project("A"), soon())
            .await;
        assert_eq!(fault.unwrap_err().code, Code::AuthExpired);
        assert_eq!(site.saw().len(), 1);
    }
    let site = Site::renewing(refused(), Some(bearer("t2"))).await;
    let desks = request("jira-service-management:getServiceDesks", json!({}));
    let fault = site
        .upstream
        .read(&basic(), &desks, soon())
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthExpired);
    assert!(fault.mend.unwrap().contains("gojira_connect"));
}

#[tokio::test]
async fn a_near_limit_is_charged_to_the_person() {
    let site = Site::saying([Says::Header(200, "x-ratelimit-nearlimit", "true")]).await;
    let read = site
        .upstream
        .read(&bearer("t"), &project("A"), soon())
        .await;
    assert!(read.is_ok());
    let ann = AccountId::new("ann");
    let mut left = 0;
    while site.limits.spend(&ann, None).await.is_ok() {
        left += 1;
    }
    assert_eq!(left, 6);
}

#[tokio::test]
async fn the_assets_workspace_is_looked_up_once() {
    let workspace = json!({"values": [{"workspaceId": "ws-1"}]});
    let site = Site::saying([Says::Json(200, workspace)]).await;
    let schemas = request("assets:getObjectschemaList", json!({}));
    for _ in 0..2 {
        let read = site.upstream.read(&bearer("t"), &schemas, soon()).await;
        assert!(read.is_ok());
    }
    let lines: Vec<String> = site.saw().into_iter().map(|saw| saw.line).collect();
    let list = "GET /ex/jira/c-1/jsm/assets/workspace/ws-1/v1/objectschema/list";
    assert_eq!(
        lines,
        [
            "GET /ex/jira/c-1/rest/servicedeskapi/assets/workspace",
            list,
            list
        ]
    );
    let none = Site::saying([Says::Json(200, json!({"values": []}))]).await;
    let fault = none.upstream.read(&bearer("t"), &schemas, soon()).await;
    assert_eq!(fault.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn a_page_in_the_place_of_data_is_no_answer() {
    let site = Site::saying([Says::Page]).await;
    let fault = site
        .upstream
        .read(&bearer("t"), &project("A"), soon())
        .await;
    assert_eq!(fault.unwrap_err().code, Code::UpstreamUnexpected);
}
