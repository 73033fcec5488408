//! Every secret that opens something: the app, codes, tokens, API tokens, the organisation's key.

use std::collections::{BTreeMap, BTreeSet};

use crate::host::caller::Caller;
use crate::state::entropy::Entropy;

/// How long an access token lives.
pub(crate) const ACCESS_SECS: i64 = 3600;
const CODE_MS: i64 = 300_000;
const REFRESH_MS: i64 = 90 * 86_400_000;

/// The one OAuth app of the sandbox.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// Scopes that were added to the app; a request for others is refused.
    pub(crate) scopes: BTreeSet<String>,
}

/// What a user granted.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) account: String,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug)]
struct Held {
    grant: Grant,
    redirect_uri: String,
    expires: i64,
}

#[derive(Debug)]
struct ApiToken {
    email: String,
    account: String,
    scopes: Option<Vec<String>>,
}

/// The secrets in force.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) app: App,
    organisation_key: String,
    codes: BTreeMap<String, Held>,
    access: BTreeMap<String, Held>,
    refresh: BTreeMap<String, Held>,
    api_tokens: BTreeMap<String, ApiToken>,
    /// Codes and tokens ever given out, each with what it is.
    issued: Vec<(&'static str, String)>,
}

/// A pair of fresh tokens.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    pub(crate) scopes: Vec<String>,
}

impl Credentials {
    pub(crate) fn new(app: App, organisation_key: String) -> Self {
        Self {
            app,
            organisation_key,
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            api_tokens: BTreeMap::new(),
            issued: Vec::new(),
        }
    }

    /// Every secret there has been, each with what it is.
    pub(crate) fn secrets(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("the app's client secret", self.app.client_secret.clone()),
            ("the organisation's key", self.organisation_key.clone()),
        ];
        let tokens = self.api_tokens.keys().cloned();
        all.extend(tokens.map(|token| ("an Atlassian API token", token)));
        all.extend(self.issued.iter().cloned());
        all
    }

    pub(crate) fn add_api_token(
        &mut self,
        token: String,
        email: &str,
        account: &str,
        scopes: Option<Vec<String>>,
    ) {
        let held = ApiToken {
            email: email.to_owned(),
            account: account.to_owned(),
            scopes,
        };
        self.api_tokens.insert(token, held);
    }

    pub(crate) fn organisation_key(&self) -> &str {
        &self.organisation_key
    }

    pub(crate) fn is_organisation_key(&self, key: &str) -> bool {
        self.organisation_key == key
    }

    pub(crate) fn is_api_token(&self, token: &str) -> bool {
        self.api_tokens.contains_key(token)
    }

    pub(crate) fn api_token(&self, email: &str, token: &str) -> Option<Caller> {
        let held = self.api_tokens.get(token)?;
        held.email
            .eq_ignore_ascii_case(email)
            .then(|| Caller::Token {
                account: held.account.clone(),
                scopes: held.scopes.clone(),
            })
    }

    /// The grant behind an access token that has not run out.
    pub(crate) fn access(&self, token: &str, now: i64) -> Option<Caller> {
        let held = self.access.get(token).filter(|h| h.expires > now)?;
        let Grant { account, scopes } = held.grant.clone();
        Some(Caller::Oauth { account, scopes })
    }

    /// A code for one use within five minutes.
    pub(crate) fn issue_code(
        &mut self,
        entropy: &mut Entropy,
        grant: Grant,
        redirect_uri: &str,
        now: i64,
    ) -> String {
        let code = entropy.token("code-");
        let held = Held {
            grant,
            redirect_uri: redirect_uri.to_owned(),
            expires: now + CODE_MS,
        };
        self.codes.insert(code.clone(), held);
        self.issued.push(("an Atlassian code", code.clone()));
        code
    }

    /// Takes a code; gives nothing when it is unknown, used, late or for another address.
    pub(crate) fn redeem(
        &mut self,
        entropy: &mut Entropy,
        code: &str,
        redirect_uri: &str,
        now: i64,
    ) -> Option<Pair> {
        let held = self.codes.remove(code)?;
        let fits = held.expires > now && held.redirect_uri == redirect_uri;
        fits.then(|| self.issue(entropy, held.grant, now))
    }

    /// Takes a refresh token and gives a new pair; the old one is spent.
    pub(crate) fn rotate(&mut self, entropy: &mut Entropy, token: &str, now: i64) -> Option<Pair> {
        let held = self.refresh.remove(token)?;
        (held.expires > now).then(|| self.issue(entropy, held.grant, now))
    }

    /// Ends the access tokens of an account before their time.
    pub(crate) fn revoke_access(&mut self, account: &str) {
        self.access.retain(|_, held| held.grant.account != account);
    }

    /// Ends every grant of an account, as its owner can in the account settings.
    pub(crate) fn revoke(&mut self, account: &str) {
        self.revoke_access(account);
        self.refresh.retain(|_, held| held.grant.account != account);
    }

    fn issue(&mut self, entropy: &mut Entropy, grant: Grant, now: i64) -> Pair {
        let access = entropy.token("access-");
        self.issued
            .push(("an Atlassian access token", access.clone()));
        let held = |expires| Held {
            grant: grant.clone(),
            redirect_uri: String::new(),
            expires,
        };
        self.access
            .insert(access.clone(), held(now + ACCESS_SECS * 1000));
        let lasting = grant.scopes.iter().any(|s| s == "offline_access");
        let refresh = lasting.then(|| entropy.token("refresh-"));
        if let Some(refresh) = &refresh {
            self.issued
                .push(("an Atlassian refresh token", refresh.clone()));
            self.refresh.insert(refresh.clone(), held(now + REFRESH_MS));
        }
        Pair {
            access,
            refresh,
            scopes: grant.scopes,
        }
    }
}
