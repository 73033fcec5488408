//! The page, as a signed-in person and as anyone else.

use axum::http::StatusCode;

use crate::auth::{AuthEventKind, Principal, Scopes};
use crate::base::fault::Code;
use crate::base::ids::{AccountId, ClientId};
use crate::catalog::model::Credential;
use crate::grants::AccessKind;
use crate::http::oauth::tests::{REDIRECT, Tab, World, agree, authorize_url, register};

const PAGE: &str = "/connect/api-token";

fn principal(account: &str) -> Principal {
    Principal {
        account: AccountId::new(account),
        client: ClientId::new("c"),
        scopes: Scopes::DEFAULT,
        family: "f".to_owned(),
        name: None,
    }
}

async fn signed_in(world: &World, account: &str) -> Tab {
    let mut tab = Tab::of(&world.router);
    let token = tab.get(PAGE).await.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("action", "sign_in")];
    let upstream = tab.post(PAGE, &fields).await.forwards_to();
    let (_, state) = upstream
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap();
    let path = format!("/oauth/atlassian-callback?code={account}&state={state}");
    let back = tab.get(&path).await.location();
    assert_eq!(back.path(), PAGE);
    tab
}

async fn bind(tab: &mut Tab, token: &str, expires: &str) -> (StatusCode, String) {
    let form_token = tab.get(PAGE).await.hidden("form_token");
    let fields = [
        ("form_token", form_token.as_str()),
        ("action", "bind"),
        ("email", "ada@example.com"),
        ("token", token),
        ("expires", expires),
    ];
    let seen = tab.post(PAGE, &fields).await;
    (seen.status, seen.text)
}

#[tokio::test]
async fn a_person_binds_and_removes_their_own_token() {
    let world = World::new().await;
    let ada = principal("ada");
    let fault = world
        .grants
        .access(&ada, Credential::ApiToken)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthRequired);
    assert!(
        fault
            .mend
            .unwrap()
            .contains("https://mcp.example.com/connect/api-token")
    );

    let mut tab = signed_in(&world, "ada").await;
    let page = tab.get(PAGE).await;
    assert!(page.text.contains("Ada &#60;b&#62;") && page.text.contains("No token is bound"));
    let (status, text) = bind(&mut tab, "ada", "2027-01-01").await;
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(text.contains("acme.atlassian.net") && text.contains("2027-01-01"));
    let access = world
        .grants
        .access(&ada, Credential::ApiToken)
        .await
        .unwrap();
    let AccessKind::Basic { email, token } = access.kind() else {
        panic!("{access:?}");
    };
    assert_eq!(
        (email.as_str(), token.expose().as_str()),
        ("ada@example.com", "ada")
    );
    assert!(!tab.get(PAGE).await.text.contains("value=\"ada\""));

    world
        .clock
        .advance(std::time::Duration::from_hours(60 * 24));
    let fault = world
        .grants
        .access(&ada, Credential::ApiToken)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthExpired);

    let mut tab = signed_in(&world, "ada").await;
    let token = tab.get(PAGE).await.hidden("form_token");
    let fields = [
        ("form_token", token.as_str()),
        ("action", "remove"),
        ("site", "cloud-1"),
    ];
    assert_eq!(tab.post(PAGE, &fields).await.status, StatusCode::OK);
    let again = tab.post(PAGE, &fields).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    let fault = world
        .grants
        .access(&ada, Credential::ApiToken)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::AuthRequired);
    assert_eq!(world.count(AuthEventKind::ApiTokenBound), 1);
    assert_eq!(world.count(AuthEventKind::ApiTokenRemoved), 1);
}

#[tokio::test]
async fn a_token_that_is_not_the_persons_own_is_not_kept() {
    let world = World::new().await;
    let mut tab = signed_in(&world, "ada").await;
    for (token, expires, words) in [
        ("eve", "2027-01-01", "another account"),
        ("revoked", "2027-01-01", "refuses this address and token"),
        ("ada", "2020-01-01", "the day on which the token expires"),
        ("ada", "2099-01-01", "the day on which the token expires"),
        ("ada", "soon", "the day on which the token expires"),
        ("", "2027-01-01", "enter the e-mail address"),
        ("a\nda", "2027-01-01", "enter the e-mail address"),
    ] {
        let (status, text) = bind(&mut tab, token, expires).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{token} {expires}");
        assert!(text.contains(words), "{token} {expires}: {text}");
    }
    world.scene.lock().unwrap().cloud_id = Some("cloud-2".to_owned());
    let (status, text) = bind(&mut tab, "ada", "2027-01-01").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("answers as another site"));
    assert_eq!(world.count(AuthEventKind::ApiTokenBound), 0);
}

