//! Consent, codes, tokens, and what they open.

use reqwest::Method;
use serde_json::json;

use crate::rig::{As, REDIRECT, SCOPES, read, rig, rig_with};

#[tokio::test]
async fn the_page_offers_the_users_and_an_allow_button() {
    let rig = rig().await;
    let app = rig.sandbox.client();
    let url = format!(
        "{}/authorize?audience=api.atlassian.com&client_id={}&scope=read:me&redirect_uri={REDIRECT}&state=x&response_type=code&prompt=consent",
        rig.sandbox.auth_base(),
        app.client_id
    );
    let page = rig.http.get(url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains(&rig.admin().account_id) && page.contains("value=\"allow\""));
    assert!(page.contains("<form method=\"post\" action=\"/auth/authorize\">"));
}

#[tokio::test]
async fn a_denial_and_a_foreign_scope_are_told() {
    let rig = rig().await;
    let denied = rig.decide(&rig.admin().account_id, "read:me", "deny").await;
    assert!(
        denied.headers()["location"]
            .to_str()
            .unwrap()
            .contains("error=access_denied")
    );
    let foreign = rig
        .decide(&rig.admin().account_id, "read:me admin:everything", "allow")
        .await;
    assert_eq!(foreign.status(), 400);
    assert!(foreign.text().await.unwrap().contains("admin:everything"));
}

#[tokio::test]
async fn a_code_works_once() {
    let rig = rig().await;
    let code = rig.code(&rig.admin().email, "read:me").await;
    let app = rig.sandbox.client();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &app.client_id),
        ("client_secret", &app.client_secret),
        ("code", &code),
        ("redirect_uri", REDIRECT),
    ];
    let first = read(
        rig.http
            .post(rig.token_url())
            .form(&form)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(first.status, 200);
    assert!(
        first.body.get("refresh_token").is_none(),
        "no offline_access was asked for"
    );
    let second = read(
        rig.http
            .post(rig.token_url())
            .form(&form)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (second.status, &second.body["error"]),
        (403, &json!("invalid_grant"))
    );
}

#[tokio::test]
async fn refresh_tokens_rotate_and_the_errors_are_told_apart() {
    let rig = rig().await;
    let tokens = rig.sign_in(&rig.admin().account_id, SCOPES).await;
    let app = rig.sandbox.client();
    let body = |secret: &str, token: &serde_json::Value| json!({ "grant_type": "refresh_token", "client_id": app.client_id, "client_secret": secret, "refresh_token": token });
    let url = rig.token_url();
    let wrong = rig
        .ask(
            Method::POST,
            &url,
            &As::Nobody,
            Some(body("wrong", &tokens["refresh_token"])),
        )
        .await;
    assert_eq!(
        (wrong.status, &wrong.body["error"]),
        (401, &json!("invalid_client"))
    );
    let fresh = rig
        .ask(
            Method::POST,
            &url,
            &As::Nobody,
            Some(body(&app.client_secret, &tokens["refresh_token"])),
        )
        .await;
    assert_eq!(fresh.status, 200);
    assert_ne!(fresh.body["refresh_token"], tokens["refresh_token"]);
    let stale = rig
        .ask(
            Method::POST,
            &url,
            &As::Nobody,
            Some(body(&app.client_secret, &tokens["refresh_token"])),
        )
        .await;
    assert_eq!(
        (stale.status, &stale.body["error"]),
        (403, &json!("invalid_grant"))
    );
}

#[tokio::test]
async fn an_access_token_lasts_an_hour_and_names_its_sites() {
    let rig = rig().await;
    let who = rig.oauth().await;
    let sites = format!(
        "{}/oauth/token/accessible-resources",
        rig.sandbox.api_base()
    );
    let got = rig.get(&sites, &who).await;
    assert_eq!(got.body[0]["id"], *rig.facts.cloud_id);
    assert_eq!(got.body[0]["url"], format!("https://{}", rig.facts.site));
    let me = rig
        .get(&format!("{}/me", rig.sandbox.api_base()), &who)
        .await;
    assert_eq!(me.body["account_id"], *rig.admin().account_id);
    rig.later(3_600_001);
    assert_eq!(rig.get(&sites, &who).await.status, 401);
}

#[tokio::test]
async fn whoever_is_named_approves_by_himself() {
    let rig = rig_with(|o| o.auto_approve = Some("ada@wayfarer.example".to_owned())).await;
    let app = rig.sandbox.client();
    let url = format!(
        "{}/authorize?audience=api.atlassian.com&client_id={}&scope=read:me&redirect_uri={REDIRECT}&state=x&response_type=code",
        rig.sandbox.auth_base(),
        app.client_id
    );
    let response = rig.http.get(url).send().await.unwrap();
    assert_eq!(response.status(), 302);
    assert!(
        response.headers()["location"]
            .to_str()
            .unwrap()
            .starts_with(REDIRECT)
    );
}

#[tokio::test]
async fn the_site_tells_its_cloud_id_to_anybody_and_the_account_to_its_owner() {
    let rig = rig().await;
    let info = rig
        .get(&format!("{}/_edge/tenant_info", rig.site()), &As::Nobody)
        .await;
    assert_eq!(info.body, json!({ "cloudId": rig.facts.cloud_id }));
    let me = rig
        .get(&format!("{}/rest/api/3/myself", rig.site()), &rig.basic())
        .await;
    assert_eq!(me.body["accountId"], *rig.admin().account_id);
}
