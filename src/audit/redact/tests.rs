//! What must go, and what must stay.

use serde_json::json;

use super::*;

#[test]
fn secrets_in_text_go_wherever_they_stand() {
    let opaque = "aB3_aB3-aB3_aB3-aB3_aB3-aB3_aB3-aB3_aB3-aB3";
    for (shown, expected) in [
        (
            "Authorization: Bearer abcdefgh12",
            "Authorization: Bearer [redacted]",
        ),
        ("basic  dXNlcjpwYXNz", "basic  [redacted]"),
        (
            "{\"a\":\"Bearer s3cretbearer\"}",
            "{\"a\":\"Bearer [redacted]\"}",
        ),
        (
            "token ATATT3xFfGF0abcdefghijk failed",
            "token [redacted] failed",
        ),
        (
            "eyJhbGciOiJub25l.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "[redacted]",
        ),
        ("https://ann:pw@acme.net/x", "https://[redacted]@acme.net/x"),
        (
            "GET https://a.net/p?a=1&token=abcd1234&b=2#f",
            "GET https://a.net/p?a=1&token=[redacted]&b=2#f",
        ),
        ("client_secret=abcd1234", "client_secret=[redacted]"),
        (opaque, "[redacted]"),
        (
            "sent gjr_135f8851-25ea-4298-a1ed-5177434dbd68.aB3_aB3-aB3_aB3-aB3_aB3-aB3_aB3-aB3_aB3-aB3",
            "sent [redacted]",
        ),
    ] {
        assert_eq!(text(shown), expected);
    }
}

#[test]
fn plain_text_stays_as_it_is() {
    for shown in [
        "",
        "a bearer of news",
        "Basic auth is off",
        "Basic software scheme",
        "ari:cloud:jira:0f5e0a4e-6d5f-4f7d-9a53-a7e2a9f2c8d1:project/10000",
        "https://acme.atlassian.net/browse/ABC-1?focusedId=100&page=2",
        "ünïcödé — “quoted”, 'single'; (round)",
        "project = ABC AND status = Done",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        assert_eq!(text(shown), shown);
    }
}

#[test]
fn schema_name_and_pair_each_suffice() {
    let shown = json!({
        "rule": {"hooks": [{"url": "u", "body": {"x": 1}}, {"url": "v"}]},
        "headers": [{"name": "Authorization", "value": "plain words"}, {"name": "Accept", "value": "json"}],
        "password": "pw",
        "secret": null,
        "token": "Bearer abcdefgh12"
    });
    assert_eq!(
        value(
            shown,
            &["/rule/hooks/*/url", "/rule/hooks/0/body", "/none/*/x"]
        ),
        json!({
            "rule": {"hooks": [{"url": REDACTED, "body": REDACTED}, {"url": REDACTED}]},
            "headers": [{"name": "Authorization", "value": REDACTED}, {"name": "Accept", "value": "json"}],
            "password": REDACTED,
            "secret": null,
            "token": "Bearer [redacted]"
        })
    );
}
