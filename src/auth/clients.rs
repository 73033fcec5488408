//! Registering, finding and recognising clients.

use std::time::Duration;

use super::client::{Client, ClientAuth, ClientCredential};
use super::document::{self, DocumentError};
use super::events::{AuthEvent, AuthEventKind};
use super::registration::{Registered, Registration, RegistrationError};
use super::server::AuthServer;
use crate::base::ids::{ClientId, uuid};
use crate::base::random::{RandomError, token};
use crate::base::secret::Secret;
use crate::store::keys::{self, Key, Kind, digest};
use crate::store::{Budget, Spend, StoreError};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Registrations from one address.
const PER_ADDRESS: Budget = Budget {
    capacity: 20,
    refill: HOUR,
};
/// Registrations from everywhere.
const IN_TOTAL: Budget = Budget {
    capacity: 500,
    refill: HOUR,
};
/// Fetches of metadata documents, which any request may cause, at addresses of its choice.
const FETCHES: Budget = Budget {
    capacity: 60,
    refill: Duration::from_mins(1),
};
/// How long a registration lives that nobody ever signs in with.
const UNUSED_TTL: Duration = Duration::from_hours(7 * 24);
/// How long a registration lives after a sign-in.
const USED_TTL: Duration = Duration::from_hours(365 * 24);

/// Why a client was not registered, found or recognised.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Its metadata breaks a rule.
    #[error(transparent)]
    Metadata(#[from] RegistrationError),
    /// Too many registrations or fetches of documents; a repeat may succeed after this long.
    #[error("too many requests of new clients; try again later")]
    TooMany(Duration),
    /// No such client, or it did not prove that it is one.
    #[error("unknown client or wrong client authentication")]
    Unknown,
    /// Its metadata document could not be had.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

fn client_key(id: &ClientId) -> Key {
    // A document's address may be long and hold braces; its digest is neither.
    Key::new(Kind::Client, digest(id.as_str()), "")
}

impl AuthServer {
    /// Registers a client (RFC 7591). `address` is where the request came from.
    ///
    /// # Errors
    /// [`ClientError`] when the metadata breaks a rule, there were too many registrations or the
    /// store failed.
    pub async fn register(
        &self,
        registration: Registration,
        address: &str,
    ) -> Result<Registered, ClientError> {
        let store = self.vault.store();
        for (bucket, budget) in [
            (keys::register_bucket(address), PER_ADDRESS),
            (keys::REGISTER_TOTAL_BUCKET.to_owned(), IN_TOTAL),
        ] {
            if let Spend::Short { wait } = store.spend(&bucket, budget, 1).await? {
                return Err(ClientError::TooMany(wait));
            }
        }
        let id = ClientId::new(uuid(self.random.as_ref())?);
        let mut client = registration.into_client(id, self.clock.now())?;
        let secret = match client.auth {
            ClientAuth::None => None,
            ClientAuth::SecretBasic | ClientAuth::SecretPost => {
                Some(Secret::new(token(self.random.as_ref())?))
            }
        };
        client.secret_digest = secret.as_ref().map(|secret| digest(secret.expose()));
        self.vault
            .put(&client_key(&client.id), &client, Some(UNUSED_TTL))
            .await?;
        self.tell(
            AuthEvent::new(AuthEventKind::Register)
                .by(&client.id)
                .noting(format!("from {address}")),
        )
        .await;
        Ok(Registered { client, secret })
    }

    /// Finds a client: one that registered, or one whose id is the address of its metadata document.
    ///
    /// # Errors
    /// [`ClientError`] when there is none, its document cannot be had or the store failed.
    pub async fn client(&self, id: &ClientId) -> Result<Client, ClientError> {
        let key = client_key(id);
        if let Some(client) = self.vault.get::<Client>(&key).await? {
            return Ok(client);
        }
        let Some(address) = document::address(id)? else {
            return Err(ClientError::Unknown);
        };
        let store = self.vault.store();
        if let Spend::Short { wait } = store.spend(keys::DOCUMENT_BUCKET, FETCHES, 1).await? {
            return Err(ClientError::TooMany(wait));
        }
        let found = self.documents.fetch(&address).await?;
        let client = document::client_of(id, &found.body, self.clock.now())?;
        let ttl = found.fresh_for.min(DAY);
        if !ttl.is_zero() {
            self.vault.put(&key, &client, Some(ttl)).await?;
        }
        Ok(client)
    }

    /// Recognises a client at the token endpoint.
    ///
    /// # Errors
    /// [`ClientError::Unknown`] when it is not what it claims, whatever the reason.
    pub async fn recognise(&self, shown: &ClientCredential) -> Result<Client, ClientError> {
        let client = self.client(&shown.id).await?;
        if client.is_proved_by(shown.secret.as_ref()) {
            Ok(client)
        } else {
            Err(ClientError::Unknown)
        }
    }

    /// Keeps the registration of a client that a person signed in with.
    pub(super) async fn keep_client(&self, id: &ClientId) -> Result<(), StoreError> {
        if document::address(id).is_ok_and(|address| address.is_some()) {
            return Ok(());
        }
        let key = client_key(id);
        if let Some(held) = self.vault.hold::<Client>(&key).await? {
            self.vault
                .swap(&key, &held, &held.value, Some(USED_TTL))
                .await?;
        }
        Ok(())
    }
}
