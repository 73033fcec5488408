//! A client of our authorisation server, and how it proves who it is.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::principal::Scopes;
use super::redirect::RedirectUri;
use crate::base::clock::Timestamp;
use crate::base::ids::ClientId;
use crate::base::secret::Secret;
use crate::store::keys::digest;

/// How a client proves who it is (RFC 7591, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientAuth {
    /// A public client: PKCE alone.
    #[serde(rename = "none")]
    None,
    /// Its secret in the `Authorization` header.
    #[serde(rename = "client_secret_basic")]
    SecretBasic,
    /// Its secret in the form.
    #[serde(rename = "client_secret_post")]
    SecretPost,
}

impl ClientAuth {
    /// All ways, for the metadata document.
    pub const ALL: [Self; 3] = [Self::None, Self::SecretBasic, Self::SecretPost];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
        }
    }

    /// Reads the name; `None` when it is not one of ours.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// Where a client runs (`OpenID` Connect Dynamic Client Registration 1.0, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// On the person's machine.
    Native,
    /// On a web server.
    Web,
}

impl ApplicationType {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Web => "web",
        }
    }

    /// Reads the name; `None` when it is not defined.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Native, Self::Web]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// Its id: ours, or the address of its metadata document.
    pub id: ClientId,
    /// The name it gave itself; nobody vouches for it.
    pub name: Option<String>,
    /// Where it may be sent back to; never empty.
    pub redirects: Vec<RedirectUri>,
    /// How it proves who it is.
    pub auth: ClientAuth,
    /// SHA-256 of its secret, unless it is public.
    pub secret_digest: Option<String>,
    /// Where it says that it runs.
    #[serde(default)]
    pub application_type: Option<ApplicationType>,
    /// What it gets, of the default, when a request names no scope.
    pub scopes: Scopes,
    /// When it was registered or its document was read.
    pub since: Timestamp,
}

/// What a client shows at the token endpoint.
#[derive(Debug, Clone)]
pub struct ClientCredential {
    /// The id it claims.
    pub id: ClientId,
    /// Its secret, from the header or the form.
    pub secret: Option<Secret<String>>,
}

impl Client {
    /// Whether the secret, or its absence, is what this client has to show. A confidential client
    /// may send its secret in either way.
    pub fn is_proved_by(&self, secret: Option<&Secret<String>>) -> bool {
        match (&self.secret_digest, secret) {
            (None, None) => self.auth == ClientAuth::None,
            (Some(known), Some(secret)) => digest(secret.expose())
                .as_bytes()
                .ct_eq(known.as_bytes())
                .into(),
            _ => false,
        }
    }

    /// Whether the client may be sent back to `asked`.
    pub fn allows_redirect(&self, asked: &RedirectUri) -> bool {
        self.redirects.iter().any(|known| asked.matches(known))
    }
}
