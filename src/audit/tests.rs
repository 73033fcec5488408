//! Records in files: chained, redacted, told apart by audience, and checked.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::*;
use crate::auth::{AuthEvent, AuthEventKind, AuthEvents, Principal, Scopes};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::fault::Code;
use crate::base::ids::{AccountId, ClientId};
use crate::catalog::fixture::TOOL;
use crate::catalog::model::{Credential, Tool};
use crate::config::{AuditSettings, AuditTarget};

static SECRETIVE: Tool = Tool {
    secrets: &["/hook/url"],
    ..TOOL
};
static ORG: Tool = Tool {
    name: "org_group_list",
    credential: Credential::OrgAdmin,
    ..TOOL
};

fn open(main: &Path, org: Option<PathBuf>) -> Result<Audit, AuditError> {
    let settings = AuditSettings {
        target: AuditTarget::File(main.to_owned()),
        org_target: org.map(AuditTarget::File),
    };
    Audit::open(&settings, Arc::new(HeldClock::at(Timestamp(0))))
}

fn ann() -> Principal {
    Principal {
        account: AccountId::new("ann"),
        client: ClientId::new("cli"),
        scopes: Scopes::ALL,
        family: "fam".to_owned(),
        name: None,
    }
}

fn record(audit: &Audit, tool: Option<&'static Tool>, arguments: Value) {
    let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
    let ann = ann();
    let call = Begun {
        reference_id: "ref",
        principal: &ann,
        name: "some_tool",
        tool,
        channel: Channel::of(tool),
        arguments: &arguments,
    };
    audit.begin(&call).unwrap();
    audit.end(
        &call,
        &Ended {
            code: Some(Code::Conflict),
            operation_id: Some("op"),
            took: Duration::from_millis(12),
        },
    );
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn check(path: &Path) -> Result<u64, Broken> {
    verify(std::io::BufReader::new(std::fs::File::open(path).unwrap()))
}

#[test]
fn a_call_is_recorded_before_and_after_without_its_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.log");
    let audit = open(&path, None).unwrap();
    let arguments = json!({"hook": {"url": "https://x"}, "note": "Bearer abcdefgh12", "id": 1});
    record(&audit, Some(&SECRETIVE), arguments);
    record(&audit, None, json!({"long": "y".repeat(5000)}));
    let lines = lines(&path);
    let text = |at: usize, key: &str| lines[at][key].as_str().unwrap().to_owned();
    assert_eq!(text(0, "kind"), "CALL");
    assert_eq!(
        lines[0]["arguments"],
        json!({"hook": {"url": redact::REDACTED}, "note": "Bearer [redacted]", "id": 1})
    );
    assert_eq!(text(0, "account"), "ann");
    assert_eq!(text(1, "kind"), "CALL_END");
    assert_eq!(text(1, "outcome"), "CONFLICT");
    assert_eq!(text(1, "operation_id"), "op");
    assert_eq!(lines[1]["took_ms"], 12);
    assert_eq!(text(2, "unknown_tool"), "some_tool");
    assert!(lines[2]["arguments"]["bytes"].as_u64().unwrap() > 5000);
    assert_eq!(check(&path).unwrap(), 4);
}

#[test]
fn what_is_secret_in_a_tool_is_secret_when_another_calls_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.log");
    let audit = open(&path, None).unwrap();
    let connections = json!([{"id": "c", "targetConfigJson": "hidden"}]);
    let arguments = json!({
        "operation": "automation.createAutomationRule",
        "arguments": {"connections": connections, "rule": {"name": "n"}},
    });
    record(&audit, Some(&TOOL_READ), arguments);
    let shown = &lines(&path)[0]["arguments"]["arguments"];
    assert_eq!(
        shown["connections"][0]["targetConfigJson"],
        redact::REDACTED
    );
    assert_eq!(shown["rule"]["name"], "n");
}

