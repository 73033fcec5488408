//! Writes: what became of them, and what is never sent.

use std::time::Duration;

use serde_json::{Value, json};

use super::site::{Says, Site, basic, bearer, request, soon};
use crate::base::deadline::Deadline;
use crate::base::fault::Code;
use crate::base::ids::CloudId;
use crate::catalog;
use crate::journal::Recorded;
use crate::upstream::{Outcome, Request};

fn recorded(tool: &str, cloud: &str) -> Recorded {
    Recorded::unwritten(catalog::tool(tool).unwrap(), Some(CloudId::new(cloud)))
}

fn create() -> Request {
    request("jira-platform:createProject", json!({})).with_body(json!({"key": "A"}))
}

fn delete() -> Request {
    request(
        "jira-platform:deleteProject",
        json!({"projectIdOrKey": "A"}),
    )
}

fn update() -> Request {
    let params = json!({"fieldId": "customfield_1"});
    request("jira-platform:updateCustomField", params).with_body(json!({"name": "n"}))
}

/// The outcome in one word, with the code of its fault.
fn word(outcome: &Outcome) -> (&'static str, Option<Code>) {
    match outcome {
        Outcome::Applied(_) => ("applied", None),
        Outcome::Failed(fault) => ("failed", Some(fault.code)),
        Outcome::Unknown(fault) => ("unknown", Some(fault.code)),
    }
}

fn status(status: u16) -> Says {
    Says::Json(status, Value::Null)
}

#[tokio::test]
async fn what_became_of_a_write() {
    use Code::{Conflict, NotFound, RateLimited, UpstreamUnavailable, UpstreamUnexpected};
    let (create, delete, update) = (
        ("project_create", create()),
        ("project_delete", delete()),
        ("custom_field_update", update()),
    );
    let table = [
        (&create, vec![status(201)], "applied", None, 1),
        (&create, vec![status(409)], "failed", Some(Conflict), 1),
        (
            &create,
            vec![status(503)],
            "unknown",
            Some(UpstreamUnavailable),
            1,
        ),
        (
            &create,
            vec![Says::Breaks],
            "unknown",
            Some(UpstreamUnavailable),
            1,
        ),
        (&create, vec![status(429), status(201)], "applied", None, 2),
        (
            &create,
            vec![Says::Header(429, "retry-after", "60")],
            "failed",
            Some(RateLimited),
            1,
        ),
        (
            &create,
            vec![Says::Page],
            "unknown",
            Some(UpstreamUnexpected),
            1,
        ),
        (
            &create,
            vec![status(501)],
            "failed",
            Some(Code::Unavailable),
            1,
        ),
        (&update, vec![Says::Breaks, status(204)], "applied", None, 2),
        (
            &update,
            vec![Says::Breaks, status(409)],
            "unknown",
            Some(Conflict),
            2,
        ),
        (
            &update,
            vec![status(429), status(409)],
            "failed",
            Some(Conflict),
            2,
        ),
        (
            &update,
            vec![status(502), status(502), status(502), status(502)],
            "unknown",
            Some(UpstreamUnavailable),
            4,
        ),
        (&delete, vec![status(204)], "applied", None, 1),
        (&delete, vec![status(404)], "failed", Some(NotFound), 1),
        (&delete, vec![Says::Breaks, status(404)], "applied", None, 2),
        (&delete, vec![status(500), status(404)], "applied", None, 2),
        (
            &delete,
            vec![status(429), status(404)],
            "failed",
            Some(NotFound),
            2,
        ),
        (
            &delete,
            vec![Says::Header(303, "location", "/rest/api/3/task/1")],
            "applied",
            None,
            1,
        ),
    ];
    for (row, ((tool, request), says, expected, code, sent)) in table.into_iter().enumerate() {
        let site = Site::saying(says).await;
        let recorded = recorded(tool, "c-1");
        let outcome = site
            .upstream
            .write(&recorded, &bearer("t"), request, soon())
            .await;
        assert_eq!(word(&outcome), (expected, code), "row {row}");
        assert_eq!(site.saw().len(), sent, "row {row}");
    }
}

#[tokio::test]
async fn a_write_goes_out_as_it_was_recorded() {
    let site = Site::saying([]).await;
    let recorded = recorded("custom_field_update", "c-1");
    site.upstream
        .write(&recorded, &bearer("t"), &update(), soon())
        .await;
    let saw = site.saw().remove(0);
    assert_eq!(saw.line, "PUT /ex/jira/c-1/rest/api/3/field/customfield_1");
    assert_eq!(saw.body, json!({"name": "n"}));
}

#[tokio::test]
async fn fixed_headers_go_with_every_request() {
    let site = Site::saying([]).await;
    let params = json!({"serviceDeskId": "1", "requestTypeId": 2});
    let delete = request("jira-service-management:deleteRequestType", params);
    let recorded = recorded("request_type_delete", "c-1");
    site.upstream
        .write(&recorded, &basic(), &delete, soon())
        .await;
    assert_eq!(site.saw()[0].experimental, "opt-in");
}

#[tokio::test]
async fn nothing_is_sent_to_another_site_or_for_another_tool() {
    let site = Site::saying([]).await;
    for recorded in [
        recorded("project_delete", "c-2"),
        recorded("custom_field_update", "c-1"),
        Recorded::unwritten(catalog::tool("project_delete").unwrap(), None),
    ] {
        let outcome = site
            .upstream
            .write(&recorded, &bearer("t"), &delete(), soon())
            .await;
        assert_eq!(word(&outcome), ("failed", Some(Code::UnexpectedError)));
    }
    let late = Deadline::within(Duration::ZERO);
    let recorded = recorded("project_delete", "c-1");
    let outcome = site
        .upstream
        .write(&recorded, &bearer("t"), &delete(), late)
        .await;
    assert_eq!(word(&outcome), ("failed", Some(Code::UpstreamUnavailable)));
    assert_eq!(site.saw().len(), 0);
}

#[tokio::test]
async fn a_write_that_never_left_failed_and_one_without_an_answer_is_unknown() {
    let unavailable = Some(Code::UpstreamUnavailable);
    let nobody = Site::nobody().await;
    let recorded = recorded("project_create", "c-1");
    let outcome = nobody
        .upstream
        .write(&recorded, &bearer("t"), &create(), soon())
        .await;
    assert_eq!(word(&outcome), ("failed", unavailable));
    let silent = Site::saying([Says::Silence]).await;
    let deadline = Deadline::within(Duration::from_millis(80));
    let outcome = silent
        .upstream
        .write(&recorded, &bearer("t"), &create(), deadline)
        .await;
    assert_eq!(word(&outcome), ("unknown", unavailable));
}
