//! Predictions, and what a later read says of them.

use serde_json::{Map, json};

use super::*;
use crate::catalog::fixture::{OPERATION, TOOL};
use crate::catalog::model::{Bind, Operation, Place, Projection};

const SHAPE: Projection = Projection {
    from: Source::Before(""),
    whole: false,
    pick: &["name"],
    map: &[("/iconId", "/icon/id")],
    absent: &[],
    set: &[],
    drop: &[],
    skip: &[],
    keyed: None,
};

static UPDATE: Tool = Tool {
    effect: Effect::Update,
    shape: Some(SHAPE),
    ..TOOL
};

static ARCHIVE: Tool = Tool {
    effect: Effect::Action,
    becomes: &[("/archived", Source::Constant("true"))],
    ..TOOL
};

static ADD: Tool = Tool {
    effect: Effect::Action,
    revert: Revert::Difference {
        key: "/accountId",
        added: Some(Call {
            operation: &OPERATION,
            params: &[],
            body: CallBody::Fields(&[("/accountIds", Source::Keys)]),
        }),
        removed: None,
    },
    ..TOOL
};

/// What it takes out, it could put back as well.
static TAKE: Tool = Tool {
    effect: Effect::Update,
    operation: Some(&OPERATION),
    revert: Revert::Difference {
        key: "/id",
        added: Some(Call {
            operation: &OPERATION,
            params: &[
                Bind {
                    param: "user",
                    place: Place::Query,
                    from: Source::Item("/user/accountId"),
                },
                Bind {
                    param: "groupId",
                    place: Place::Query,
                    from: Source::Item("/group/id"),
                },
            ],
            body: CallBody::None,
        }),
        removed: Some(Call {
            operation: &OTHER,
            params: &[],
            body: CallBody::None,
        }),
    },
    ..TOOL
};

static OTHER: Operation = Operation {
    key: "jira-platform:other",
    ..OPERATION
};

static DELETE: Tool = Tool {
    effect: Effect::Delete,
    ..TOOL
};

fn request(body: Option<Value>) -> Request {
    Request {
        operation: &OPERATION,
        params: Map::new(),
        body,
    }
}

fn predicted(tool: &Tool, before: &Value, body: Option<Value>) -> Prediction {
    predict(tool, before, &request(body), &Facts::default()).unwrap()
}

#[test]
fn an_update_is_shown_in_the_write_shape() {
    let before = json!({"name": "n", "icon": {"id": "1"}, "self": "https://x"});
    let prediction = predicted(&UPDATE, &before, Some(json!({"iconId": "2"})));
    assert_eq!(
        prediction.patch(),
        Some(json!([{"op": "replace", "path": "/iconId", "value": "2"}]))
    );
    let after = json!({"name": "n", "icon": {"id": "2"}});
    assert_eq!(prediction.verdict(&UPDATE, &after), Verdict::Applied);
    assert_eq!(prediction.verdict(&UPDATE, &before), Verdict::Unchanged);
    let other = json!({"name": "else", "icon": {"id": "3"}});
    assert_eq!(prediction.verdict(&UPDATE, &other), Verdict::Undecided);
    assert!(predicted(&UPDATE, &before, Some(json!({"name": "n"}))).is_idle());
}

#[test]
fn a_switch_is_shown_in_the_read_shape() {
    let before = json!({"id": "1", "archived": false});
    let prediction = predicted(&ARCHIVE, &before, None);
    assert_eq!(
        prediction.patch(),
        Some(json!([{"op": "replace", "path": "/archived", "value": true}]))
    );
    assert!(predicted(&ARCHIVE, &json!({"archived": true}), None).is_idle());
}

#[test]
fn what_a_write_takes_away_must_be_gone() {
    let back = Prediction {
        from: json!({"id": "1", "archived": true}),
        to: Some(json!({"id": "1"})),
        in_write_shape: false,
    };
    assert_eq!(back.verdict(&ARCHIVE, &back.from), Verdict::Unchanged);
    let gone = json!({"id": "1", "name": "n"});
    assert_eq!(back.verdict(&ARCHIVE, &gone), Verdict::Applied);
}

#[test]
fn members_are_added_once() {
    let before = json!([{"accountId": "a", "name": "A"}]);
    let prediction = predicted(&ADD, &before, Some(json!({"accountIds": ["a", "b"]})));
    assert_eq!(
        prediction.patch(),
        Some(json!([{"op": "add", "path": "/1", "value": {"accountId": "b"}}]))
    );
    let after = json!([{"accountId": "b", "name": "B"}, {"accountId": "a"}]);
    assert_eq!(prediction.verdict(&ADD, &after), Verdict::Applied);
    assert!(predicted(&ADD, &before, Some(json!({"accountIds": ["a"]}))).is_idle());
}

/// Undone one at a time: what takes the keys one by one is named in the singular.
#[test]
fn several_are_added_where_the_undo_takes_one() {
    static ONE_BY_ONE: Tool = Tool {
        effect: Effect::Update,
        revert: Revert::Difference {
            key: "/accountId",
            added: Some(Call {
                operation: &OPERATION,
                params: &[Bind {
                    param: "accountId",
                    place: Place::Path,
                    from: Source::Key,
                }],
                body: CallBody::None,
            }),
            removed: None,
        },
        ..TOOL
    };
    let before = json!([{"accountId": "a"}]);
    let prediction = predicted(
        &ONE_BY_ONE,
        &before,
        Some(json!({"accountIds": ["a", "b"]})),
    );
    assert_eq!(
        prediction.patch(),
        Some(json!([{"op": "add", "path": "/1", "value": {"accountId": "b"}}]))
    );
}

#[test]
fn what_is_named_by_a_part_of_it_is_taken_out() {
    let user = json!({"id": 1, "user": {"accountId": "a"}});
    let group = json!({"id": 2, "group": {"id": "g"}});
    let before = json!([user, group]);
    let named = |params: Value| {
        let mut request = request(None);
        request.params = params.as_object().unwrap().clone();
        predict(&TAKE, &before, &request, &Facts::default()).unwrap()
    };
    let taken = named(json!({"groupId": "g"}));
    assert_eq!(taken.to, Some(json!([user])));
    assert_eq!(taken.verdict(&TAKE, &json!([user])), Verdict::Applied);
    assert_eq!(taken.verdict(&TAKE, &before), Verdict::Unchanged);
    assert!(named(json!({"groupId": "a"})).is_idle());
    // Nothing is named, so nothing is taken out.
    assert!(named(json!({"role": 1})).is_idle());
}

#[test]
fn a_deletion_removes_the_whole() {
    let before = json!({"id": "1"});
    let prediction = predicted(&DELETE, &before, None);
    assert_eq!(
        prediction.patch(),
        Some(json!([{"op": "remove", "path": ""}]))
    );
    assert_eq!(prediction.verdict(&DELETE, &Value::Null), Verdict::Applied);
    assert_eq!(prediction.verdict(&DELETE, &before), Verdict::Unchanged);
}
