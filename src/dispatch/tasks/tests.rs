//! The task styles of the manifest over tasks as Atlassian shows them.

use serde_json::json;

use super::*;

fn style(name: &str) -> &'static TaskStyle {
    named(name).unwrap()
}

#[test]
fn only_a_terminal_state_ends_a_task() {
    for name in ["jira", "jira_bulk"] {
        let stand = |status: &str| read(style(name), json!({"status": status, "message": "m"}));
        for status in ["ENQUEUED", "RUNNING", "CANCEL_REQUESTED", "NEW"] {
            assert!(matches!(stand(status), Stand::Running(_)), "{status}");
        }
        for status in ["FAILED", "DEAD"] {
            assert!(matches!(stand(status), Stand::Failed(_)), "{status}");
        }
        assert!(matches!(stand("CANCELLED"), Stand::Cancelled(_)));
        assert!(matches!(stand("COMPLETE"), Stand::Succeeded(_)));
    }
    let stand = |task| read(style("confluence"), task);
    for running in [
        json!({"percentageComplete": 40}),
        json!({"finished": false, "successful": true, "percentageComplete": 100}),
    ] {
        assert!(matches!(stand(running), Stand::Running(_)));
    }
    for failed in [
        json!({"finished": true, "successful": false}),
        json!({"finished": true}),
    ] {
        assert!(matches!(stand(failed), Stand::Failed(_)));
    }
    let done = stand(json!({"finished": true, "successful": true}));
    assert!(matches!(done, Stand::Succeeded(_)));
}

#[test]
fn a_task_says_how_it_failed_and_how_far_it_is() {
    let failed = read(
        style("jira"),
        json!({"status": "FAILED", "message": "no room", "progress": 40}),
    );
    let Stand::Failed(fault) = &failed else {
        panic!("{failed:?}");
    };
    assert_eq!(fault.message, "Atlassian's task failed: no room");
    assert_eq!(share(style("jira"), &failed.task()), Some(0.4));
    let bulk = json!({"progressPercent": 250});
    assert_eq!(share(style("jira_bulk"), &bulk), Some(1.0));
    assert_eq!(share(style("confluence"), &json!({})), None);
    let stopping = json!({"status": "CANCEL_REQUESTED"});
    assert!(is_stopping(style("jira"), &stopping));
    assert!(!is_stopping(style("jira"), &json!({"status": "RUNNING"})));
    assert!(!is_stopping(
        style("confluence"),
        &json!({"finished": false})
    ));
}

#[test]
fn a_task_is_found_in_the_location_or_the_body() {
    let answer = |location: Option<&'static str>, body| {
        let mut headers = http::HeaderMap::new();
        if let Some(location) = location {
            let value = http::HeaderValue::from_static(location);
            headers.insert(http::header::LOCATION, value);
        }
        Answer {
            status: 303,
            headers,
            body,
        }
    };
    let found = |name: &str, location, body| begun(style(name), &answer(location, body));
    let at = Some("https://acme.atlassian.net/rest/api/3/task/10010");
    assert_eq!(found("jira", at, Value::Null).as_deref(), Some("10010"));
    let link = json!({"links": {"status": "/rest/api/longtask/8"}});
    assert_eq!(found("confluence", None, link).as_deref(), Some("8"));
    let id = json!({"id": 7, "links": {"status": "/rest/api/longtask/7"}});
    assert_eq!(found("confluence", None, id).as_deref(), Some("7"));
    let bulk = json!({"taskId": "10641"});
    assert_eq!(found("jira_bulk", None, bulk).as_deref(), Some("10641"));
    assert_eq!(found("jira", None, Value::Null), None);
    assert_eq!(found("jira", None, json!({"id": ""})), None);
}

#[test]
fn what_looks_at_tasks_may_call_the_operations_of_every_style() {
    let used = |tool: &str| -> Vec<&str> {
        let tool = catalog::tool(tool).unwrap();
        tool.uses.iter().map(|operation| operation.key).collect()
    };
    for style in catalog::task_styles() {
        for tool in ["job_get", "job_cancel"] {
            assert!(used(tool).contains(&style.look.key), "{}", style.name);
        }
    }
}
