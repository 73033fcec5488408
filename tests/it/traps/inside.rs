//! The traps that are tried below the wire formats, with a view of the store and the site.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gojira_mcp::base::ids::{AccountId, CloudId};
use gojira_mcp::base::random::SystemRandom;
use gojira_mcp::base::secret::Secret;
use gojira_mcp::base::tenant::Tenant;
use gojira_mcp::catalog;
use gojira_mcp::seal::Ring;
use gojira_mcp::store::keys::{Key, Kind};
use gojira_mcp::store::vault::Vault;
use gojira_mcp::store::{Durability, Step, Store, StoreError};
use serde_json::{Value, json};

use super::{holds, status_fault};
use crate::rig::{Choice, Rig, everything};

/// A rig whose store can be looked at.
async fn tapped() -> (Rig, Arc<dyn Store>) {
    let held: Arc<Mutex<Option<Arc<dyn Store>>>> = Arc::default();
    let tap = held.clone();
    let rig = Rig::with(Choice {
        store: Box::new(move |store| {
            *tap.lock().unwrap() = Some(store.clone());
            store
        }),
        ..Choice::default()
    })
    .await;
    let store = held.lock().unwrap().take().unwrap();
    (rig, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credential_or_host() {
    let rig = Rig::new().await;
    let facts = rig.sandbox.facts();
    let (cloud, site) = (facts.cloud_id, facts.site);
    let own = rig.principal.account.as_str();
    for (tool, arguments, base, caller) in [
        (
            "project_list",
            json!({}),
            format!("/api/ex/jira/{cloud}/"),
            own,
        ),
        (
            "automation_rule_list",
            json!({}),
            format!("/api/automation/public/jira/{cloud}/"),
            own,
        ),
        (
            "space_template_list",
            json!({}),
            format!("/site/{site}/wiki/rest/api/"),
            own,
        ),
        (
            "org_directory_list",
            json!({}),
            "/api/admin/".to_owned(),
            "org",
        ),
    ] {
        let earlier = rig.sandbox.requests().len();
        rig.ok(tool, arguments).await;
        let requests = rig.sandbox.requests().split_off(earlier);
        assert!(!requests.is_empty(), "{tool}");
        for seen in requests {
            assert!(seen.path.starts_with(&base), "{tool}: {}", seen.path);
            assert_eq!(seen.caller.as_deref(), Some(caller), "{tool}");
        }
    }
}

#[test]
fn fail_open_on_nothing() {
    let nothing = CloudId::new("");
    let pinned = CloudId::new("cloud-1");
    for pin in [None, Some(&pinned), Some(&nothing)] {
        assert!(Tenant::verified(nothing.clone(), "acme.atlassian.net", pin).is_err());
        assert!(Tenant::verified(pinned.clone(), "", pin).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_values_without_context() {
    let (mut rig, store) = tapped().await;
    let facts = rig.sandbox.facts();
    let (ada, eve) = (&facts.users[0], &facts.users[1]);
    let mut copied = 0;
    for (key, value) in store.dump().await.unwrap().values {
        let grant = key.starts_with("grant:") || key.starts_with("apitoken:");
        if grant && key.contains(&ada.account_id) {
            let key = key.replace(&ada.account_id, &eve.account_id);
            let put = Step::Put {
                key,
                value,
                ttl: None,
            };
            store.apply(Durability::Durable, vec![put]).await.unwrap();
            copied += 1;
        }
    }
    assert!(copied >= 2, "{copied} values");
    rig.principal.account = AccountId::new(&eve.account_id);
    let earlier = rig.sandbox.requests().len();
    for tool in ["project_list", "automation_rule_list"] {
        rig.refused(tool, json!({})).await;
    }
    assert_eq!(rig.sandbox.requests().len(), earlier);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_key_deletes() {
    let (rig, store) = tapped().await;
    let before = store.dump().await.unwrap();
    let keys = Ring::new(Secret::new([1; 32]), Vec::new(), Arc::new(SystemRandom));
    let stale = Vault::new(store.clone(), Arc::new(keys));
    let account = rig.principal.account.as_str();
    let key = Key::new(Kind::Grant, "record", account);
    let refused = stale.get::<Value>(&key).await.unwrap_err();
    assert!(matches!(refused, StoreError::Sealed { .. }), "{refused}");
    let changed = stale.put_if_absent(&key, &json!("mine"), None).await;
    assert!(!changed.unwrap());
    assert_eq!(store.dump().await.unwrap(), before);
    rig.ok("project_list", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_through_the_model() {
    fn names(schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                fields.values().for_each(|field| names(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            _ => {}
        }
    }
    for tool in catalog::tools() {
        let mut found = Vec::new();
        names(&serde_json::from_str(tool.full_schema).unwrap(), &mut found);
        for name in found {
            // What ends in `Id` names a credential that the server keeps; it opens nothing.
            if name.ends_with("Id") {
                continue;
            }
            let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
            for word in [
                "apitoken",
                "accesstoken",
                "password",
                "clientsecret",
                "apikey",
            ] {
                assert!(!plain.contains(word), "{} takes {name}", tool.name);
            }
        }
    }
    let rig = Rig::new().await;
    let link = rig.ok("gojira_connect", json!({})).await;
    assert!(link["result"]["url"].as_str().unwrap().contains("/connect"));
}

#[tokio::test(flavor = "multi_thread")]
async fn redaction_by_key_name() {
    let rig = Rig::new().await;
    let (bearer, token) = ("opaque0123456789abcdef", "ATATT3xFfGF0kQ7wVb2LmN9pXr4TzYsd");
    let rule = json!({"name": "Call out", "headers": [
        {"name": "Authorization", "value": format!("Bearer {bearer}")},
        {"name": "X-Note", "value": token},
    ]});
    let arguments = json!({"operation": "automation_rule_create", "arguments": {"rule": rule}});
    let reply = rig.reply("plan_change", arguments).await;
    assert!(
        !reply.text.contains(bearer) || !reply.is_error,
        "told back in an error"
    );
    let records = rig.audit();
    assert!(records.iter().any(|record| record["tool"] == "plan_change"));
    for record in records {
        let line = record.to_string();
        assert!(!line.contains(bearer) && !line.contains(token), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn journal_in_the_clear() {
    let (rig, store) = tapped().await;
    let secret = "whsec-4d1c7c0e";
    let schemes = rig.ok("notification_scheme_list", json!({})).await;
    let id = schemes["result"][0]["id"].to_string();
    let change = json!({"schemeId": id.trim_matches('"'), "description": secret});
    rig.commit("notification_scheme_update", change).await;
    let dump = store.dump().await.unwrap().values;
    assert!(dump.iter().any(|(key, _)| key.starts_with("journal:")));
    for (key, value) in dump {
        assert!(!key.contains(secret) && !holds(&value, secret), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_400_from_the_token_endpoint_logs_the_user_out() {
    let rig = Rig::new().await;
    rig.pass(Duration::from_hours(1));
    for (status, error) in [
        (400, "invalid_client"),
        (401, "invalid_client"),
        (403, "unauthorized_client"),
        (400, "invalid_request"),
    ] {
        let fault = status_fault("/oauth/token", 1, status, json!({"error": error}));
        rig.sandbox.fault(fault);
        let (answer, failed) = rig.call("project_list", json!({})).await;
        assert!(failed, "{answer}");
        let code = &answer["error"]["code"];
        assert_eq!(code, "UPSTREAM_UNEXPECTED", "{status} {error}: {answer}");
    }
    // Nothing was deleted: the same grant goes on.
    rig.ok("project_list", json!({})).await;
    rig.pass(Duration::from_hours(1));
    let ended = status_fault("/oauth/token", 1, 403, json!({"error": "invalid_grant"}));
    rig.sandbox.fault(ended);
    assert_eq!(rig.refused("project_list", json!({})).await, "AUTH_EXPIRED");
    // The person was told; what is left is their API token.
    let who = rig.ok("gojira_whoami", json!({})).await;
    assert_eq!(who["result"]["atlassian"], Value::Null, "{who:#}");
    rig.ok("project_list", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_state_in_one_process() {
    let one = Rig::new().await;
    let other = one.under(everything());
    let schemes = one.ok("notification_scheme_list", json!({})).await;
    let id = schemes["result"][0]["id"].to_string();
    let mut change = json!({"schemeId": id.trim_matches('"'), "description": "Of both"});
    let dry = one.ok("notification_scheme_update", change.clone()).await;
    change["commit"] = json!(true);
    change["plan_id"] = dry["result"]["plan_id"].clone();
    let done = other.ok("notification_scheme_update", change).await;
    let undo = json!({"operation_id": done["operation_id"]});
    one.commit("operation_revert", undo.clone()).await;
    assert_eq!(other.refused("operation_revert", undo).await, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_that_rewrite_the_path() {
    let rig = Rig::new().await;
    let cloud = rig.sandbox.facts().cloud_id;
    for id in [
        ".",
        "..",
        "../../field",
        "a/b",
        "%2e%2e",
        "x?y=1",
        "x#y",
        "a\\b",
    ] {
        let earlier = rig.sandbox.requests().len();
        rig.refused("project_get", json!({"project": id})).await;
        for seen in rig.sandbox.requests().split_off(earlier) {
            let start = format!("/api/ex/jira/{cloud}/rest/api/3/project/");
            let rest = seen.path.strip_prefix(&start);
            let one = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'));
            assert!(one, "{id:?} became {}", seen.path);
        }
    }
}
