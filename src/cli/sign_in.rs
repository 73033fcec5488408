//! Signs a client in to a server whose Atlassian is a sandbox, through the pages a person uses.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::browser::{Browser, Landed};
use crate::base::clock::Timestamp;
use crate::base::net;
use crate::base::random::{self, Random};

/// Where our own client would listen; the browser stops before it gets there.
const REDIRECT: &str = "http://127.0.0.1:1/callback";
/// What the invented token's day of expiry is given as.
const TOKEN_LIFE: Duration = Duration::from_hours(24 * 300);
/// Pages on the way from the authorization request back to the client.
const MOST_PAGES: usize = 6;

/// What a client holds that was signed in.
#[derive(Clone)]
pub struct Tokens {
    /// The client's id.
    pub client_id: String,
    /// The bearer.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

/// Registers a client, signs it in as the sandbox's person of this address with every scope, and
/// binds that person's API token for a while from `now`. Its verifier and state are made of `random`.
///
/// # Errors
/// When a page on the way refuses.
pub async fn sign_in(
    origin: &str,
    email: &str,
    api_token: &str,
    now: Timestamp,
    random: &dyn Random,
) -> Result<Tokens> {
    let http = net::client(Duration::from_secs(20))?;
    let registered: Value = http
        .post(format!("{origin}/register"))
        .json(&json!({
            "client_name": "First walk",
            "redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": "none",
        }))
        .send()
        .await?
        .json()
        .await?;
    let client_id = registered
        .get("client_id")
        .and_then(Value::as_str)
        .ok_or_else(|| anyhow!("registration was refused: {registered}"))?;
    let verifier = random::token(random)?;
    let state = random::token(random)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let resource = format!("{origin}/mcp");
    let authorize = Url::parse_with_params(
        &format!("{origin}/authorize"),
        [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", REDIRECT),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", &state),
            ("scope", "read write admin:org"),
            ("resource", &resource),
        ],
    )?;
    let mut browser = Browser::new(http.clone(), REDIRECT.to_owned(), email.to_owned());
    let landed = browser.open(authorize.as_str()).await?;
    let back = through(&mut browser, landed).await?;
    let answer = |name: &str| {
        back.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    if answer("state").as_deref() != Some(state.as_str()) {
        bail!("the answer has another state: {back}");
    }
    let code = answer("code").ok_or_else(|| anyhow!("no code in {back}"))?;
    let tokens: Value = http
        .post(format!("{origin}/token"))
        .form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("client_id", client_id),
            ("code_verifier", &verifier),
            ("resource", &resource),
        ])
        .send()
        .await?
        .json()
        .await?;
    let token = |name: &str| {
        let text = tokens.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| anyhow!("no {name} in the answer of /token"))
    };
    let signed_in = Tokens {
        client_id: client_id.to_owned(),
        access: token("access_token")?,
        refresh: token("refresh_token")?,
    };
    bind_api_token(&mut browser, origin, (email, api_token), now)
        .await
        .context("binding the API token")?;
    Ok(signed_in)
}

/// Agrees to every page until the browser is sent back to the client; gives that address.
///
/// # Errors
/// When a page refuses, or there is no end to them.
pub async fn through(browser: &mut Browser, landed: Landed) -> Result<Url> {
    let mut landed = landed;
    for _ in 0..MOST_PAGES {
        match landed {
            Landed::Stopped(url) => return Ok(url),
            Landed::Page(page) if page.status >= 400 => {
                bail!("{} answers {}: {}", page.url, page.status, page.html)
            }
            Landed::Page(page) => landed = browser.submit(&page, &[]).await?,
        }
    }
    bail!("still not signed in after {MOST_PAGES} pages")
}

/// Binds a person's API token on the page for it, signing in there when it asks.
///
/// # Errors
/// When the page refuses.
pub async fn bind_api_token(
    browser: &mut Browser,
    origin: &str,
    (email, token): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    let page = format!("{origin}/connect/api-token");
    let expires = now.plus(TOKEN_LIFE).to_string();
    let mut landed = browser.open(&page).await?;
    for _ in 0..MOST_PAGES {
        let shown = landed.page()?;
        if shown.url.as_str().starts_with(&page) {
            let expires = expires.get(..10).unwrap_or_default();
            let filled = [("email", email), ("token", token), ("expires", expires)];
            let bound = browser.submit(&shown, &filled).await?.page()?;
            return if bound.status < 400 {
                Ok(())
            } else {
                Err(anyhow!(
                    "{} answers {}: {}",
                    bound.url,
                    bound.status,
                    bound.html
                ))
            };
        }
        landed = browser.submit(&shown, &[]).await?;
    }
    bail!("the API token page asks to sign in again and again")
}
