//! Every status and every shape of body.

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::base::secret::Secret;
use crate::catalog::fixture::OPERATION;

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status,
        headers: HeaderMap::new(),
        body,
    }
}

fn bearer() -> AccessKind {
    AccessKind::Bearer(Secret::from("t"))
}

fn of(status: u16, body: Value) -> Fault {
    fault(&answer(status, body), &OPERATION, &bearer(), None)
}

#[test]
fn every_status_has_a_code() {
    let expected = |status: u16| match status {
        400 | 413 | 414 | 422 => Code::ValidationError,
        401 => Code::AuthExpired,
        402 | 403 | 451 => Code::InsufficientPermissions,
        404 => Code::NotFound,
        405 | 410 | 501 => Code::Unavailable,
        409 | 412 | 423 => Code::Conflict,
        429 => Code::RateLimited,
        408 | 425 | 500 | 502..=599 => Code::UpstreamUnavailable,
        _ => Code::UpstreamUnexpected,
    };
    let bodies = [
        Value::Null,
        json!("<html>gateway</html>"),
        json!({"errorMessages": ["Bearer abcdefgh12"], "errors": {}}),
        json!([]),
        json!({"unexpected": {"deep": [1, 2, {"x": null}]}}),
    ];
    for status in 100..600 {
        for body in &bodies {
            let fault = of(status, body.clone());
            assert_eq!(fault.code, expected(status), "{status} {body}");
            assert_eq!(fault.details.as_ref().unwrap()["status"], status);
            assert!(!format!("{fault:?}").contains("abcdefgh12"), "{status}");
        }
    }
}

#[test]
fn the_words_are_found_in_each_shape() {
    let shapes = [
        json!({"errorMessages": ["no good"], "errors": {}}),
        json!({"errorMessage": "no good", "i18nErrorMessage": {"i18nKey": "x"}}),
        json!({"message": "no good", "statusCode": 400}),
        json!({"statusCode": 400, "data": {"errors": [{"message": {"translation": "no good", "args": []}}]}}),
        json!({"errors": [{"status": 400, "code": "X", "title": "no good", "detail": null}]}),
        json!({"errors": ["no good"]}),
        json!({"fault": {"faultstring": "no good", "detail": {"errorcode": "x"}}}),
        json!({"error": "invalid", "error_description": "no good"}),
        json!({"error": {"message": "no good"}}),
        json!({"code": 400, "message": "no good"}),
        json!({"timestamp": "t", "status": 400, "error": "Bad Request", "message": "no good"}),
        json!("no good"),
        json!(["no good"]),
    ];
    for body in shapes {
        let fault = of(400, body.clone());
        assert_eq!(
            fault.message, "Atlassian refused the input: no good",
            "{body}"
        );
        assert_eq!(fault.details.unwrap()["messages"][0], "no good", "{body}");
    }
    let both = of(
        400,
        json!({"errors": [{"title": "Bad", "detail": "no good"}]}),
    );
    assert_eq!(both.details.unwrap()["messages"], json!(["Bad: no good"]));
    let fields = json!({"errorMessages": [], "errors": {"name": "is required", "x": {"a": 1}}});
    let fields = of(400, fields);
    assert_eq!(
        fields.details.unwrap()["fields"],
        json!({"name": "is required", "x": "{\"a\":1}"})
    );
}

