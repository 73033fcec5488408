//! A running sandbox with a held clock, and the callers that the tests need.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use atlassian_sandbox::{Facts, FactsUser, Options, Sandbox};
use reqwest::{Client, Method, Response};
use serde_json::Value;

/// 2026-03-01T21:20:00Z.
pub(crate) const NOW: i64 = 1_772_400_000_000;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum As {
    Nobody,
    Bearer(String),
    Basic(String, String),
}

/// A status, the headers that matter, and the JSON body.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

pub(crate) struct Rig {
    pub(crate) sandbox: Sandbox,
    pub(crate) facts: Facts,
    pub(crate) http: Client,
    pub(crate) clock: Arc<AtomicI64>,
}

pub(crate) async fn rig() -> Rig {
    rig_with(|_| {}).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests are a client of their own"
)]
pub(crate) async fn rig_with(adjust: impl FnOnce(&mut Options)) -> Rig {
    // Fails only where another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clock = Arc::new(AtomicI64::new(NOW));
    let held = Arc::clone(&clock);
    let mut options = Options::new(Arc::new(move || held.load(Ordering::SeqCst)));
    adjust(&mut options);
    let sandbox = Sandbox::start(options).await.unwrap();
    let http = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    Rig {
        facts: sandbox.facts(),
        sandbox,
        http,
        clock,
    }
}

impl Rig {
    pub(crate) fn admin(&self) -> FactsUser {
        self.facts.users[0].clone()
    }

    /// Someone without any administration rights.
    pub(crate) fn plain(&self) -> FactsUser {
        self.facts
            .users
            .iter()
            .find(|u| !u.site_admin)
            .unwrap()
            .clone()
    }

    pub(crate) fn basic(&self) -> As {
        let admin = self.admin();
        As::Basic(admin.email, admin.api_token)
    }

    pub(crate) fn org(&self) -> As {
        As::Bearer(self.facts.org_api_key.clone())
    }

    pub(crate) fn later(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn jira(&self) -> String {
        format!(
            "{}/ex/jira/{}",
            self.sandbox.api_base(),
            self.facts.cloud_id
        )
    }

    pub(crate) fn site(&self) -> String {
        self.sandbox
            .site_url_template()
            .replace("{site}", &self.facts.site)
    }

    pub(crate) fn automation(&self) -> String {
        format!(
            "{}/automation/public/jira/{}/rest/v1",
            self.sandbox.api_base(),
            self.facts.cloud_id
        )
    }

    pub(crate) fn assets(&self) -> String {
        format!(
            "{}/jsm/assets/workspace/{}/v1",
            self.jira(),
            self.facts.workspace_id
        )
    }

    /// Signs a user in through the consent form, with every scope that is given.
    pub(crate) async fn sign_in(&self, account: &str, scopes: &str) -> Value {
        let code = self.code(account, scopes).await;
        let app = self.sandbox.client();
        let body = serde_json::json!({
            "grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.client_secret,
            "code": code, "redirect_uri": REDIRECT,
        });
        let got = self
            .ask(Method::POST, &self.token_url(), &As::Nobody, Some(body))
            .await;
        assert_eq!(got.status, 200, "{}", got.body);
        got.body
    }

    pub(crate) async fn code(&self, account: &str, scopes: &str) -> String {
        let response = self.decide(account, scopes, "allow").await;
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        let url = reqwest::Url::parse(&location).unwrap();
        assert!(
            url.query_pairs().any(|(k, v)| k == "state" && v == "S1"),
            "{location}"
        );
        url.query_pairs()
            .find(|(k, _)| k == "code")
            .unwrap()
            .1
            .into_owned()
    }

    pub(crate) async fn decide(&self, account: &str, scopes: &str, decision: &str) -> Response {
        let app = self.sandbox.client();
        let form = [
            ("client_id", app.client_id.as_str()),
            ("redirect_uri", REDIRECT),
            ("scope", scopes),
            ("state", "S1"),
            ("response_type", "code"),
            ("audience", "api.atlassian.com"),
            ("prompt", "consent"),
            ("account", account),
            ("decision", decision),
        ];
        let url = format!("{}/authorize", self.sandbox.auth_base());
        self.http.post(url).form(&form).send().await.unwrap()
    }

    pub(crate) fn token_url(&self) -> String {
        format!("{}/oauth/token", self.sandbox.auth_base())
    }

    /// The administrator with the scopes of Jira and Assets.
    pub(crate) async fn oauth(&self) -> As {
        let tokens = self.sign_in(&self.admin().account_id, SCOPES).await;
        As::Bearer(tokens["access_token"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn get(&self, url: &str, who: &As) -> Got {
        self.ask(Method::GET, url, who, None).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        url: &str,
        who: &As,
        body: Option<Value>,
    ) -> Got {
        let mut request = self.http.request(method, url);
        request = match who {
            As::Nobody => request,
            As::Bearer(token) => request.bearer_auth(token),
            As::Basic(email, token) => request.basic_auth(email, Some(token)),
        };
        if url.contains("servicedeskapi") {
            request = request.header("X-ExperimentalApi", "opt-in");
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }
}

pub(crate) async fn read(response: Response) -> Got {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Got {
        status,
        headers,
        body,
    }
}

pub(crate) const REDIRECT: &str = "http://127.0.0.1:9/callback";

pub(crate) const SCOPES: &str = "offline_access read:me read:jira-work write:jira-work manage:jira-project \
    manage:jira-configuration read:servicedesk-request read:cmdb-object:jira write:cmdb-object:jira \
    delete:cmdb-object:jira read:cmdb-schema:jira write:cmdb-schema:jira delete:cmdb-schema:jira \
    read:cmdb-type:jira write:cmdb-type:jira delete:cmdb-type:jira read:cmdb-attribute:jira \
    write:cmdb-attribute:jira delete:cmdb-attribute:jira import:import-configuration:cmdb";
