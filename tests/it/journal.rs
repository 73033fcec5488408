//! The journal as it is read: filters, pages, and what auditors see.

use std::time::Duration;

use gojira_mcp::base::ids::AccountId;
use serde_json::{Value, json};

use crate::rig::Rig;

const FIELD: &str = "customfield_10033";

/// Five changes: of a field twice, of a project, a filter made, and one undone.
async fn five(rig: &Rig) {
    for text in ["first", "second"] {
        let change = json!({"fieldId": FIELD, "description": text});
        rig.commit("custom_field_update", change).await;
        rig.pass(Duration::from_mins(1));
    }
    let archive = json!({"project": "MKT"});
    let done = rig.commit("project_archive", archive).await;
    rig.pass(Duration::from_mins(1));
    let filter = json!({"name": "Harbour", "jql": "project = PORT"});
    rig.commit("filter_create", filter).await;
    rig.pass(Duration::from_mins(1));
    let undo = json!({"operation_id": done["operation_id"]});
    rig.commit("operation_revert", undo).await;
}

async fn listed(rig: &Rig, arguments: Value) -> Vec<String> {
    let list = rig.ok("operation_list", arguments).await;
    let entries = list["result"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    entries.iter().map(|entry| text(&entry["tool"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_what_is_known_of_them() {
    let rig = Rig::new().await;
    let start = rig.now();
    five(&rig).await;
    let soon = start.plus(Duration::from_secs(90)).to_string();
    for (arguments, tools) in [
        (json!({"tool": "filter_create"}), &["filter_create"][..]),
        (json!({"target": FIELD}), &["custom_field_update"; 2]),
        (
            json!({"target": format!("custom_field:{FIELD}")}),
            &["custom_field_update"; 2],
        ),
        (json!({"target": format!("project:{FIELD}")}), &[]),
        (json!({"state": "reverted"}), &["project_archive"]),
        (json!({"until": soon}), &["custom_field_update"; 2]),
        (json!({"text": "HARBOUR"}), &["filter_create"]),
        (json!({"text": "second"}), &["custom_field_update"]),
        (json!({"text": "nothing of the kind"}), &[]),
    ] {
        assert_eq!(listed(&rig, arguments.clone()).await, tools, "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_page_by_page() {
    let rig = Rig::new().await;
    five(&rig).await;
    let whole = listed(&rig, json!({})).await;
    assert_eq!(whole.len(), 5);
    for bounds in [json!({"limit": 2}), json!({"limit": 1})] {
        let (mut tools, mut page, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let mut arguments = bounds.clone();
            if page.is_string() {
                arguments["page"] = page;
            }
            let list = rig.ok("operation_list", arguments).await;
            for entry in list["result"].as_array().unwrap() {
                tools.push(entry["tool"].as_str().unwrap().to_owned());
            }
            pages += 1;
            page = list["page"]["next"].clone();
            if page.is_null() {
                break;
            }
        }
        assert_eq!(tools, whole, "{bounds}");
        assert!(pages > 1, "{bounds}");
    }
    let wrong = json!({"page": "not a cursor"});
    assert_eq!(
        rig.refused("operation_list", wrong).await,
        "VALIDATION_ERROR"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_one_person() {
    let rig = Rig::new().await;
    five(&rig).await;
    let owner = rig.principal.account.clone();
    let newest = rig.ok("operation_list", json!({"limit": 1})).await;
    let id = newest["result"][0]["operation_id"].clone();
    let auditor = AccountId::new(&rig.sandbox.facts().users[1].account_id);
    let named = auditor.clone();
    let mut other = rig.adjusted(move |settings| {
        settings.policy.auditors = [named.clone()].into();
    });
    other.principal.account = auditor.clone();

    // Nobody else's by default; one person's, or everybody's, when that is asked for.
    assert!(listed(&other, json!({})).await.is_empty());
    assert_eq!(listed(&other, json!({"account": owner})).await.len(), 5);
    assert_eq!(listed(&other, json!({"account": "*"})).await.len(), 5);
    assert!(
        listed(&other, json!({"account": "nobody"}))
            .await
            .is_empty()
    );
    for get in [
        json!({"operation_id": id}),
        json!({"operation_id": id, "account": owner}),
    ] {
        let entry = other.ok("operation_get", get).await;
        assert_eq!(entry["result"]["account"], json!(owner));
    }
    // Each such look stands in the record, with whom it was at.
    let lines = other.audit();
    let reads = lines.iter().filter(|line| line["kind"] == "JOURNAL_READ");
    let reads: Vec<(&Value, &Value)> = reads
        .map(|line| (&line["account"], &line["owner"]))
        .collect();
    let (auditor, owner) = (json!(auditor), json!(owner));
    assert_eq!(
        reads,
        [
            (&auditor, &owner),
            (&auditor, &json!("*")),
            (&auditor, &json!("nobody")),
            (&auditor, &owner),
            (&auditor, &owner),
        ]
    );

    // Who is no auditor reads their own, whatever they ask for.
    let code = rig.refused("operation_list", json!({"account": "*"})).await;
    assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    let get = json!({"operation_id": id, "account": auditor});
    assert_eq!(
        rig.refused("operation_get", get).await,
        "INSUFFICIENT_PERMISSIONS"
    );
    let own = json!({"operation_id": id, "account": owner});
    rig.ok("operation_get", own).await;
}
