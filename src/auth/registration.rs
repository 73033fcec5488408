//! Client metadata (RFC 7591, section 2): what a client says of itself, and the rules it must keep.

use serde::Deserialize;

use super::client::{ApplicationType, Client, ClientAuth};
use super::principal::Scopes;
use super::redirect::{RedirectError, RedirectUri};
use crate::base::clock::Timestamp;
use crate::base::ids::ClientId;
use crate::base::secret::Secret;

/// Most redirect URIs a client may have.
const MAX_REDIRECTS: usize = 20;
/// Longest name shown, in characters.
const MAX_NAME: usize = 80;

/// The members of client metadata that matter here; others are ignored, as the RFC asks.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Registration {
    /// `client_name`.
    #[serde(default)]
    pub client_name: Option<String>,
    /// `redirect_uris`.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// `token_endpoint_auth_method`; `client_secret_basic` without.
    #[serde(default)]
    pub token_endpoint_auth_method: Option<String>,
    /// `grant_types`; must hold `authorization_code` when given.
    #[serde(default)]
    pub grant_types: Option<Vec<String>>,
    /// `response_types`; must hold `code` when given.
    #[serde(default)]
    pub response_types: Option<Vec<String>>,
    /// `scope`: what the client gets when a request names no scope.
    #[serde(default)]
    pub scope: Option<String>,
    /// `application_type`: `native` or `web`. The rules for redirect URIs are the same for both.
    #[serde(default)]
    pub application_type: Option<String>,
}

/// Why metadata was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// No redirect URI, or too many.
    #[error("redirect_uris must hold 1 to {MAX_REDIRECTS} URIs")]
    RedirectCount,
    /// A redirect URI that breaks a rule.
    #[error("{0}")]
    Redirect(#[from] RedirectError),
    /// An authentication method that this server does not have.
    #[error("token_endpoint_auth_method must be none, client_secret_basic or client_secret_post")]
    AuthMethod,
    /// No grant that this server has.
    #[error("grant_types must hold authorization_code")]
    GrantTypes,
    /// No response that this server gives.
    #[error("response_types must hold code")]
    ResponseTypes,
    /// A type that is not defined.
    #[error("application_type must be native or web")]
    ApplicationType,
}

/// A client as it was just registered, with the one sight of its secret.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret; public clients have none.
    pub secret: Option<Secret<String>>,
}

impl Registration {
    /// How the client wants to prove who it is.
    ///
    /// # Errors
    /// [`RegistrationError::AuthMethod`] when this server does not have that way.
    pub fn auth(&self) -> Result<ClientAuth, RegistrationError> {
        self.token_endpoint_auth_method
            .as_deref()
            .map_or(Some(ClientAuth::SecretBasic), ClientAuth::parse)
            .ok_or(RegistrationError::AuthMethod)
    }

    /// The client that this metadata describes, without a secret.
    ///
    /// # Errors
    /// [`RegistrationError`] for the first rule it breaks.
    pub fn into_client(self, id: ClientId, now: Timestamp) -> Result<Client, RegistrationError> {
        let auth = self.auth()?;
        let holds = |list: &Option<Vec<String>>, name: &str| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|entry| entry == name))
        };
        if !holds(&self.grant_types, "authorization_code") {
            return Err(RegistrationError::GrantTypes);
        }
        if !holds(&self.response_types, "code") {
            return Err(RegistrationError::ResponseTypes);
        }
        let application_type = match self.application_type.as_deref() {
            None => None,
            Some(name) => {
                Some(ApplicationType::parse(name).ok_or(RegistrationError::ApplicationType)?)
            }
        };
        if self.redirect_uris.is_empty() || self.redirect_uris.len() > MAX_REDIRECTS {
            return Err(RegistrationError::RedirectCount);
        }
        let redirects = self
            .redirect_uris
            .iter()
            .map(|text| RedirectUri::parse(text))
            .collect::<Result<_, _>>()?;
        Ok(Client {
            id,
            name: self.client_name.as_deref().and_then(shown_name),
            redirects,
            auth,
            secret_digest: None,
            application_type,
            scopes: self.scope.as_deref().map_or(Scopes::ALL, known_scopes),
            since: now,
        })
    }
}

/// The scopes of ours among those named; all of them when none is ours.
fn known_scopes(text: &str) -> Scopes {
    let known = text
        .split(' ')
        .filter_map(|name| Scopes::parse(name).ok())
        .fold(Scopes::NONE, Scopes::or);
    if known.is_empty() { Scopes::ALL } else { known }
}

/// A name fit to be shown: one line, bounded, without characters that turn or hide text.
fn shown_name(name: &str) -> Option<String> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let clean: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !hidden(*c))
        .take(MAX_NAME)
        .collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(json: serde_json::Value) -> Result<Client, RegistrationError> {
        serde_json::from_value::<Registration>(json)
            .unwrap()
            .into_client(ClientId::new("c"), Timestamp(0))
    }

    #[test]
    fn metadata_must_keep_the_rules() {
        use serde_json::json;
        let uri = "http://127.0.0.1/cb";
        for (json, why) in [
            (json!({}), RegistrationError::RedirectCount),
            (
                json!({"redirect_uris": []}),
                RegistrationError::RedirectCount,
            ),
            (
                json!({"redirect_uris": vec![uri; 21]}),
                RegistrationError::RedirectCount,
            ),
            (
                json!({"redirect_uris": [uri, "javascript:alert(1)"]}),
                RegistrationError::Redirect(RedirectError::Scheme),
            ),
            (
                json!({"redirect_uris": [uri], "token_endpoint_auth_method": "private_key_jwt"}),
                RegistrationError::AuthMethod,
            ),
            (
                json!({"redirect_uris": [uri], "grant_types": ["client_credentials"]}),
                RegistrationError::GrantTypes,
            ),
            (
                json!({"redirect_uris": [uri], "response_types": ["token"]}),
                RegistrationError::ResponseTypes,
            ),
            (
                json!({"redirect_uris": [uri], "application_type": "toaster"}),
                RegistrationError::ApplicationType,
            ),
        ] {
            assert_eq!(metadata(json.clone()).unwrap_err(), why, "{json}");
        }
        let client = metadata(json!({
            "redirect_uris": [uri], "scope": "openid read", "client_name": "Nice\u{202e}\n client",
            "token_endpoint_auth_method": "none", "software_id": 3
        }))
        .unwrap();
        assert_eq!(client.scopes.to_string(), "read");
        assert_eq!(client.name.as_deref(), Some("Nice  client"));
        assert_eq!(client.auth, ClientAuth::None);
    }
}
