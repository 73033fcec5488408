//! Typed and sealed access to the store: what callers of the store see.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::Key;
use super::steps::{Applied, Durability, Expected, Step, Store, StoreError};
use crate::seal::Ring;

/// The store behind a seal.
#[derive(Debug, Clone)]
pub struct Vault {
    store: Arc<dyn Store>,
    ring: Arc<Ring>,
}

/// A value together with the bytes it was read from, for a later compare-and-swap.
#[derive(Debug, Clone)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    sealed: Vec<u8>,
}

impl Vault {
    /// Seals with `ring` what goes into `store`.
    pub const fn new(store: Arc<dyn Store>, ring: Arc<Ring>) -> Self {
        Self { store, ring }
    }

    /// The store itself, for indexes and budgets.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Reads a value.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        Ok(self.hold(key).await?.map(|held| held.value))
    }

    /// Reads a value so that it can be swapped.
    pub async fn hold<T: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<Held<T>>, StoreError> {
        match self.store.get(&key.text()).await? {
            None => Ok(None),
            Some(sealed) => Ok(Some(Held {
                value: self.open(key, &sealed)?,
                sealed,
            })),
        }
    }

    /// Sets a value durably.
    pub async fn put<T: Serialize + Sync>(
        &self,
        key: &Key,
        value: &T,
        ttl: Option<Duration>,
    ) -> Result<(), StoreError> {
        let step = self.put_step(key, value, ttl)?;
        self.store.apply(Durability::Durable, vec![step]).await?;
        Ok(())
    }

    /// Sets a value unless there is one; false when there was.
    pub async fn put_if_absent<T: Serialize + Sync>(
        &self,
        key: &Key,
        value: &T,
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let steps = vec![expect_absent(key), self.put_step(key, value, ttl)?];
        self.apply(steps).await
    }

    /// Sets a value if it is still the one that was read; false when it is not.
    pub async fn swap<T: Serialize + Sync>(
        &self,
        key: &Key,
        held: &Held<T>,
        value: &T,
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let steps = vec![expect_held(key, held), self.put_step(key, value, ttl)?];
        self.apply(steps).await
    }

    /// Removes a value if it is still the one that was read; false when it is not.
    pub async fn delete_held<T: Sync>(
        &self,
        key: &Key,
        held: &Held<T>,
    ) -> Result<bool, StoreError> {
        let steps = vec![expect_held(key, held), delete_step(key)];
        self.apply(steps).await
    }

    /// Removes a value.
    pub async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.apply(vec![delete_step(key)]).await?;
        Ok(())
    }

    /// Does steps made by [`Vault::put_step`] and its like, all or none, durably; false when an
    /// expectation did not hold.
    pub async fn apply(&self, steps: Vec<Step>) -> Result<bool, StoreError> {
        let applied = self.store.apply(Durability::Durable, steps).await?;
        Ok(applied == Applied::Done)
    }

    /// The step that sets a sealed value.
    pub fn put_step<T: Serialize>(
        &self,
        key: &Key,
        value: &T,
        ttl: Option<Duration>,
    ) -> Result<Step, StoreError> {
        let text = key.text();
        let plain = serde_json::to_vec(value).map_err(|source| StoreError::Shape {
            key: text.clone(),
            source,
        })?;
        let value = self.ring.seal(text.as_bytes(), &plain)?;
        Ok(Step::Put {
            key: text,
            value,
            ttl,
        })
    }

    /// A value sealed for someone to bring back, as unpadded base64url, bound to `context`.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn seal_text<T: Serialize>(&self, context: &str, value: &T) -> Result<String, StoreError> {
        let plain = serde_json::to_vec(value).map_err(|source| StoreError::Shape {
            key: context.to_owned(),
            source,
        })?;
        let sealed = self.ring.seal(context.as_bytes(), &plain)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// What [`Vault::seal_text`] sealed for the same context; nothing when it is anything else.
    pub fn open_text<T: DeserializeOwned>(&self, context: &str, text: &str) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = self.ring.open(context.as_bytes(), &sealed).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }

    fn open<T: DeserializeOwned>(&self, key: &Key, sealed: &[u8]) -> Result<T, StoreError> {
        let text = key.text();
        let plain =
            self.ring
                .open(text.as_bytes(), sealed)
                .map_err(|fault| StoreError::Sealed {
                    key: text.clone(),
                    fault,
                })?;
        serde_json::from_slice(plain.expose())
            .map_err(|source| StoreError::Shape { key: text, source })
    }
}

/// The step that holds when the key has no value.
pub fn expect_absent(key: &Key) -> Step {
    Step::Expect {
        key: key.text(),
        value: Expected::Absent,
    }
}

/// The step that holds when the key still has the value that was read.
pub fn expect_held<T>(key: &Key, held: &Held<T>) -> Step {
    Step::Expect {
        key: key.text(),
        value: Expected::Bytes(held.sealed.clone()),
    }
}

/// The step that removes a value.
pub fn delete_step(key: &Key) -> Step {
    Step::Delete { key: key.text() }
}
