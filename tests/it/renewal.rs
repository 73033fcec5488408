//! Access tokens that Atlassian ends before their time, under many calls at once over HTTP.

use std::time::Duration;

use anyhow::{Result, ensure};
use atlassian_sandbox::{Effect, Fault};
use futures::future::join_all;
use gojira_mcp::config::Environment;
use serde_json::json;

use crate::door::Door;

/// How many do the same at once.
const CROWD: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_calls_with_a_token_that_was_ended_early_make_one_refresh() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let sandbox = door.rehearsal.sandbox();
    door.call("project_list", json!({})).await?;
    let person = door.rehearsal.administrator()?;
    let earlier = sandbox.requests().len();
    sandbox.revoke_access_tokens(&person.account_id);
    // The renewal takes its time, so that the calls meet the refusal before it is there.
    sandbox.fault(Fault {
        method: Some("POST".to_owned()),
        path: "/auth/oauth/token".to_owned(),
        times: 1,
        effect: Effect::Delay(Duration::from_secs(1)),
    });

    let calls = (0..CROWD).map(|_| door.call("project_list", json!({})));
    for answer in join_all(calls).await {
        let answer = answer?;
        ensure!(answer["result"].is_array(), "{answer}");
    }

    let since = sandbox.requests().split_off(earlier);
    let renewals: Vec<u16> = since
        .iter()
        .filter(|seen| seen.path == "/auth/oauth/token")
        .map(|seen| seen.status)
        .collect();
    ensure!(renewals == [200], "{renewals:?}");
    let refused = since.iter().filter(|seen| seen.status == 401).count();
    ensure!(
        refused > CROWD / 2 && refused <= CROWD,
        "{refused} were refused"
    );
    let listed = since.iter().filter(|seen| seen.status == 200).count();
    ensure!(listed == CROWD + 1, "{listed} went well");
    door.rehearsal.stop().await
}