#[test]
fn the_organisation_has_a_record_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (main, org) = (dir.path().join("a.log"), dir.path().join("o.log"));
    let audit = open(&main, Some(org.clone())).unwrap();
    record(&audit, Some(&ORG), json!({}));
    record(&audit, Some(&TOOL_READ), json!({}));
    assert_eq!(lines(&org)[0]["tool"], "org_group_list");
    assert_eq!(lines(&main)[0]["tool"], "project_get");
    assert_eq!((lines(&org).len(), lines(&main).len()), (2, 2));
}

static TOOL_READ: Tool = TOOL;

#[tokio::test]
async fn signing_in_stands_in_the_same_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    let audit = open(&path, None).unwrap();
    let event = AuthEvent::new(AuthEventKind::RefreshTokenReuse)
        .of(&AccountId::new("ann"))
        .in_family("fam")
        .noting("sent Bearer abcdefgh12");
    AuthEvents::record(&audit, event).await;
    let line = lines(&path).remove(0);
    assert_eq!(line["kind"], "REFRESH_TOKEN_REUSE");
    assert_eq!(line["family"], "fam");
    assert_eq!(line["note"], "sent Bearer [redacted]");
}

#[test]
fn a_chain_goes_on_after_a_restart_and_one_process_writes_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    let audit = open(&path, None).unwrap();
    record(&audit, None, json!({}));
    assert!(matches!(open(&path, None), Err(AuditError::Held(_))));
    drop(audit);
    record(&open(&path, None).unwrap(), None, json!({}));
    assert_eq!(check(&path).unwrap(), 4);
    let missing = dir.path().join("none").join("a.log");
    assert!(matches!(open(&missing, None), Err(AuditError::Open { .. })));
}

#[test]
fn every_change_to_a_chain_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    let audit = open(&path, None).unwrap();
    for _ in 0..3 {
        record(&audit, None, json!({}));
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let broken = |lines: Vec<String>| verify(lines.join("\n").as_bytes()).unwrap_err().to_string();
    let owned = || {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(verify(text.as_bytes()).unwrap(), 6);

    let mut changed = owned();
    changed[2] = changed[2].replace("ann", "bob");
    assert!(broken(changed).starts_with("line 3 is not"));
    let mut missing = owned();
    missing.remove(3);
    assert!(broken(missing).starts_with("line 4 does not follow"));
    let mut swapped = owned();
    swapped.swap(1, 2);
    assert!(broken(swapped).starts_with("line 2 does not follow"));
    let mut doubled = owned();
    doubled.insert(1, lines[0].to_owned());
    assert!(broken(doubled).starts_with("line 2 does not follow"));
    let mut noise = owned();
    noise.insert(5, "{}".to_owned());
    assert!(broken(noise).starts_with("line 6 is not"));
    let rotated = owned().split_off(2);
    assert_eq!(verify(rotated.join("\n").as_bytes()).unwrap(), 4);
}

#[test]
fn a_torn_record_is_found_and_writing_goes_on_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    record(&open(&path, None).unwrap(), None, json!({}));
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(b"{\"kind\":\"CA").unwrap();
    drop(file);
    record(&open(&path, None).unwrap(), None, json!({}));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 5);
    assert!(matches!(check(&path), Err(Broken::Changed { line: 3 })));
    let kept: Vec<&str> = text.lines().filter(|line| line.ends_with('}')).collect();
    assert_eq!(verify(kept.join("\n").as_bytes()).unwrap(), 4);
}

#[tokio::test]
async fn what_was_recorded_is_on_the_disk_before_a_change_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let settings = AuditSettings {
        target: AuditTarget::File(dir.path().join("audit")),
        org_target: None,
    };
    let clock = HeldClock::at(Timestamp(0));
    let audit = Audit::open(&settings, Arc::new(clock.clone())).unwrap();
    audit.secure(Channel::Main).await.unwrap();
    // What is no file on a disk has nothing to be waited for.
    let settings = AuditSettings {
        target: AuditTarget::File("/dev/null".into()),
        org_target: None,
    };
    let audit = Audit::open(&settings, Arc::new(clock)).unwrap();
    audit.secure(Channel::OrgAdmin).await.unwrap();
}
