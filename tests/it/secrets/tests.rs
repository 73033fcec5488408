//! The scanner is able to fail: what is leaked on purpose is found, in whatever form.

use std::sync::Arc;

use atlassian_sandbox::{Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use gojira_mcp::base::hex::hex;
use gojira_mcp::base::random::{self, Random as _};
use serde_json::json;
use url::form_urlencoded::byte_serialize;

use super::*;

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// Ways in which a line of a log may tell a secret.
fn leaks(secret: &str) -> Vec<String> {
    let (first, second) = secret.split_at(20);
    let third = secret.len() / 3;
    let within = |text: &str| STANDARD.encode(format!("{text}:{secret}"));
    vec![
        format!("token={secret}"),
        format!("first={first:?} status=200 second={second:?}"),
        format!("first=\"\" second={second:?}"),
        format!(
            "a={:?} b={:?} c={:?}",
            &secret[..third],
            &secret[third..2 * third],
            &secret[2 * third..]
        ),
        json!({"headers": [{"name": "x", "value": secret}]}).to_string(),
        json!({"body": json!({"a": secret}).to_string()}).to_string(),
        json!({"a": secret}).to_string().replace('/', "\\/"),
        format!("GET /?token={}", escaped(secret)),
        format!(
            "GET /?token={}",
            escaped(secret).replace("%2F", "%2f").replace("%2B", "%2b")
        ),
        format!(
            "GET /?next={}",
            escaped(&format!("/?t={}", escaped(secret)))
        ),
        format!("{:?}", hex(secret.as_bytes())),
        hex(secret.as_bytes()).to_uppercase(),
        format!("Basic {}", within("ada@example.com")),
        format!("Basic {}", within("bo@example.com")),
        format!("Basic {}", within("cleo@example.com")),
        format!("form={}", escaped(&within("x"))),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(format!("{{\"x\":\"{secret}\"}}")),
    ]
}

#[test]
fn a_leaked_secret_is_found_however_it_is_written() {
    let secret = "s3cret/with+\"odd\" characters-0123456789abcdef";
    let mut known = Known::default();
    known.add("it", secret.as_bytes());
    let found = |text: &str| known.find(text.as_bytes());
    for innocent in [
        "an ordinary line of the log, with ids 0a1b2c",
        "s3cret/with",
        &hex(&secret.as_bytes()[..11]),
    ] {
        assert_eq!(found(innocent), None, "{innocent}");
    }
    for leak in leaks(secret) {
        assert_eq!(found(&leak), Some("it"), "{leak}");
    }
}

#[test]
fn every_random_bearer_of_a_server_is_known_from_its_birth() {
    let bearer = random::token(&Recorded).unwrap();
    for leak in leaks(&bearer) {
        assert!(find(leak.as_bytes()).is_some(), "{leak}");
    }
    let mut key = [0; 32];
    Recorded.fill(&mut key).unwrap();
    assert!(find(STANDARD.encode(key).as_bytes()).is_some(), "a key");
}

#[test]
fn what_looks_like_a_bearer_is_told_from_what_does_not() {
    let bearer = random::token(&random::CountingRandom::default()).unwrap();
    let site = format!("refresh-{}", "0123456789abcdef".repeat(3));
    for leak in [
        format!("INFO token={bearer} status=200"),
        format!("{{\"code\":\"0a1b2c.{bearer}\"}}"),
        format!(
            "Basic {}",
            STANDARD.encode(format!("ada@example.com:{bearer}"))
        ),
        format!("authorization: Bearer {site}"),
    ] {
        assert!(bearer_shaped(leak.as_bytes()).is_some(), "{leak}");
    }
    for innocent in [
        "2026-11-23T06:00:00.000Z TRACE gojira_mcp::upstream::attempts: sent attempt=1".to_owned(),
        "plan_6fa459ea-ee8a-4ca4-894e-db77e160355e and 6fa459ea-ee8a-4ca4-894e-db77e160355e"
            .to_owned(),
        format!("{{\"chain\":\"{}\"}}", "0123456789abcdef".repeat(4)),
        "urn:ietf:params:oauth:grant-type:a_rather_long_name_of_something_else".to_owned(),
    ] {
        assert!(bearer_shaped(innocent.as_bytes()).is_none(), "{innocent}");
    }
    overhear(format!("{{\"access_token\":\"family.{bearer}\",\"t\":\"{site}\"}}").as_bytes());
    assert!(find(&bearer.as_bytes()[9..30]).is_some());
    assert!(find(&site.as_bytes()[12..40]).is_some());
}

async fn guard(dir: &std::path::Path) -> Guard {
    let sandbox = Sandbox::start(Options::new(Arc::new(|| 0))).await.unwrap();
    Guard::over(&Arc::new(sandbox), dir.to_owned())
}

#[tokio::test]
async fn a_guard_sees_what_is_logged_and_what_is_audited() {
    let dir = tempfile::tempdir().unwrap();
    let guard = guard(dir.path()).await;
    // Known to this test alone: other guards look through the same lines.
    let mine = "a-value-that-this-test-alone-has-made-up";
    let mut known = Known::default();
    known.add("mine", mine.as_bytes());
    assert_eq!(known.find(&guard.written().log), None);
    for leak in leaks(mine) {
        let before = guard.written().log.len();
        tracing::trace!(target: "gojira_mcp::test", header = leak, "sent");
        let log = guard.written().log.split_off(before);
        assert_eq!(known.find(&log), Some("mine"), "{leak}");
    }
    assert_eq!(known.find(&guard.written().audit), None);
    let audit = dir.path().join("deeper");
    std::fs::create_dir(&audit).unwrap();
    let line = format!("{{\"note\":\"{mine}\"}}");
    std::fs::write(audit.join("audit-0"), line).unwrap();
    assert_eq!(known.find(&guard.written().audit), Some("mine"));
}

#[tokio::test]
async fn a_world_that_audited_a_secret_fails_at_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let mine = random::token(&Recorded).unwrap();
    for leak in leaks(&mine) {
        let guard = guard(dir.path()).await;
        std::fs::write(dir.path().join("audit-0"), &leak).unwrap();
        let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(guard)));
        assert!(end.is_err(), "{leak}");
    }
    std::fs::remove_file(dir.path().join("audit-0")).unwrap();
    drop(guard(dir.path()).await);
}

#[tokio::test]
async fn a_world_whose_audit_record_went_before_it_fails() {
    let dir = tempfile::tempdir().unwrap();
    let guard = guard(dir.path()).await;
    drop(dir);
    let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(guard)));
    assert!(end.is_err());
}
