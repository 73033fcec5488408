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
        (
            "read",
            "change_set_plan",
            json!({"title": "Step", "steps": [
                behind("project_create", create.clone()),
                behind("org_group_create", json!({})),
            ]}),
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

/// The one word of an answer that a later call names.
fn id_of(answer: &Value, pointer: &str) -> Result<String> {
    let id = answer.pointer(pointer).and_then(Value::as_str);
    Ok(id
        .with_context(|| format!("{pointer}: {answer}"))?
        .to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_only_the_store_knows_of_is_asked_for_as_well() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let directories = door.call("org_directory_list", json!({})).await?;
    let directory = id_of(&directories, "/result/0/directoryId")
        .or_else(|_| id_of(&directories, "/result/0/id"))?;
    // Nothing is created: the ids of one invented site are the codes of another.
    let groups = door
        .call("org_group_list", json!({"directoryId": directory}))
        .await?;
    let group = id_of(&groups, "/result/0/id")?;
    let facts = door.rehearsal.sandbox().facts();
    let people = facts.users.iter().map(|user| user.account_id.clone());
    let mut plans = Vec::new();
    for account in people.skip(1) {
        let change = json!({"directoryId": directory, "groupId": group, "accountId": account});
        let made = door.call("org_group_member_add", change).await?;
        plans.extend(id_of(&made, "/result/plan_id"));
    }
    // The last of them are in no group yet.
    plans.reverse();
    ensure!(plans.len() >= 2, "{} plans", plans.len());
    let plan = json!({"plan_id": plans[0]});
    let done = door.call("apply_plan", plan).await?;
    let of_org = json!({"operation_id": id_of(&done, "/operation_id")?});
    let org_plan = json!({"plan_id": plans[1]});
    let change = json!({"fieldId": "customfield_10033", "description": "stepped"});
    let waiting = door.call("custom_field_update", change).await?;
    let plain_plan = json!({"plan_id": id_of(&waiting, "/result/plan_id")?});

    let before = door.rehearsal.sandbox().snapshot();
    let everything = "read write admin:org";
    let behind = json!({"operation": "operation_revert", "arguments": of_org});
    for (has, name, arguments, needs) in [
        ("read", "apply_plan", &plain_plan, "read write"),
        ("read", "apply_plan", &org_plan, everything),
        ("read write", "apply_plan", &org_plan, everything),
        ("read", "operation_revert", &of_org, everything),
        ("read write", "operation_revert", &of_org, everything),
        ("read write", "plan_change", &behind, everything),
    ] {
        let bearer = narrowed(&door, has).await?;
        let (status, challenge) = call(&door, &bearer, name, arguments.clone()).await?;
        ensure!(status == 403, "{name} with {has}: {status}");
        ensure!(
            challenge.contains("error=\"insufficient_scope\"")
                && challenge.contains(&format!("scope=\"{needs}\"")),
            "{name} with {has}: {challenge}"
        );
    }
    ensure!(door.rehearsal.sandbox().snapshot() == before);

    // Each refusal stands in the record, before and after, with who and what for.
    let audit = std::fs::read_to_string(door.rehearsal.home().join("audit.log"))?;
    let records: Vec<Value> = audit
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let refused = records.iter().filter(|record| {
        record["kind"] == "CALL_END" && record["outcome"] == "INSUFFICIENT_PERMISSIONS"
    });
    let refused: Vec<&Value> = refused.collect();
    ensure!(refused.len() == 6, "{} refusals recorded", refused.len());
    for record in refused {
        let begun = records.iter().find(|other| {
            other["kind"] == "CALL" && other["reference_id"] == record["reference_id"]
        });
        ensure!(begun.is_some() && record["account"].is_string() && record["client"].is_string());
    }

    // The plans still stand, and whoever steps up carries them out.
    let done = door.call("apply_plan", org_plan).await?;
    ensure!(done["operation_id"].is_string(), "{done}");
    let bearer = narrowed(&door, "read write").await?;
    let (status, _) = call(&door, &bearer, "apply_plan", plain_plan).await?;
    ensure!(status == 200, "{status}");
    // What is not there is no matter of scopes.
    let unknown = json!({"plan_id": "plan-of-nobody"});
    let (status, _) = call(&door, &bearer, "apply_plan", unknown).await?;
    ensure!(status == 200, "{status}");
    door.rehearsal.stop().await
}
