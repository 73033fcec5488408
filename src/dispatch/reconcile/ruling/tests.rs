//! Rulings by what was seen and how old the entry is.

use std::sync::LazyLock;

use serde_json::{Map, json};

use super::*;
use crate::base::ids::{AccountId, ClientId, OperationId};
use crate::catalog;
use crate::catalog::fixture::TOOL;
use crate::catalog::model::Revert;
use crate::journal::Object;
use crate::projection::prediction::Prediction;

static UPDATE: Tool = Tool {
    effect: Effect::Update,
    revert: Revert::Restore { always: &[] },
    ..TOOL
};

static LONG: LazyLock<Tool> = LazyLock::new(|| Tool {
    task: catalog::task_style("jira"),
    ..UPDATE_BASE
});

const UPDATE_BASE: Tool = Tool {
    effect: Effect::Update,
    ..TOOL
};

static CREATE: Tool = Tool {
    effect: Effect::Create,
    ..TOOL
};

const MIN: Duration = Duration::from_mins(1);

fn entry(to: Option<Value>) -> Entry {
    Entry {
        id: OperationId::new("op"),
        account: AccountId::new("alice"),
        client: ClientId::new("client"),
        tool: TOOL.name.to_owned(),
        tenant: None,
        target: Some(Object {
            kind: "thing".to_owned(),
            id: Some("7".to_owned()),
        }),
        arguments: Map::new(),
        requests: Vec::new(),
        stages: Vec::new(),
        before: json!({"a": 1}),
        after: None,
        result: None,
        opened_at: Timestamp(0),
        closed_at: None,
        state: State::Pending,
        status: None,
        task: None,
        failure: None,
        reverts: None,
        reverted_by: None,
        change_set: None,
        intent: Some(Prediction {
            from: json!({"a": 1}),
            to,
            in_write_shape: false,
        }),
        traces: None,
        lock: None,
        settled_by: None,
        looks: 0,
    }
}

fn seen(value: Value) -> Seen {
    Seen::State(value)
}

#[test]
fn what_reads_as_intended_was_done_however_young_it_is() {
    let entry = entry(Some(json!({"a": 2})));
    let now = json!({"a": 2});
    let ruling = rule(Some(&UPDATE), &entry, &seen(now.clone()), MIN);
    let applied = Ruling::Applied {
        id: None,
        after: Some(now),
    };
    assert_eq!(ruling, applied);
}

#[test]
fn what_reads_as_before_failed_after_ten_minutes_and_not_before() {
    let entry = entry(Some(json!({"a": 2})));
    let as_before = seen(json!({"a": 1}));
    for (age, ruling) in [
        (9 * MIN, Ruling::Wait),
        (10 * MIN, Ruling::Failed),
        (48 * 60 * MIN, Ruling::Failed),
    ] {
        assert_eq!(rule(Some(&UPDATE), &entry, &as_before, age), ruling);
    }
}

#[test]
fn what_proves_nothing_decides_nothing() {
    let known = entry(Some(json!({"a": 2})));
    let foreign = entry(None);
    let as_before = seen(json!({"a": 1}));
    let old = 60 * MIN;
    // Somebody changed it otherwise, nobody could foretell it, it may come late, it was not read.
    for (tool, entry, seen) in [
        (&UPDATE, &known, &seen(json!({"a": 3}))),
        (&UPDATE, &foreign, &as_before),
        (&LONG, &known, &as_before),
        (&UPDATE, &known, &Seen::Unreadable),
    ] {
        assert_eq!(rule(Some(tool), entry, seen, old), Ruling::Wait);
        let ruling = rule(Some(tool), entry, seen, 25 * 60 * MIN);
        assert!(matches!(ruling, Ruling::Never(_)));
        assert_eq!(
            ruling.apply(entry.clone(), Timestamp(1)).state,
            State::Unknown
        );
    }
    assert!(matches!(
        rule(Some(&UPDATE), &known, &Seen::Nothing, MIN),
        Ruling::Never(_)
    ));
    assert!(matches!(
        rule(None, &known, &as_before, MIN),
        Ruling::Never(_)
    ));
}

#[test]
fn what_was_there_before_a_creation_is_not_what_it_made() {
    let mut entry = entry(Some(json!({"a": 1})));
    if let Some(intent) = &mut entry.intent {
        intent.from = Value::Null;
    }
    let there = seen(json!({"a": 1}));
    assert_eq!(rule(Some(&CREATE), &entry, &there, 20 * MIN), Ruling::Wait);
    entry.before = Value::Null;
    let ruling = rule(Some(&CREATE), &entry, &there, 20 * MIN);
    assert!(matches!(ruling, Ruling::Applied { .. }));
}

#[test]
fn looks_grow_rare_and_the_one_that_may_decide_comes_on_time() {
    let next = |age| Ruling::Wait.next_look(age);
    assert_eq!(next(2 * MIN), Some(2 * MIN));
    assert_eq!(next(9 * MIN), Some(MIN));
    assert_eq!(next(10 * MIN), Some(5 * MIN));
    assert_eq!(next(23 * 60 * MIN), Some(4 * 60 * MIN));
    assert_eq!(Ruling::Failed.next_look(MIN), None);
    assert_eq!(Ruling::Never("why").next_look(MIN), None);
}

#[test]
fn a_look_leaves_what_the_sender_said_and_adds_its_own() {
    let mut lost = entry(Some(json!({"a": 2})));
    lost.state = State::Unknown;
    lost.failure = Some(Failure {
        code: Code::UpstreamUnavailable,
        message: "the connection broke".to_owned(),
    });
    let waiting = Ruling::Wait.apply(lost.clone(), Timestamp(1));
    assert_eq!(waiting.failure, lost.failure);
    assert_eq!(waiting.looks, 1);
    let given_up = Ruling::Never("nobody knows").apply(waiting, Timestamp(2));
    let message = given_up.failure.unwrap().message;
    assert_eq!(message, "the connection broke; nobody knows");
}

#[test]
fn a_creation_is_judged_by_what_is_new() {
    let mut entry = entry(Some(json!({"name": "n"})));
    if let Some(target) = &mut entry.target {
        target.id = None;
    }
    let judge = |seen: Seen, age| rule(Some(&CREATE), &entry, &seen, age);
    let one = judge(Seen::Made(Some(("12".to_owned(), None))), MIN);
    let settled = one.apply(entry.clone(), Timestamp(1));
    assert_eq!(settled.state, State::Applied);
    assert_eq!(settled.target.unwrap().id.as_deref(), Some("12"));
    assert_eq!(judge(Seen::Made(None), 9 * MIN), Ruling::Wait);
    assert_eq!(judge(Seen::Made(None), 10 * MIN), Ruling::Failed);
    assert!(matches!(judge(Seen::Several, 9 * MIN), Ruling::Never(_)));
    // What is only looked for by its name may be there under another, for ever.
    assert_eq!(judge(Seen::Unnamed, 9 * MIN), Ruling::Wait);
    let untold = judge(Seen::Unnamed, 10 * MIN);
    assert!(matches!(untold, Ruling::Never(_)));
    let untold = untold.apply(entry.clone(), Timestamp(1));
    assert_eq!(untold.state, State::Unknown);
    assert!(untold.failure.unwrap().message.contains("renamed"));
}
