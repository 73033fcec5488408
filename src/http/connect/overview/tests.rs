//! The page over what is connected: seen, withdrawn from and left by its own person alone.

use axum::http::StatusCode;

use crate::auth::{AuthEventKind, ChallengeReason};
use crate::http::oauth::tests::{
    REDIRECT, Seen, Tab, World, agree, authorize_url, come_back, exchange, param, register,
};

const PAGE: &str = "/connect";

/// A client that acts for `account`: its id and bearer.
async fn connected(world: &World, account: &str) -> (String, String) {
    let client = register(world, REDIRECT).await;
    let mut tab = Tab::of(&world.router);
    let state = agree(&mut tab, &authorize_url(&client, &[])).await;
    let back = come_back(&mut tab, &state, account).await;
    let tokens = exchange(world, &client, &param(&back, "code").unwrap()).await;
    let bearer = tokens.json()["access_token"].as_str().unwrap().to_owned();
    (client, format!("Bearer {bearer}"))
}

/// A browser in which `account` is signed in to the page.
async fn signed_in(world: &World, account: &str) -> Tab {
    let mut tab = Tab::of(&world.router);
    let upstream = act(&mut tab, &[("action", "sign_in")]).await.forwards_to();
    let state = param(&upstream, "state").unwrap();
    let back = come_back(&mut tab, &state, account).await;
    assert_eq!(back.path(), PAGE);
    tab
}

/// Sends the page's form as the page gave it, with these fields.
async fn act(tab: &mut Tab, fields: &[(&str, &str)]) -> Seen {
    let token = tab.get(PAGE).await.hidden("form_token");
    let mut sent = vec![("form_token", token.as_str())];
    sent.extend_from_slice(fields);
    tab.post(PAGE, &sent).await
}

async fn acts(world: &World, bearer: &str) -> bool {
    match world.auth.bearer(Some(bearer)).await {
        Ok(_) => true,
        Err(challenge) => {
            assert_eq!(challenge.reason, ChallengeReason::InvalidToken);
            false
        }
    }
}

#[tokio::test]
async fn a_client_that_is_withdrawn_is_out_at_once_and_no_other() {
    let world = World::new().await;
    let (first, first_bearer) = connected(&world, "ada").await;
    let (second, second_bearer) = connected(&world, "ada").await;
    let mut tab = signed_in(&world, "ada").await;
    let page = tab.get(PAGE).await;
    for client in [&first, &second] {
        let field = format!("name=\"client\" value=\"{client}\"");
        assert!(page.text.contains(&field), "{}", page.text);
    }
    assert!(page.text.contains("Desk &#60;script&#62;") && page.text.contains("127.0.0.1"));
    assert!(page.text.contains("acme.atlassian.net") && page.text.contains("1 sign-in"));

    let withdrawal = [("action", "withdraw"), ("client", first.as_str())];
    let seen = act(&mut tab, &withdrawal).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.text.contains("signed out at once") && !seen.text.contains(&first));
    assert!(!acts(&world, &first_bearer).await);
    assert!(acts(&world, &second_bearer).await);
    // Once more: there is nothing left to withdraw, and the page says so.
    let seen = act(&mut tab, &withdrawal).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert!(seen.text.contains("not connected any more"));
    assert_eq!(world.count(AuthEventKind::ApprovalWithdrawn), 1);
}

#[tokio::test]
async fn nobody_sees_or_ends_what_is_another_persons() {
    let world = World::new().await;
    let (client, bearer) = connected(&world, "ada").await;
    let mut eve = signed_in(&world, "eve").await;
    assert!(!eve.get(PAGE).await.text.contains(&client));
    let withdrawal = [("action", "withdraw"), ("client", client.as_str())];
    let seen = act(&mut eve, &withdrawal).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    let seen = act(&mut eve, &[("action", "sign_out")]).await;
    assert!(seen.text.contains("signed out of everything"));
    assert!(acts(&world, &bearer).await);
}

#[tokio::test]
async fn without_a_sign_in_or_the_forms_own_token_nothing_is_ended() {
    let world = World::new().await;
    let (client, bearer) = connected(&world, "ada").await;
    let mut stranger = Tab::of(&world.router);
    assert!(!stranger.get(PAGE).await.text.contains(&client));
    let mut ada = signed_in(&world, "ada").await;
    for action in ["withdraw", "sign_out"] {
        let fields = [("action", action), ("client", client.as_str())];
        let seen = act(&mut stranger, &fields).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST);
        assert!(seen.text.contains("has ended"));
        for forged in ["", "guess"] {
            let mut fields = fields.to_vec();
            fields.push(("form_token", forged));
            assert_eq!(ada.post(PAGE, &fields).await.status, StatusCode::FORBIDDEN);
        }
    }
    // The form of the page beside it is a foreign form here.
    let token = ada.get("/connect/api-token").await.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("action", "sign_out")];
    assert_eq!(ada.post(PAGE, &fields).await.status, StatusCode::FORBIDDEN);
    assert!(acts(&world, &bearer).await);
}

#[tokio::test]
async fn signing_out_of_everything_is_asked_about_and_then_leaves_nothing() {
    let world = World::new().await;
    let (client, bearer) = connected(&world, "ada").await;
    let (_, other) = connected(&world, "eve").await;
    let mut tab = signed_in(&world, "ada").await;
    let asked = act(&mut tab, &[("action", "ask_sign_out")]).await;
    assert!(asked.text.contains("1 application loses its access"));
    assert!(acts(&world, &bearer).await);

    let seen = act(&mut tab, &[("action", "sign_out")]).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(seen.text.contains("Sign in with Atlassian"));
    assert!(!acts(&world, &bearer).await);
    assert!(acts(&world, &other).await);
    let ada = crate::base::ids::AccountId::new("ada");
    assert!(world.grants.status(&ada).await.unwrap().is_none());
    assert!(world.auth.connections(&ada).await.unwrap().is_empty());

    // Later than the end of everything.
    world.clock.advance(std::time::Duration::from_millis(1));
    let mut again = signed_in(&world, "ada").await;
    let page = again.get(PAGE).await;
    assert!(page.text.contains("An application appears here") && !page.text.contains(&client));
}

#[tokio::test]
async fn leaving_ends_the_browser_and_no_application() {
    let world = World::new().await;
    let (client, bearer) = connected(&world, "ada").await;
    let mut tab = signed_in(&world, "ada").await;
    let seen = act(&mut tab, &[("action", "leave")]).await;
    assert!(seen.text.contains("stays connected") && !seen.text.contains(&client));
    assert!(!tab.get(PAGE).await.text.contains(&client));
    assert!(acts(&world, &bearer).await);
}
