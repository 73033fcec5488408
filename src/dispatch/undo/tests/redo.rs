//! An undo that is undone.

use serde_json::{Value, json};

use super::*;

#[test]
fn an_undone_deletion_can_be_done_again_and_an_undone_creation_cannot() {
    let mut original = entry(json!({"id": "7"}), Value::Null, Some(Value::Null));
    original
        .arguments
        .insert("permanent".to_owned(), json!(false));
    let undo_entry = entry(Value::Null, Value::Null, Some(json!({"id": "7"})));
    let again = compute(
        &DELETE,
        &undo_entry,
        Some(&original),
        &json!({"id": "7"}),
        None,
    )
    .unwrap();
    assert_eq!(again.requests[0].params["fieldId"], "7");
    assert_eq!(again.stale, None);
    assert_eq!(again.prediction.to, Some(Value::Null));
    assert!(compute(&CREATE, &undo_entry, Some(&original), &Value::Null, None).is_err());
}

#[test]
fn redo_and_its_undo_send_what_was_recorded() {
    let original = entry(json!({"id": "7"}), Value::Null, Some(Value::Null));
    let mut undone = original.clone();
    undone.requests[0].operation = "jira-platform:restore".to_owned();
    undone.after = Some(json!({"id": "7"}));
    let mut redone = original.clone();
    redone.before.clone_from(&json!({"id": "7"}));
    redone.after = Some(Value::Null);
    // The redo is undone: what is sent is what the undo had sent, not the tool's own operation.
    let again = compute(&DELETE, &redone, Some(&undone), &Value::Null, None).unwrap();
    assert_eq!(again.requests[0].operation.key, "jira-platform:restore");
    undone.requests[0].operation = "jira-platform:nothing".to_owned();
    let gone = compute(&DELETE, &redone, Some(&undone), &Value::Null, None).unwrap_err();
    assert_eq!(gone.code, Code::Unavailable);
}
