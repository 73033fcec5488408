//! Step-up: a call that lacks a scope is a 403 that names every scope it needs, also when the tool
//! runs through another one.

use anyhow::{Context as _, Result, ensure};
use gojira_mcp::config::Environment;
use serde_json::{Value, json};

use crate::door::Door;

/// The bearer of a sign-in that was narrowed to these scopes (RFC 6749, section 6).
async fn narrowed(door: &Door, scope: &str) -> Result<String> {
    let person = door.rehearsal.administrator()?;
    let tokens = door.rehearsal.sign_in(&person).await?;
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", &tokens.client_id),
        ("refresh_token", &tokens.refresh),
        ("scope", scope),
    ];
    let url = format!("{}/token", door.rehearsal.origin());
    let answer: Value = door
        .http
        .post(url)
        .form(&fields)
        .send()
        .await?
        .json()
        .await?;
    ensure!(answer["scope"] == scope, "{answer}");
    let access = answer["access_token"].as_str();
    Ok(access.context("no access token")?.to_owned())
}

/// Status and challenge of a call.
async fn call(door: &Door, bearer: &str, name: &str, arguments: Value) -> Result<(u16, String)> {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": arguments}});
    let answer = door
        .post()
        .bearer_auth(bearer)
        .json(&message)
        .send()
        .await?;
    let challenge = answer
        .headers()
        .get("www-authenticate")
        .and_then(|value| value.to_str().ok());
    Ok((
        answer.status().as_u16(),
        challenge.unwrap_or_default().to_owned(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_scope_is_asked_for_also_behind_another_tool() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let before = door.rehearsal.sandbox().snapshot();
    let create = json!({"key": "STEP", "name": "Step", "projectTypeKey": "software"});
    let behind =
        |operation: &str, arguments: Value| json!({"operation": operation, "arguments": arguments});
    for (has, name, arguments, needs) in [
        ("read", "project_create", create.clone(), "read write"),
        (
            "read",
            "plan_change",
            behind("project_create", create.clone()),
            "read write",
        ),
        (
            "read",
            "read_operation",
            behind("org_directory_list", json!({})),
            "read admin:org",
        ),
        (
            "read write",
            "read_operation",
            behind("org_directory_list", json!({})),
            "read write admin:org",
        ),
    ] {
        let bearer = narrowed(&door, has).await?;
        let (status, challenge) = call(&door, &bearer, name, arguments).await?;
        ensure!(status == 403, "{name} with {has}: {status}");
        ensure!(
            challenge.contains("error=\"insufficient_scope\"")
                && challenge.contains(&format!("scope=\"{needs}\"")),
            "{name} with {has}: {challenge}"
        );
    }
    let bearer = narrowed(&door, "read").await?;
    let list = behind("project_list", json!({}));
    let (status, _) = call(&door, &bearer, "read_operation", list).await?;
    ensure!(status == 200, "{status}");
    let bearer = narrowed(&door, "read write").await?;
    let plan = behind("project_create", create);
    let (status, _) = call(&door, &bearer, "plan_change", plan).await?;
    ensure!(status == 200, "{status}");
    ensure!(door.rehearsal.sandbox().snapshot() == before);
    door.rehearsal.stop().await
}
