//! Client id metadata documents: a client whose id is the https address of what it says of itself.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use url::{Host, Url};

use super::client::{Client, ClientAuth};
use super::registration::{Registration, RegistrationError};
use crate::base::clock::Timestamp;
use crate::base::ids::ClientId;
use crate::base::net::{self, FetchError};

/// Largest document read, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// How long a fetch may take in all.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Longest address taken, in bytes.
const MAX_ADDRESS: usize = 1024;

/// A document as it was fetched.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its bytes.
    pub body: Vec<u8>,
    /// How long its headers allow it to be kept; zero when they do not.
    pub fresh_for: Duration,
}

/// Why a client's document could not be used.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The id is an address, but not one that a document may have.
    #[error("client_id is no address of a metadata document")]
    Address,
    /// It could not be fetched.
    #[error("the client's metadata document could not be fetched")]
    Fetch(#[from] FetchError),
    /// It is not a JSON object of client metadata.
    #[error("the client's metadata document is not client metadata")]
    Shape(#[from] serde_json::Error),
    /// It names another client.
    #[error("the client's metadata document names another client_id")]
    OtherClient,
    /// It holds or asks for a secret, which nobody could have agreed on.
    #[error("the client's metadata document asks for authentication by a shared secret")]
    Secret,
    /// It breaks a rule of client metadata.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
}

/// Gives documents.
#[async_trait]
pub trait DocumentSource: Send + Sync + fmt::Debug {
    /// Fetches the document at an https address.
    async fn fetch(&self, address: &Url) -> Result<Document, DocumentError>;
}

/// Documents from the open web, by the rules of [`net::fetch_public`].
#[derive(Debug, Clone, Copy, Default)]
pub struct WebDocuments;

#[async_trait]
impl DocumentSource for WebDocuments {
    async fn fetch(&self, address: &Url) -> Result<Document, DocumentError> {
        let found = net::fetch_public(address, TIMEOUT, MAX_BYTES).await?;
        Ok(Document {
            fresh_for: found.fresh_for(),
            body: found.body,
        })
    }
}

/// The address of the client's document; `None` when its id is not an https address.
pub(super) fn address(id: &ClientId) -> Result<Option<Url>, DocumentError> {
    let text = id.as_str();
    if !text.starts_with("https://") {
        return Ok(None);
    }
    let url = Url::parse(text).map_err(|_| DocumentError::Address)?;
    let named = matches!(url.host(), Some(Host::Domain(name)) if !is_local(name));
    // An address that the parser writes otherwise could name one document in two ways.
    let fits = named
        && text.len() <= MAX_ADDRESS
        && url.as_str() == text
        && url.path().len() > 1
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if fits {
        Ok(Some(url))
    } else {
        Err(DocumentError::Address)
    }
}

/// Whether a name means the machine itself (RFC 6761, section 6.3), or is written so as not to look
/// like it.
fn is_local(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost") || name.ends_with('.')
}

#[derive(Deserialize)]
struct Body {
    client_id: String,
    #[serde(default)]
    client_secret: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
}

/// The client that a document describes.
pub(super) fn client_of(
    id: &ClientId,
    body: &[u8],
    now: Timestamp,
) -> Result<Client, DocumentError> {
    // By way of a map, for a list could pass for the members in their order.
    let members = Value::Object(serde_json::from_slice(body)?);
    let head = Body::deserialize(&members)?;
    if head.client_id != id.as_str() {
        return Err(DocumentError::OtherClient);
    }
    if head.client_secret.is_some() {
        return Err(DocumentError::Secret);
    }
    let mut metadata = Registration::deserialize(&members)?;
    match head.token_endpoint_auth_method.as_deref() {
        None | Some("none") => {}
        Some(_) => return Err(DocumentError::Secret),
    }
    metadata.token_endpoint_auth_method = Some(ClientAuth::None.as_str().to_owned());
    Ok(metadata.into_client(id.clone(), now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_https_address_names_a_document() {
        let read = |text: &str| address(&ClientId::new(text));
        assert!(
            read("https://app.example.com/client.json")
                .unwrap()
                .is_some()
        );
        assert!(read("2f1c2a7e-client").unwrap().is_none());
        assert!(
            read("http://app.example.com/client.json")
                .unwrap()
                .is_none()
        );
        for bad in [
            "https://app.example.com/",
            "https://app.example.com",
            "https://127.0.0.1/client.json",
            "https://[::1]/client.json",
            "https://user@app.example.com/client.json",
            "https://app.example.com/client.json#x",
            "https://app.example.com/a/../client.json",
            "https://app.example.com/%2e%2e/client.json",
            "https://localhost/client.json",
            "https://app.localhost/client.json",
            "https://localhost./client.json",
            "https://APP.example.com/client.json",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_document_speaks_for_its_own_address_alone() {
        let id = ClientId::new("https://app.example.com/client.json");
        let read =
            |json: serde_json::Value| client_of(&id, json.to_string().as_bytes(), Timestamp(0));
        let good = serde_json::json!({
            "client_id": id, "client_name": "App", "redirect_uris": ["http://127.0.0.1/cb"]
        });
        assert_eq!(read(good.clone()).unwrap().auth, ClientAuth::None);
        let mut other = good.clone();
        other["client_id"] = "https://evil.example.com/client.json".into();
        assert!(matches!(read(other), Err(DocumentError::OtherClient)));
        let mut secret = good.clone();
        secret["token_endpoint_auth_method"] = "client_secret_post".into();
        assert!(matches!(read(secret), Err(DocumentError::Secret)));
        let mut shown = good.clone();
        shown["client_secret"] = "everybody-reads-this".into();
        assert!(matches!(read(shown), Err(DocumentError::Secret)));
        let mut bare = good;
        bare["redirect_uris"] = serde_json::json!([]);
        assert!(matches!(read(bare), Err(DocumentError::Metadata(_))));
        for list in [serde_json::json!([]), serde_json::json!([id, null, "none"])] {
            assert!(matches!(read(list), Err(DocumentError::Shape(_))));
        }
    }
}