#[tokio::test]
async fn without_a_session_or_the_forms_own_token_nothing_is_changed() {
    let world = World::new().await;
    let mut tab = Tab::of(&world.router);
    let (status, text) = bind(&mut tab, "ada", "2027-01-01").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("sign-in on this page has ended"));
    let mut tab = signed_in(&world, "ada").await;
    for forged in ["", "guess"] {
        let fields = [("form_token", forged), ("action", "remove")];
        assert_eq!(tab.post(PAGE, &fields).await.status, StatusCode::FORBIDDEN);
    }
    let token = tab.get(PAGE).await.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("action", "leave")];
    tab.post(PAGE, &fields).await;
    assert!(tab.get(PAGE).await.text.contains("Sign in with Atlassian"));
    // A session lives an hour.
    let mut tab = signed_in(&world, "ada").await;
    world.clock.advance(std::time::Duration::from_hours(1));
    assert!(tab.get(PAGE).await.text.contains("Sign in with Atlassian"));
}

#[tokio::test]
async fn signing_out_of_everything_signs_out_the_other_browser_as_well() {
    let world = World::new().await;
    let (mut here, mut there) = (
        signed_in(&world, "ada").await,
        signed_in(&world, "ada").await,
    );
    let mut of_bob = signed_in(&world, "bob").await;
    let form_there = there.get(PAGE).await.hidden("form_token");
    world.clock.advance(std::time::Duration::from_secs(1));
    let token = here.get("/connect").await.hidden("form_token");
    let fields = [("form_token", token.as_str()), ("action", "sign_out")];
    assert_eq!(here.post("/connect", &fields).await.status, StatusCode::OK);
    for tab in [&mut here, &mut there] {
        let seen = tab.get(PAGE).await;
        assert!(seen.text.contains("Sign in with Atlassian"), "{seen:?}");
    }
    // A form that was open in the other browser does nothing any more.
    let fields = [
        ("form_token", form_there.as_str()),
        ("action", "bind"),
        ("email", "ada@example.com"),
        ("token", "ada"),
        ("expires", "2027-01-01"),
    ];
    let seen = there.post(PAGE, &fields).await;
    assert!(
        seen.text.contains("sign-in on this page has ended"),
        "{seen:?}"
    );
    assert_eq!(world.count(AuthEventKind::ApiTokenBound), 0);
    assert!(of_bob.get(PAGE).await.text.contains("No token is bound"));
    world.clock.advance(std::time::Duration::from_secs(1));
    let mut again = signed_in(&world, "ada").await;
    assert!(again.get(PAGE).await.text.contains("No token is bound"));
}

#[tokio::test]
async fn a_consent_withdrawn_while_at_atlassian_ends_on_a_page_that_says_what_to_do() {
    let world = World::new().await;
    for everything in [false, true] {
        let client = register(&world, REDIRECT).await;
        let mut tab = Tab::of(&world.router);
        let state = agree(&mut tab, &authorize_url(&client, &[])).await;
        world.clock.advance(std::time::Duration::from_secs(1));
        let mut elsewhere = signed_in(&world, "ada").await;
        let token = elsewhere.get("/connect").await.hidden("form_token");
        let action = if everything { "sign_out" } else { "withdraw" };
        let fields = [
            ("form_token", token.as_str()),
            ("action", action),
            ("client", client.as_str()),
        ];
        elsewhere.post("/connect", &fields).await;
        let back = format!("/oauth/atlassian-callback?code=ada&state={state}");
        let seen = tab.get(&back).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{seen:?}");
        assert!(seen.text.contains("sign in from there and allow it anew"));
        let told = seen.text.replace("&#38;", "&");
        assert!(
            told.contains(&format!("{REDIRECT}?error=access_denied")),
            "{told}"
        );
        let ada = AccountId::new("ada");
        assert_eq!(world.auth.connections(&ada).await.unwrap(), []);
        // Nor does the browser that came late hold a session, or the server a grant that the
        // person signed out of.
        let page = tab.get(PAGE).await;
        assert!(page.text.contains("Sign in with Atlassian"), "{page:?}");
        let grant = world.grants.status(&ada).await.unwrap();
        assert_eq!(grant.is_none(), everything);
    }
}
