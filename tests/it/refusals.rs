//! Bad input at the door: the refusals that are promised, never a 500, nothing written.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use gojira_mcp::base::net;
use gojira_mcp::config::Environment;
use serde_json::{Value, json};

use crate::door::{Door, Rehearsed};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_refused_and_nothing_is_written() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let before = door.rehearsal.sandbox().snapshot();
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let long = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":\"{}\"}}",
        "a".repeat(5 << 20)
    );
    for (what, body, status, code) in [
        ("no JSON", "{", 400, -32700),
        ("empty", "", 400, -32700),
        ("a batch", &format!("[{list},{list}]"), 400, -32600),
        ("no message", "{\"hello\":1}", 400, -32600),
        ("a number", "7", 400, -32600),
        (
            "a call whose arguments are a list",
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"project_list","arguments":[]}}"#,
            400,
            -32602,
        ),
        (
            "a call of nothing",
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
            400,
            -32602,
        ),
        ("too long", &long, 413, -32600),
    ] {
        let answer = door
            .post()
            .bearer_auth(&door.bearer)
            .body(body.to_owned())
            .send()
            .await?;
        ensure!(answer.status() == status, "{what}: {}", answer.status());
        let answer: Value = answer.json().await?;
        ensure!(
            answer.pointer("/error/code") == Some(&json!(code)),
            "{what}: {answer}"
        );
    }
    ensure!(door.rehearsal.sandbox().snapshot() == before);
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_bearer_origin_or_host_does_not_pass() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let none = door.post().json(&list).send().await?;
    ensure!(none.status() == 401);
    let challenge = none
        .headers()
        .get("www-authenticate")
        .and_then(|value| value.to_str().ok());
    let challenge = challenge.unwrap_or_default().to_owned();
    ensure!(
        challenge.contains("resource_metadata=") && !challenge.contains("error="),
        "{challenge}"
    );
    let wrong = door
        .post()
        .bearer_auth("gja_nonsense")
        .json(&list)
        .send()
        .await?;
    ensure!(wrong.status() == 401);
    let challenge = wrong
        .headers()
        .get("www-authenticate")
        .and_then(|value| value.to_str().ok());
    ensure!(challenge.is_some_and(|text| text.contains("invalid_token")));
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("host", "evil.example"),
    ] {
        let answer = door
            .post()
            .bearer_auth(&door.bearer)
            .header(header, value)
            .json(&list)
            .send()
            .await?;
        ensure!(
            answer.status() == 403,
            "{header}: {value}: {}",
            answer.status()
        );
    }
    let own = door.rehearsal.origin().to_owned();
    let answer = door
        .post()
        .bearer_auth(&door.bearer)
        .header("origin", own)
        .json(&list)
        .send()
        .await?;
    ensure!(answer.status() == 200);
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        let url = format!("{}/mcp", door.rehearsal.origin());
        let answer = door
            .http
            .request(method.clone(), url)
            .bearer_auth(&door.bearer)
            .send()
            .await?;
        ensure!(answer.status() == 405, "{method}: {}", answer.status());
    }
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_names_and_arguments_are_tool_errors_that_help() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let before = door.rehearsal.sandbox().snapshot();
    for (tool, arguments, code, word) in [
        ("project_lst", json!({}), "NOT_FOUND", "project_list"),
        ("project_get", json!({}), "VALIDATION_ERROR", "project"),
        (
            "project_get",
            json!({"project": 7}),
            "VALIDATION_ERROR",
            "project",
        ),
        (
            "project_get",
            json!({"project": "ACME", "colour": "red"}),
            "VALIDATION_ERROR",
            "colour",
        ),
        (
            "project_get",
            json!({"project": ".."}),
            "VALIDATION_ERROR",
            "project",
        ),
        ("project_get", json!({"project": "NOSUCH"}), "NOT_FOUND", ""),
        ("jsm.createSla", json!({}), "UNAVAILABLE", "SLA"),
        (
            "project_list",
            json!({"page": "nonsense"}),
            "VALIDATION_ERROR",
            "page",
        ),
    ] {
        let answer = door.call(tool, arguments.clone()).await?;
        let error = answer.get("error").cloned().unwrap_or_default();
        ensure!(error["code"] == code, "{tool} {arguments}: {answer}");
        ensure!(
            answer.to_string().contains(word),
            "{tool} {arguments}: {answer}"
        );
        ensure!(
            error["reference_id"].is_string(),
            "{tool} {arguments}: {answer}"
        );
    }
    ensure!(door.rehearsal.sandbox().snapshot() == before);
    door.rehearsal.stop().await
}

/// The same table as below the wire formats, through the door: each tool whose fixture needs nothing
/// looked up first. Reads answer, writes preview, and the site stays as it was.
#[tokio::test(flavor = "multi_thread")]
async fn every_tool_answers_through_the_door() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let before = door.rehearsal.sandbox().snapshot();
    let mut tried = 0;
    for (name, fixture) in crate::fixtures::all() {
        if !fixture.is_plain() {
            continue;
        }
        let answer = door.call(&name, fixture.arguments.clone()).await?;
        ensure!(answer.get("error").is_none(), "{name}: {answer}");
        let Some(tool) = gojira_mcp::catalog::tool(&name) else {
            bail!("{name} is no tool");
        };
        // The server's own tools preview on behalf of others.
        let previewed = answer.pointer("/result/dry_run") == Some(&json!(true));
        let own = tool.group == "utility";
        ensure!(
            own || previewed == tool.target.is_some(),
            "{name}: {answer}"
        );
        tried += 1;
    }
    ensure!(tried >= 60, "{tried} tools only");
    ensure!(door.rehearsal.sandbox().snapshot() == before);
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_nothing_of_users_or_settings() -> Result<()> {
    let rehearsal = Rehearsed::start(&Environment::default()).await?;
    let http = net::client(Duration::from_secs(20))?;
    for path in ["/health", "/ready"] {
        let answer = http
            .get(format!("{}{path}", rehearsal.origin()))
            .send()
            .await?;
        ensure!(answer.status() == 200, "{path}");
        let text = answer.text().await?;
        ensure!(text.len() < 100 && !text.contains("atlassian"), "{text}");
    }
    rehearsal.stop().await
}
