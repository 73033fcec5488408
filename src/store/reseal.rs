//! Sealing everything anew after a change of key, beside servers that go on working.
//!
//! Each value is replaced by compare-and-swap and keeps its expiry, so that what a server wrote
//! meanwhile is never overwritten. What no key opens is counted, named and left alone.

use std::collections::BTreeMap;

use super::steps::{Applied, Durability, Expected, Step, Store, StoreError};
use crate::seal::{Ring, named_key};

#[cfg(test)]
mod tests;

/// Times one value is tried when servers keep writing it.
const TRIES: usize = 16;

/// What became of the values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resealing {
    /// By the id of the key that sealed them when they were first read, in hex.
    pub keys: BTreeMap<String, Tally>,
    /// Values that a server changed between reading and replacing, and that were read again.
    pub races: usize,
    /// What is not sealed with the current key now, and why.
    pub left: Vec<Left>,
}

/// Counts of the values under one key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sealed with the current key already.
    pub current: usize,
    /// Sealed with an older key of the ring.
    pub older: usize,
    /// Of those, sealed anew with the current key.
    pub anew: usize,
    /// Opened by no key of the ring.
    pub closed: usize,
}

/// A value that the current key does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The store key; it holds no secret.
    pub key: String,
    /// The id of the key that sealed it, in hex; `unreadable` when it is no sealed value.
    pub key_id: String,
    /// Why it is left.
    pub why: Why,
}

/// Why a value is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No key of the ring opens it, or it was altered.
    Closed,
    /// An older key seals it, and it was only to be counted.
    Counted,
    /// Servers wrote it each time it was to be replaced.
    Contended,
}

/// Counts the values by key and changes nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn count(store: &dyn Store, ring: &Ring) -> Result<Resealing, StoreError> {
    let mut seen = Resealing::default();
    for (key, sealed) in store.dump().await?.values {
        if seen.place(ring, &key, &sealed) == Place::Older {
            seen.leave(&key, &sealed, Why::Counted);
        }
    }
    Ok(seen)
}

/// Seals with the current key what an older one sealed. Every value is done by itself: what was
/// done when this was ended stays done, and another run does the rest.
///
/// # Errors
/// When the store does not answer, or there is no randomness for a nonce.
pub async fn reseal(store: &dyn Store, ring: &Ring) -> Result<Resealing, StoreError> {
    let mut seen = Resealing::default();
    for (key, sealed) in store.dump().await?.values {
        if seen.place(ring, &key, &sealed) == Place::Older {
            seen.replace(store, ring, &key, sealed).await?;
        }
    }
    Ok(seen)
}

/// Which key opens a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Current,
    Older,
    Closed,
}

/// Opens the value: a value that names a key of the ring may still be altered.
fn place(ring: &Ring, key: &str, sealed: &[u8]) -> Place {
    if ring.open(key.as_bytes(), sealed).is_err() {
        Place::Closed
    } else if named_key(sealed) == ring.current_id() {
        Place::Current
    } else {
        Place::Older
    }
}

impl Resealing {
    /// Finds out which key opens a value, and counts it.
    fn place(&mut self, ring: &Ring, key: &str, sealed: &[u8]) -> Place {
        let found = place(ring, key, sealed);
        let tally = self.keys.entry(named_key(sealed)).or_default();
        match found {
            Place::Current => tally.current += 1,
            Place::Older => tally.older += 1,
            Place::Closed => {
                tally.closed += 1;
                self.leave(key, sealed, Why::Closed);
            }
        }
        found
    }

    fn leave(&mut self, key: &str, sealed: &[u8], why: Why) {
        self.left.push(Left {
            key: key.to_owned(),
            key_id: named_key(sealed),
            why,
        });
    }

    async fn replace(
        &mut self,
        store: &dyn Store,
        ring: &Ring,
        key: &str,
        sealed: Vec<u8>,
    ) -> Result<(), StoreError> {
        let first = named_key(&sealed);
        let mut sealed = sealed;
        for _ in 0..TRIES {
            let Ok(plain) = ring.open(key.as_bytes(), &sealed) else {
                self.leave(key, &sealed, Why::Closed);
                return Ok(());
            };
            let anew = ring.seal(key.as_bytes(), plain.expose())?;
            let steps = vec![
                Step::Expect {
                    key: key.to_owned(),
                    value: Expected::Bytes(sealed),
                },
                Step::Replace {
                    key: key.to_owned(),
                    value: anew,
                },
            ];
            if store.apply(Durability::Durable, steps).await? == Applied::Done {
                self.keys.entry(first).or_default().anew += 1;
                return Ok(());
            }
            self.races += 1;
            match store.get(key).await? {
                // Used up, expired or deleted meanwhile: there is nothing left to seal.
                None => return Ok(()),
                // The server that wrote it has the new key already.
                Some(now) if place(ring, key, &now) == Place::Current => return Ok(()),
                Some(now) => sealed = now,
            }
        }
        self.leave(key, &sealed, Why::Contended);
        Ok(())
    }
}