#[test]
fn words_are_bounded() {
    let many: Vec<String> = (0..100)
        .map(|at| format!("{at} {}", "é".repeat(1000)))
        .collect();
    let fault = of(400, json!({"errorMessages": many}));
    let details = fault.details.unwrap();
    let messages = details["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 10);
    assert!(
        messages
            .iter()
            .all(|text| text.as_str().unwrap().chars().count() <= 403)
    );
    let page = of(502, json!("<html><body>Bad gateway</body></html>"));
    assert_eq!(
        page.details.unwrap()["messages"],
        json!(["(a page of HTML)"])
    );
}

#[test]
fn what_a_refusal_means_depends_on_its_words_and_its_api() {
    static ASSETS: Operation = Operation {
        api: "assets",
        ..OPERATION
    };
    static AUTOMATION: Operation = Operation {
        api: "automation",
        ..OPERATION
    };
    static RESTRICTION: Operation = Operation {
        api: "confluence-v1",
        path: "/wiki/rest/api/content/{id}/restriction",
        ..OPERATION
    };
    let message = |text: &str| json!({"message": text});
    let scope = message("Unauthorized; scope does not match");
    for (status, body, operation, code, mend) in [
        (
            401,
            scope.clone(),
            &OPERATION,
            Code::InsufficientPermissions,
            "read:jira-work",
        ),
        (
            403,
            scope,
            &OPERATION,
            Code::InsufficientPermissions,
            "read:jira-work",
        ),
        (
            403,
            message("no"),
            &OPERATION,
            Code::InsufficientPermissions,
            "administrator",
        ),
        (
            403,
            message("Access to Assets API was denied"),
            &ASSETS,
            Code::InsufficientPermissions,
            "Premium",
        ),
        (
            403,
            Value::Null,
            &AUTOMATION,
            Code::InsufficientPermissions,
            "make a new one",
        ),
        (
            403,
            Value::Null,
            &RESTRICTION,
            Code::InsufficientPermissions,
            "paid",
        ),
        (
            410,
            Value::Null,
            &OPERATION,
            Code::Unavailable,
            "another tool",
        ),
    ] {
        let fault = fault(&answer(status, body), operation, &bearer(), None);
        assert_eq!(fault.code, code);
        assert!(
            fault.mend.as_ref().unwrap().contains(mend),
            "{:?}",
            fault.mend
        );
    }
    let header = of(412, message("Experimental API: header missing"));
    assert_eq!(header.code, Code::UpstreamUnexpected);
}

#[test]
fn a_refused_credential_is_mended_where_it_was_made() {
    let kinds = [
        (bearer(), "Sign in"),
        (
            AccessKind::Basic {
                email: "a@b.c".to_owned(),
                token: Secret::from("t"),
            },
            "gojira_connect",
        ),
        (
            AccessKind::OrgKey {
                org_id: "o".to_owned(),
                key: Secret::from("k"),
            },
            "GOJIRA_ORG_ADMIN_TOKEN",
        ),
    ];
    for (kind, mend) in kinds {
        let fault = fault(&answer(401, Value::Null), &OPERATION, &kind, None);
        assert_eq!(fault.code, Code::AuthExpired);
        assert!(fault.mend.unwrap().contains(mend), "{mend}");
    }
}

#[test]
fn the_wait_is_told_where_waiting_helps() {
    let wait = Some(Duration::from_secs(9));
    for (status, told) in [
        (429, Some(9000)),
        (503, Some(9000)),
        (400, None),
        (404, None),
    ] {
        let fault = fault(&answer(status, Value::Null), &OPERATION, &bearer(), wait);
        assert_eq!(fault.retry_after_ms, told, "{status}");
    }
}

#[test]
fn success_is_two_hundred_or_a_task() {
    let with = |status, name: &'static str, value: &'static str, body: Value| Answer {
        status,
        headers: HeaderMap::from_iter([(
            http::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]),
        body,
    };
    assert!(is_success(&answer(204, Value::Null)));
    assert!(is_success(&answer(202, json!({"id": 1}))));
    assert!(is_success(&with(
        303,
        "location",
        "/rest/api/3/task/1",
        Value::Null
    )));
    assert!(is_success(&with(
        200,
        "content-type",
        "text/plain",
        json!("text")
    )));
    assert!(!is_success(&answer(303, Value::Null)));
    assert!(!is_success(&with(302, "location", "/login", Value::Null)));
    let page = with(
        200,
        "content-type",
        "text/html;charset=UTF-8",
        json!("<html>"),
    );
    assert!(!is_success(&page));
    let fault = fault(&page, &OPERATION, &bearer(), None);
    assert_eq!(fault.code, Code::UpstreamUnexpected);
}
