//! The few exchanges with Atlassian that concern who somebody is, not what they administer.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::app::AtlassianApp;
use super::kind::ApiTokenKind;
use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;
use crate::base::tenant::Tenant;

/// Largest answer read, in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// What an access token lives when Atlassian does not say.
const DEFAULT_LIFE_SECS: u64 = 3600;

/// Why Atlassian gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// `invalid_grant`, whatever the status: the person must sign in again.
    #[error("Atlassian no longer honours the grant")]
    InvalidGrant,
    /// `invalid_client` or its like: this server's own registration with Atlassian is at fault.
    #[error("Atlassian refuses this server's client id or secret ({0})")]
    Operator(String),
    /// The credential was refused.
    #[error("Atlassian refuses the credential (status {0})")]
    Refused(u16),
    /// Too many requests.
    #[error("Atlassian asks to slow down")]
    Busy,
    /// No answer, or a 5xx.
    #[error("Atlassian did not answer")]
    Unavailable(#[source] Option<reqwest::Error>),
    /// An answer of a shape that its documents do not know.
    #[error("Atlassian answered with status {0} in an unknown shape")]
    Unexpected(u16),
}

/// What the token endpoint gives.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: Secret<String>,
    /// Missing when the one before stays good.
    pub(super) refresh: Option<Secret<String>>,
    pub(super) life_secs: u64,
    pub(super) scopes: Vec<String>,
}

/// A site that a token reaches.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Resource {
    pub(super) id: CloudId,
    pub(super) url: String,
    #[serde(default)]
    pub(super) scopes: Vec<String>,
}

/// Who a credential belongs to.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub(super) account: AccountId,
    pub(super) name: Option<String>,
}

impl Owner {
    /// Reads the account id and the name from the members that an answer has them in.
    fn read(answer: &Value, account: &str, name: &str) -> Result<Self, UpstreamError> {
        let text = |member| {
            answer
                .get(member)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        Ok(Self {
            account: AccountId::new(text(account).ok_or(UpstreamError::Unexpected(200))?),
            name: text(name).map(str::to_owned),
        })
    }
}

#[derive(Deserialize)]
struct TenantInfo {
    #[serde(rename = "cloudId")]
    cloud_id: CloudId,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    scope: Option<String>,
}

/// Exchanges the code of a callback.
pub(super) async fn exchange_code(
    http: &reqwest::Client,
    app: &AtlassianApp,
    code: &str,
) -> Result<Tokens, UpstreamError> {
    let body = json!({
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": app.client_secret.expose(),
        "code": code,
        "redirect_uri": app.callback.as_str(),
    });
    token_request(http, app, &body).await
}

/// Rotates a refresh token.
pub(super) async fn exchange_refresh(
    http: &reqwest::Client,
    app: &AtlassianApp,
    refresh: &Secret<String>,
) -> Result<Tokens, UpstreamError> {
    let body = json!({
        "grant_type": "refresh_token",
        "client_id": app.client_id,
        "client_secret": app.client_secret.expose(),
        "refresh_token": refresh.expose(),
    });
    token_request(http, app, &body).await
}

async fn token_request(
    http: &reqwest::Client,
    app: &AtlassianApp,
    body: &Value,
) -> Result<Tokens, UpstreamError> {
    let request = http
        .post(format!("{}/oauth/token", app.auth_base))
        .json(body);
    let (status, bytes) = send(request).await?;
    if status == 200 {
        let answer: TokenAnswer =
            serde_json::from_slice(&bytes).map_err(|_| UpstreamError::Unexpected(status))?;
        return Ok(Tokens {
            access: Secret::new(answer.access_token),
            refresh: answer.refresh_token.map(Secret::new),
            life_secs: answer.expires_in.unwrap_or(DEFAULT_LIFE_SECS),
            scopes: answer
                .scope
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        });
    }
    Err(token_error(status, &bytes))
}

/// Tells the token endpoint's refusals apart by their code, not by their status.
fn token_error(status: u16, body: &[u8]) -> UpstreamError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match (status, body.get("error").and_then(Value::as_str)) {
        (429, _) => UpstreamError::Busy,
        (500.., _) => UpstreamError::Unavailable(None),
        (_, Some("invalid_grant")) => UpstreamError::InvalidGrant,
        (
            _,
            Some(
                code @ ("invalid_client"
                | "unauthorized_client"
                | "unsupported_grant_type"
                | "invalid_scope"
                | "access_denied"),
            ),
        ) => UpstreamError::Operator(code.to_owned()),
        _ => UpstreamError::Unexpected(status),
    }
}

