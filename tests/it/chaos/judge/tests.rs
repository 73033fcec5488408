//! The judge finds each thing that must not be: a table of zeros is worth no more than that.

use std::collections::BTreeMap;

use atlassian_sandbox::SeenRequest;
use gojira_mcp::journal::Entry;
use serde_json::{Value, json};

use super::super::proxy::Passed;
use super::{Facts, Part, Sin, answer, answer_of_set};

const PATH: &str = "/api/ex/jira/c/rest/api/3/filter";
const OPERATION: &str = "jira-platform:createFilter";

fn entry(state: &str) -> Entry {
    let entry = json!({"id": "op", "account": "a", "client": "c", "tool": "filter_create",
        "tenant": null, "target": null, "arguments": {}, "requests": [], "before": null,
        "result": null, "opened_at": 0, "closed_at": null, "state": state, "status": null,
        "failure": null, "reverts": null, "reverted_by": null, "change_set": null});
    serde_json::from_value(entry).unwrap()
}

fn seen(name: &str) -> SeenRequest {
    SeenRequest {
        method: "POST".to_owned(),
        path: PATH.to_owned(),
        query: String::new(),
        operation: Some(OPERATION.to_owned()),
        document: None,
        headers: BTreeMap::new(),
        caller: None,
        body: json!({ "name": name }),
        status: 200,
    }
}

fn passed(open: &[&str]) -> Passed {
    Passed {
        method: "POST".to_owned(),
        path: PATH.to_owned(),
        seen: Some(open.iter().map(|it| (*it).to_owned()).collect()),
    }
}

fn sins(changed: bool, states: &[&str], open: &[&str], requests: &[SeenRequest]) -> Vec<Sin> {
    let entries: Vec<Entry> = states.iter().map(|state| entry(state)).collect();
    let passed = [passed(open)];
    let part = Part {
        changed,
        stands: Vec::new(),
        entries: entries.iter().collect(),
    };
    let facts = Facts {
        parts: vec![part],
        passed: &passed,
        seen: requests,
    };
    facts.findings().into_iter().map(|(sin, _)| sin).collect()
}

#[test]
fn what_agrees_is_let_through() {
    assert_eq!(sins(true, &["applied"], &[OPERATION], &[seen("a")]), []);
    assert_eq!(sins(false, &["failed"], &[], &[]), []);
    assert_eq!(sins(false, &[], &[], &[]), []);
}

#[test]
fn every_disagreement_is_found() {
    let once = [seen("a")];
    let twice = [seen("a"), seen("a")];
    let open = &[OPERATION][..];
    for (changed, states, open, requests, expected) in [
        (true, &[][..], open, &once[..], &[Sin::Lost][..]),
        (true, &["failed"], open, &once, &[Sin::Lost, Sin::Wrong]),
        (
            true,
            &["pending"],
            open,
            &once,
            &[Sin::Lost, Sin::Unsettled],
        ),
        (true, &["unknown"], open, &once, &[Sin::Unsettled]),
        (false, &["unknown"], open, &[], &[Sin::Unsettled]),
        (false, &["applied"], open, &[], &[Sin::Wrong]),
        (true, &["applied", "applied"], open, &once, &[Sin::Doubled]),
        (true, &["applied"], open, &twice, &[Sin::Doubled]),
        (true, &["applied"], &[], &once, &[Sin::Unrecorded]),
        (true, &["applied"], &["another"], &once, &[Sin::Unrecorded]),
    ] {
        let found = sins(changed, states, open, requests);
        assert_eq!(found, expected, "{changed} {states:?}");
    }
}

#[test]
fn an_answer_that_claims_what_is_not_so_is_found() {
    let done = json!({"result": {}, "operation_id": "op"});
    let dry = json!({"result": {"dry_run": true}});
    let refused = json!({"error": {"code": "UNEXPECTED_ERROR"}});
    let failed = json!({"error": {"details": {"state": "failed"}}});
    let unknown = json!({"error": {"details": {"state": "unknown"}}});
    let wrong = |given: &Value, is_failure, changed| answer(given, is_failure, changed).is_some();
    assert!(wrong(&done, false, false) && !wrong(&done, false, true));
    assert!(wrong(&dry, false, true) && !wrong(&dry, false, false));
    assert!(wrong(&refused, true, true) && !wrong(&refused, true, false));
    assert!(wrong(&failed, true, true) && !wrong(&failed, true, false));
    assert!(!wrong(&unknown, true, true) && !wrong(&unknown, true, false));
}

#[test]
fn stages_that_tell_how_the_tenant_is_are_let_through_and_no_others() {
    let half_way = |stages: [&str; 2], stands: [bool; 2]| {
        let mut entry = entry("unknown");
        let stage = |state: &str| {
            let stage = json!({"name": "step", "state": state});
            serde_json::from_value(stage).unwrap()
        };
        entry.stages = stages.iter().map(|state| stage(state)).collect();
        let part = Part {
            changed: stands.contains(&true),
            stands: stands.to_vec(),
            entries: vec![&entry],
        };
        let found: Vec<Sin> = part.findings().into_iter().map(|(sin, _)| sin).collect();
        found
    };
    assert_eq!(half_way(["applied", "planned"], [true, false]), []);
    assert_eq!(half_way(["applied", "failed"], [true, true]), [Sin::Wrong]);
    assert_eq!(half_way(["undone", "failed"], [true, false]), [Sin::Wrong]);
    assert_eq!(
        half_way(["applied", "sent"], [true, true]),
        [Sin::Unsettled]
    );
}

#[test]
fn the_answer_of_a_set_says_of_each_step_what_is_so() {
    let of = |whole: &str, states: [&str; 2], stand: [bool; 2]| {
        let steps = states.map(|state| json!({ "state": state }));
        let given = json!({"result": {"state": whole, "steps": steps}});
        answer_of_set(&given, false, &stand).is_some()
    };
    assert!(!of("applied", ["applied", "applied"], [true, true]));
    assert!(!of("stopped", ["applied", "failed"], [true, false]));
    assert!(!of("stopped", ["applied", "unknown"], [true, true]));
    assert!(of("applied", ["applied", "applied"], [true, false]));
    assert!(of("stopped", ["applied", "failed"], [false, false]));
    assert!(of("running", ["applied", "waiting"], [true, true]));
    let nothing = json!({"error": {"message": "nothing was changed: no"}});
    assert!(answer_of_set(&nothing, true, &[true, false]).is_some());
    assert!(answer_of_set(&nothing, true, &[false, false]).is_none());
    let dry = json!({"result": {"dry_run": true, "steps": []}});
    assert!(answer_of_set(&dry, false, &[true, false]).is_some());
}
