//! The traps that are tried from outside, over HTTP.

use anyhow::{Context as _, Result, ensure};
use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Credential;
use gojira_mcp::config::Environment;
use reqwest::StatusCode;
use reqwest::header::LOCATION;
use serde_json::{Value, json};

use super::{holds, status_fault};
use crate::door::{Door, Rehearsed};

#[tokio::test(flavor = "multi_thread")]
async fn pin_checked_on_the_id_address_built_from_the_host() -> Result<()> {
    let rehearsal = Rehearsed::start(&Environment::default()).await?;
    let sandbox = rehearsal.sandbox();
    let facts = sandbox.facts();
    // The pinned id, and the host of somebody else's site.
    let sites = json!([{
        "id": facts.cloud_id, "name": "elsewhere", "url": "https://elsewhere.atlassian.net",
        "scopes": [], "avatarUrl": ""
    }]);
    sandbox.fault(status_fault(
        "/oauth/token/accessible-resources",
        1,
        200,
        sites,
    ));
    let refused = rehearsal.sign_in(&rehearsal.administrator()?).await;
    ensure!(refused.is_err(), "a token was bound on the other host");
    let there = sandbox.requests();
    let mut there = there
        .iter()
        .filter(|seen| seen.path.contains("elsewhere.atlassian.net"));
    ensure!(
        there.all(|seen| seen.path.ends_with("/_edge/tenant_info") && seen.caller.is_none()),
        "a credential went to the other host"
    );
    rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn organisation_member_taken_for_administrator() -> Result<()> {
    let mut door = Door::open(Environment::default()).await?;
    let facts = door.rehearsal.sandbox().facts();
    let member = facts.users.get(1).context("a second person")?;
    door.bearer = door.rehearsal.sign_in(member).await?.access;
    let earlier = door.rehearsal.sandbox().requests().len();
    for tool in catalog::tools() {
        if tool.credential != Credential::OrgAdmin {
            continue;
        }
        let refused = door.call(tool.name, json!({})).await?;
        let code = refused.pointer("/error/code");
        // What is wrong with the arguments is told before the gate is reached.
        ensure!(
            code == Some(&json!("INSUFFICIENT_PERMISSIONS"))
                || code == Some(&json!("VALIDATION_ERROR")),
            "{}: {refused}",
            tool.name
        );
    }
    let refused = door.call("org_directory_list", json!({})).await?;
    ensure!(
        refused.pointer("/error/code") == Some(&json!("INSUFFICIENT_PERMISSIONS")),
        "{refused}"
    );
    let listed = door.call("find_operations", json!({"query": ""})).await?;
    ensure!(!listed.to_string().contains("org_directory_list"));
    let since = door.rehearsal.sandbox().requests().split_off(earlier);
    ensure!(!since.iter().any(|seen| seen.path.contains("/admin/")));
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn confused_deputy() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let origin = door.rehearsal.origin().to_owned();
    let redirect = "https://walks-off.example/cb";
    let registered: Value = door
        .http
        .post(format!("{origin}/register"))
        .json(&json!({"redirect_uris": [redirect], "client_name": "Harmless", "token_endpoint_auth_method": "none"}))
        .send()
        .await?
        .json()
        .await?;
    let client = registered["client_id"].as_str().context("a client id")?;
    let asked = door
        .http
        .get(format!("{origin}/authorize"))
        .query(&[
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", redirect),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
        ])
        .send()
        .await?;
    let next = asked
        .headers()
        .get(LOCATION)
        .context("a redirect")?
        .to_str()?
        .to_owned();
    ensure!(
        next.starts_with(&format!("{origin}/consent?")),
        "sent on without consent: {next}"
    );
    let cookie = asked
        .headers()
        .get("set-cookie")
        .and_then(|line| line.to_str().ok())
        .and_then(|line| line.split(';').next())
        .context("a cookie")?
        .to_owned();
    // The page is for the browser that asked, and names who would get the answer.
    ensure!(door.http.get(&next).send().await?.status() == StatusCode::BAD_REQUEST);
    let page = door
        .http
        .get(&next)
        .header("cookie", &cookie)
        .send()
        .await?;
    ensure!(page.status() == StatusCode::OK);
    ensure!(page.headers()["x-frame-options"] == "DENY");
    ensure!(page.text().await?.contains("walks-off.example"));
    // Nobody agrees in the person's place: not without their cookie, not with it but from elsewhere.
    let id = next.split_once("request=").context("an id")?.1;
    let form = [("request", id), ("decision", "allow")];
    let consent = || door.http.post(format!("{origin}/consent")).form(&form);
    ensure!(consent().send().await?.status().is_client_error());
    let forged = consent().header("cookie", &cookie).send().await?;
    ensure!(forged.status() == StatusCode::FORBIDDEN);
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn bearers_as_storage_keys() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let tokens = door
        .rehearsal
        .sign_in(&door.rehearsal.administrator()?)
        .await?;
    let mut files = 0;
    for file in std::fs::read_dir(door.rehearsal.home())? {
        let path = file?.path();
        let bytes = std::fs::read(&path)?;
        files += 1;
        for bearer in [&door.bearer, &tokens.access, &tokens.refresh] {
            let (_, secret) = bearer.split_once('.').context("a token has two halves")?;
            ensure!(!holds(&bytes, secret), "a bearer stands in {path:?}");
        }
    }
    ensure!(files >= 2, "store and audit record");
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_races() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let tokens = door
        .rehearsal
        .sign_in(&door.rehearsal.administrator()?)
        .await?;
    let url = format!("{}/token", door.rehearsal.origin());
    let rotate = |refresh: String| {
        let form = [
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", tokens.client_id.clone()),
            ("refresh_token", refresh),
        ];
        door.http.post(&url).form(&form).send()
    };
    let answers = (0..64).map(|_| rotate(tokens.refresh.clone()));
    let mut pairs = std::collections::BTreeSet::new();
    for answer in futures::future::try_join_all(answers).await? {
        ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
        let pair: Value = answer.json().await?;
        let text = |name: &str| pair[name].as_str().map(str::to_owned);
        pairs.insert((text("access_token"), text("refresh_token")));
    }
    ensure!(pairs.len() == 1, "{} pairs", pairs.len());
    let (_, next) = pairs.pop_first().context("a pair")?;
    ensure!(rotate(next.context("a token")?).await?.status() == StatusCode::OK);
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn x_forwarded_for_believed_from_anyone() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let url = format!("{}/register", door.rehearsal.origin());
    let body = json!({"redirect_uris": ["http://127.0.0.1/cb"]});
    let mut refused = 0;
    for at in 0..24 {
        let answer = door
            .http
            .post(&url)
            .header("x-forwarded-for", format!("198.51.100.{at}"))
            .header("forwarded", format!("for=198.51.100.{at}"))
            .json(&body)
            .send()
            .await?;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            ensure!(answer.headers().contains_key("retry-after"));
            refused += 1;
        }
    }
    ensure!(refused >= 4, "{refused} of 24 were refused");
    door.rehearsal.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_input_is_a_500_before_authentication() -> Result<()> {
    let door = Door::open(Environment::default()).await?;
    let origin = door.rehearsal.origin();
    let long = "a".repeat(6 << 20);
    for path in [
        "/mcp",
        "/token",
        "/register",
        "/revoke",
        "/consent",
        "/connect/api-token",
    ] {
        for kind in [
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
        ] {
            for body in ["", "{", "[[[", "a=1&a=2", "\u{0}\u{1}", "%ff%fe=%", &long] {
                let sent = door
                    .http
                    .post(format!("{origin}{path}"))
                    .header("content-type", kind)
                    .body(body.to_owned())
                    .send()
                    .await;
                // A server that has read enough may close while the rest is being sent.
                let Ok(answer) = sent else {
                    ensure!(body.len() > 1 << 20, "{path} {kind}: no answer");
                    continue;
                };
                ensure!(
                    answer.status().is_client_error(),
                    "{path} {kind} {} bytes: {}",
                    body.len(),
                    answer.status()
                );
            }
        }
    }
    for query in [
        "",
        "?client_id=%ff",
        "?client_id=a&client_id=b",
        "?state=%00",
    ] {
        for path in ["/authorize", "/consent", "/oauth/atlassian-callback"] {
            let answer = door
                .http
                .get(format!("{origin}{path}{query}"))
                .send()
                .await?;
            ensure!(
                answer.status().is_client_error(),
                "{path}{query}: {}",
                answer.status()
            );
        }
    }
    door.rehearsal.stop().await
}
