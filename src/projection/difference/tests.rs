//! Differences as a person reads them.

use serde_json::{Value, json};

use super::super::words::{bounded, label};
use super::{Change, Row, rows};

/// `Place > Place: was -> becomes`, one line a row.
fn read(before: &Value, after: &Value) -> Vec<String> {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
    rows(before, after, &[])
        .iter()
        .map(|row| {
            let place = row.place.join(" > ");
            match row.change {
                Change::Moved => format!("{place}: another order"),
                _ => format!("{place}: {} -> {}", side(&row.was), side(&row.becomes)),
            }
        })
        .collect()
}

#[test]
fn before_and_after_read_without_json_patch() {
    let before = json!({
        "name": "Desk", "description": "", "isPrivate": false, "leadAccountId": "5b10a",
        "people": [{"accountId": "5b10a", "displayName": "Ada"}, {"accountId": "5b10b", "displayName": "Bo"}],
    });
    let after = json!({
        "name": "Help desk", "description": "For all", "isPrivate": true, "leadAccountId": "5b10b",
        "people": [{"accountId": "5b10a", "displayName": "Ada"}, {"accountId": "5b10b", "displayName": "Bo"}],
    });
    assert_eq!(
        read(&before, &after),
        [
            "Description: (empty) -> For all",
            "Is private: no -> yes",
            "Lead account id: Ada (5b10a) -> Bo (5b10b)",
            "Name: Desk -> Help desk",
        ]
    );
}

#[test]
fn items_of_a_list_are_matched_by_what_names_them() {
    let before = json!({"permissions": [
        {"id": 1, "permission": "ADMINISTER", "holder": {"type": "group", "parameter": "admins"}},
        {"id": 2, "permission": "BROWSE", "holder": {"type": "anyone"}},
    ]});
    let after = json!({"permissions": [
        {"id": 2, "permission": "BROWSE", "holder": {"type": "applicationRole"}},
        {"id": 3, "permission": "EDIT", "holder": {"type": "anyone"}},
    ]});
    assert_eq!(
        read(&before, &after),
        [
            "Permissions > 1: Holder: Parameter: admins; Type: group\nId: 1\nPermission: ADMINISTER -> -",
            "Permissions > 2 > Holder > Type: anyone -> applicationRole",
            "Permissions > 3: - -> Holder: Type: anyone\nId: 3\nPermission: EDIT",
        ]
    );
}

#[test]
fn a_list_of_texts_says_what_came_and_went() {
    let before = json!({"labels": ["a", "b"]});
    assert_eq!(
        read(&before, &json!({"labels": ["b", "c"]})),
        ["Labels: a -> -", "Labels: - -> c"]
    );
    assert_eq!(
        read(&before, &json!({"labels": ["b", "a"]})),
        ["Labels: another order"]
    );
}

#[test]
fn what_is_made_and_what_goes_is_told_field_by_field() {
    let thing = json!({"name": "Trial", "settings": {"open": true}});
    assert_eq!(
        read(&Value::Null, &thing),
        ["Name: - -> Trial", "Settings: - -> Open: yes"]
    );
    assert_eq!(read(&thing, &Value::Null).len(), 2);
    assert!(rows(&thing, &thing, &[]).is_empty());
}

#[test]
fn a_secret_is_told_and_not_shown() {
    let before = json!({"hooks": [{"id": 1, "token": "one"}], "auth": {"password": "x"}});
    let after = json!({"hooks": [{"id": 1, "token": "two"}], "auth": {"password": "y"}});
    let told = rows(&before, &after, &["/hooks/*/token", "/auth"]);
    assert_eq!(told.len(), 2);
    for Row { was, becomes, .. } in told {
        for side in [was, becomes] {
            assert_eq!(side.unwrap(), "(secret, not shown)");
        }
    }
    // What holds a secret is not shown either when it comes whole.
    let whole = rows(&json!({"hooks": []}), &after, &["/hooks/*/token", "/auth"]);
    assert!(!format!("{whole:?}").contains("two"), "{whole:?}");
}

#[test]
fn labels_and_bounds() {
    assert_eq!(label("issueTypeId"), "Issue type id");
    assert_eq!(label("default_value"), "Default value");
    assert_eq!(label("URL"), "URL");
    assert_eq!(bounded("abcdef", 4), "abcd... (2 more characters)");
    assert_eq!(bounded("abc", 4), "abc");
}
