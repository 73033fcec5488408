//! Authorization requests: checked, then held until the person has decided.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::browser::Browser;
use super::client::Client;
use super::clients::ClientError;
use super::events::{AuthEvent, AuthEventKind};
use super::pkce::{CodeChallenge, CodeChallengeError};
use super::principal::Scopes;
use super::redirect::{RedirectError, RedirectUri};
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::ids::ClientId;
use crate::base::random::{RandomError, token};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};

/// How long a person may take to decide.
const TTL: Duration = Duration::from_mins(10);
/// Longest `state` of a client, in bytes.
const MAX_STATE: usize = 2048;

/// The parameters of an authorization request as they came, each at most once.
#[derive(Debug, Clone, Default)]
pub struct AuthorizeParams {
    /// `response_type`.
    pub response_type: Option<String>,
    /// `response_mode`; `query` without.
    pub response_mode: Option<String>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `resource` (RFC 8707).
    pub resource: Option<String>,
}

/// A request that passed the checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client.
    pub client: ClientId,
    /// The name it gave itself.
    pub client_name: Option<String>,
    /// Where it is sent back to.
    pub redirect: RedirectUri,
    /// Its PKCE challenge.
    pub challenge: CodeChallenge,
    /// What it asks for, and may have.
    pub scopes: Scopes,
    /// Its own state, given back untouched.
    pub state: Option<String>,
    /// What its tokens will be for.
    pub resource: String,
    /// When the person was asked and agreed; `None` while they were not asked.
    #[serde(default)]
    pub agreed_at: Option<Timestamp>,
}

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// The client or its redirect URI cannot be trusted: the person is told, nobody is sent on.
    #[error("{0}")]
    Untrusted(Untrusted),
    /// The client is told, at its redirect URI.
    #[error("{code}: {description}")]
    ToClient {
        /// Where.
        redirect: Box<RedirectUri>,
        /// Its state.
        state: Option<String>,
        /// The error of RFC 6749, section 4.1.2.1.
        code: &'static str,
        /// A sentence for the client's developer.
        description: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why nobody can be sent back.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// No or an unknown client id.
    #[error("the application is not known to this server")]
    Client,
    /// Too many clients are being looked up.
    #[error("too many new applications are asking at once; try again in a minute")]
    Busy,
    /// Its metadata document cannot be had.
    #[error("the application's description could not be read: {0}")]
    Document(#[source] super::document::DocumentError),
    /// No redirect URI, or one that breaks the rules.
    #[error("the address to return to is not acceptable: {0}")]
    Redirect(#[from] RedirectError),
    /// A redirect URI that the client did not register.
    #[error("the application did not register the address to return to")]
    Unregistered,
}

#[derive(Serialize, Deserialize)]
struct Held {
    browser: String,
    request: AuthorizationRequest,
}

impl AuthServer {
    /// Checks an authorization request.
    ///
    /// # Errors
    /// [`AuthorizeError`], which also says who is to be told.
    pub async fn check_request(
        &self,
        params: AuthorizeParams,
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        let (client, redirect) = self.trusted(&params).await?;
        let state = params.state.filter(|state| !state.is_empty());
        let refuse = |code, description: String| AuthorizeError::ToClient {
            redirect: Box::new(redirect.clone()),
            state: state.clone().filter(|state| state.len() <= MAX_STATE),
            code,
            description,
        };
        if state.as_ref().is_some_and(|state| state.len() > MAX_STATE) {
            return Err(refuse("invalid_request", "state is too long".to_owned()));
        }
        match params.response_type.as_deref() {
            Some("code") => {}
            None => {
                let what = "response_type is required".to_owned();
                return Err(refuse("invalid_request", what));
            }
            Some(_) => {
                let what = "response_type must be code".to_owned();
                return Err(refuse("unsupported_response_type", what));
            }
        }
        if params.response_mode.is_some_and(|mode| mode != "query") {
            let what = "response_mode must be query".to_owned();
            return Err(refuse("invalid_request", what));
        }
        let challenge = CodeChallenge::parse(
            params.code_challenge.as_deref(),
            params.code_challenge_method.as_deref(),
        )
        .map_err(|err: CodeChallengeError| refuse("invalid_request", err.to_string()))?;
        if let Some(asked) = &params.resource
            && !self.is_our_resource(asked)
        {
            let what = format!("resource must be {}", self.resource());
            return Err(refuse("invalid_target", what));
        }
        let scopes = self
            .granted(params.scope.as_deref(), &client)
            .map_err(|what| refuse("invalid_scope", what))?;
        Ok(AuthorizationRequest {
            client: client.id,
            client_name: client.name,
            redirect,
            challenge,
            scopes,
            state,
            resource: self.resource().to_owned(),
            agreed_at: None,
        })
    }

    /// The client and its redirect URI, which must hold before anything is sent to either.
    async fn trusted(
        &self,
        params: &AuthorizeParams,
    ) -> Result<(Client, RedirectUri), AuthorizeError> {
        let id = params.client_id.as_deref().filter(|id| !id.is_empty());
        let id = ClientId::new(id.ok_or(AuthorizeError::Untrusted(Untrusted::Client))?);
        let client = self.client(&id).await.map_err(|err| match err {
            ClientError::Store(err) => AuthorizeError::Store(err),
            ClientError::Random(err) => AuthorizeError::Random(err),
            ClientError::Document(err) => AuthorizeError::Untrusted(Untrusted::Document(err)),
            ClientError::TooMany(_) => AuthorizeError::Untrusted(Untrusted::Busy),
            ClientError::Unknown | ClientError::Metadata(_) => {
                AuthorizeError::Untrusted(Untrusted::Client)
            }
        })?;
        let redirect = RedirectUri::parse(params.redirect_uri.as_deref().unwrap_or_default())
            .map_err(|err| AuthorizeError::Untrusted(err.into()))?;
        if !client.allows_redirect(&redirect) {
            return Err(AuthorizeError::Untrusted(Untrusted::Unregistered));
        }
        Ok((client, redirect))
    }

    /// What a client gets of what it asks for.
    fn granted(&self, asked: Option<&str>, client: &Client) -> Result<Scopes, String> {
        let asked = asked
            .unwrap_or_default()
            .split(' ')
            // Refresh tokens are given without being asked for.
            .filter(|name| !name.is_empty() && *name != "offline_access")
            .try_fold(Scopes::NONE, |set, name| {
                Ok(set.or(Scopes::parse(name).map_err(|err| err.to_string())?))
            })
            .map_err(|err: String| err)?;
        // What a client registered holds while it names nothing. It is no ceiling: clients register
        // what their first request will name, and are told of more by a 403 later; the person at the
        // consent page decides over every scope that is new.
        let asked = if asked.is_empty() {
            Scopes::DEFAULT.and(client.scopes)
        } else {
            asked
        };
        let granted = asked.and(self.offered());
        if granted.is_empty() {
            return Err("none of these scopes can be had".to_owned());
        }
        Ok(granted)
    }

    /// Holds a request until the person at `browser` has decided; gives the id to find it by.
    pub async fn hold_request(
        &self,
        request: AuthorizationRequest,
        browser: &Browser,
    ) -> Result<String, AuthorizeError> {
        let id = token(self.random.as_ref())?;
        let held = Held {
            browser: browser.mark(),
            request,
        };
        self.vault
            .put(&Key::of_secret(Kind::Authorization, &id), &held, Some(TTL))
            .await?;
        Ok(id)
    }

    /// The request that waits under this id at this browser.
    pub async fn held_request(
        &self,
        id: &str,
        browser: &Browser,
    ) -> Result<Option<AuthorizationRequest>, StoreError> {
        let key = Key::of_secret(Kind::Authorization, id);
        let held = self.vault.get::<Held>(&key).await?;
        Ok(held
            .filter(|held| held.browser == browser.mark())
            .map(|held| held.request))
    }

    /// Takes the request out with the person's decision: it counts once, and only from the browser
    /// that asked.
    pub async fn decide(
        &self,
        id: &str,
        browser: &Browser,
        agreed: bool,
    ) -> Result<Option<AuthorizationRequest>, StoreError> {
        let key = Key::of_secret(Kind::Authorization, id);
        let Some(held) = self.vault.hold::<Held>(&key).await? else {
            return Ok(None);
        };
        if held.value.browser != browser.mark() || !self.vault.delete_held(&key, &held).await? {
            return Ok(None);
        }
        let mut request = held.value.request;
        if agreed {
            request.agreed_at = Some(self.moment());
        } else {
            let event = AuthEvent::new(AuthEventKind::ConsentRefused).by(&request.client);
            self.tell(event).await;
        }
        Ok(Some(request))
    }
}
