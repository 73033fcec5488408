//! A client of the protocol by hand, over HTTP: one request for each call, and no handshake.

use std::time::Duration;

use gojira_mcp::base::net;
use gojira_mcp::cli::browser::Browser;
use gojira_mcp::cli::sign_in::Tokens;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::rig::Rig;

/// A client that was signed in.
pub(crate) struct Wire {
    http: reqwest::Client,
    url: String,
    bearer: String,
}

impl Wire {
    /// The client that holds these tokens.
    pub(crate) fn of(rig: &Rig, tokens: &Tokens) -> Self {
        Self::to(rig.origin(), &tokens.access)
    }

    /// A client with this bearer, of the server at this origin.
    pub(crate) fn to(origin: &str, bearer: &str) -> Self {
        Self {
            http: net::client(Duration::from_secs(30)).unwrap(),
            url: format!("{origin}/mcp"),
            bearer: bearer.to_owned(),
        }
    }

    /// The result of a call, with what else the request says and which headers it has.
    pub(crate) async fn send(&self, params: Value, headers: &[(&str, &str)]) -> Value {
        let mut answer = self.exchange(params, headers).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].take()
    }

    /// The whole message that answers a call.
    pub(crate) async fn exchange(&self, params: Value, headers: &[(&str, &str)]) -> Value {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let mut request = self
            .http
            .post(&self.url)
            .header(ACCEPT, "application/json, text/event-stream")
            .header(CONTENT_TYPE, "application/json")
            .bearer_auth(&self.bearer);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.json(&message).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The answer of a call, and whether it is a failure.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> (Value, bool) {
        let params = json!({"name": name, "arguments": arguments});
        let result = self.send(params, &[]).await;
        let text = result["content"][0]["text"].as_str().unwrap();
        let answer = serde_json::from_str(text).unwrap();
        (answer, result["isError"] == true)
    }

    /// The answer of a call that is to succeed.
    pub(crate) async fn ok(&self, name: &str, arguments: Value) -> Value {
        let (answer, failed) = self.call(name, arguments.clone()).await;
        assert!(!failed, "{name} {arguments}: {answer:#}");
        answer
    }

    /// The error of a call that is to fail.
    pub(crate) async fn refused(&self, name: &str, arguments: Value) -> Value {
        let (mut answer, failed) = self.call(name, arguments.clone()).await;
        assert!(failed, "{name} {arguments}: {answer:#}");
        answer["error"].take()
    }
}

/// Binds an API token for a site on the page, good for so many days; gives the page that comes back.
pub(crate) async fn bind(rig: &Rig, email: &str, token: &str, site: &str, days: u64) -> String {
    let http = net::client(Duration::from_secs(20)).unwrap();
    let mut browser = Browser::new(http, "none:".to_owned(), email.to_owned());
    let page = format!("{}/connect/api-token", rig.origin());
    let expires = rig.now().plus(Duration::from_hours(24 * days)).to_string();
    let filled = [
        ("site", site),
        ("email", email),
        ("token", token),
        ("expires", &expires[..10]),
    ];
    let mut landed = browser.open(&page).await.unwrap().page().unwrap();
    for _ in 0..6 {
        let bound = browser.submit(&landed, &filled).await;
        if let Ok(bound) = bound {
            let bound = bound.page().unwrap();
            assert!(bound.status < 400, "{}", bound.html);
            return bound.html;
        }
        let next = browser.submit(&landed, &[]).await.unwrap();
        landed = next.page().unwrap();
    }
    panic!("the page asks to sign in again and again")
}