/// Who an access token belongs to.
pub(super) async fn me(
    http: &reqwest::Client,
    app: &AtlassianApp,
    access: &Secret<String>,
) -> Result<Owner, UpstreamError> {
    let request = http.get(format!("{}/me", app.api_base));
    let answer = read(request.bearer_auth(access.expose())).await?;
    Owner::read(&answer, "account_id", "name")
}

/// The sites that an access token reaches, in no order.
pub(super) async fn accessible_resources(
    http: &reqwest::Client,
    app: &AtlassianApp,
    access: &Secret<String>,
) -> Result<Vec<Resource>, UpstreamError> {
    let request = http.get(format!("{}/oauth/token/accessible-resources", app.api_base));
    read(request.bearer_auth(access.expose())).await
}

/// The cloud id that a site itself names.
pub(super) async fn tenant_info(
    http: &reqwest::Client,
    app: &AtlassianApp,
    site: &str,
) -> Result<CloudId, UpstreamError> {
    let request = http.get(format!("{}/_edge/tenant_info", app.site_base(site)));
    let info: TenantInfo = read(request).await?;
    Ok(info.cloud_id)
}

/// Who an API token belongs to, by the word of the host that takes tokens of that kind: the site's
/// own for one without scopes, the gateway for a scoped one.
pub(super) async fn myself(
    http: &reqwest::Client,
    app: &AtlassianApp,
    tenant: &Tenant,
    kind: ApiTokenKind,
    email: &str,
    token: &Secret<String>,
) -> Result<Owner, UpstreamError> {
    let base = match kind {
        ApiTokenKind::Unscoped => app.site_base(tenant.site()),
        ApiTokenKind::Scoped => format!("{}/ex/jira/{}", app.api_base, tenant.cloud_id()),
    };
    let request = http.get(format!("{base}/rest/api/3/myself"));
    let answer = read(request.basic_auth(email, Some(token.expose()))).await?;
    Owner::read(&answer, "accountId", "displayName")
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, UpstreamError> {
    let (status, bytes) = send(request).await?;
    match status {
        200 => serde_json::from_slice(&bytes).map_err(|_| UpstreamError::Unexpected(status)),
        401 | 403 => Err(UpstreamError::Refused(status)),
        429 => Err(UpstreamError::Busy),
        500.. => Err(UpstreamError::Unavailable(None)),
        _ => Err(UpstreamError::Unexpected(status)),
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), UpstreamError> {
    let gone = |err| UpstreamError::Unavailable(Some(err));
    let mut answer = request
        .header(http::header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(gone)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(gone)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(UpstreamError::Unexpected(status));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_invalid_grant_ends_a_grant() {
        for status in [400, 401, 403] {
            let error = token_error(status, br#"{"error":"invalid_grant"}"#);
            assert!(matches!(error, UpstreamError::InvalidGrant), "{status}");
            let error = token_error(status, br#"{"error":"invalid_client"}"#);
            assert!(matches!(error, UpstreamError::Operator(_)), "{status}");
            for body in ["", "<html>", "{}", r#"{"error":7}"#, r#"{"error":"other"}"#] {
                let error = token_error(status, body.as_bytes());
                assert!(matches!(error, UpstreamError::Unexpected(_)), "{status}");
            }
        }
        let error = token_error(503, br#"{"error":"invalid_grant"}"#);
        assert!(matches!(error, UpstreamError::Unavailable(None)));
        assert!(matches!(token_error(429, b""), UpstreamError::Busy));
    }
}
