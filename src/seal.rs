//! Sealing of stored values: XChaCha20-Poly1305 under a ring of keys. Alone knows the layout.
//!
//! A sealed value is `1 | key id (8 bytes) | nonce (24 bytes) | ciphertext and tag`. The store key
//! (kind, owner and id) is additional data: a value copied under another key does not open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use crate::base::hex::hex;
use crate::base::random::{RandomError, SharedRandom};
use crate::base::secret::Secret;

const VERSION: u8 = 1;
const KEY_ID: usize = 8;
const NONCE: usize = 24;
const HEADER: usize = 1 + KEY_ID + NONCE;
/// Stands for the id of the key in what is no sealed value at all.
const UNREADABLE: &str = "unreadable";

/// A 256-bit key.
pub type SealKey = Secret<[u8; 32]>;

/// The keys a server knows: the first seals, all open.
#[derive(Debug)]
pub struct Ring {
    current: ([u8; KEY_ID], SealKey),
    older: Vec<([u8; KEY_ID], SealKey)>,
    random: SharedRandom,
}

/// Why a value could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// No randomness for the nonce.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Longer than the cipher takes.
    #[error("value too long to seal")]
    TooLong,
}

/// Why a value does not open. What to do about it differs: a key is missing from the ring, or
/// somebody has written to the store who should not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// It names a key that the ring has not.
    #[error("sealed with key {key_id}, which this server does not have")]
    UnknownKey {
        /// The id of that key, in hex.
        key_id: String,
    },
    /// It names a key of the ring, and was altered or sealed under another store key.
    #[error("sealed with key {key_id}, and altered or copied from elsewhere since")]
    Damaged {
        /// The id of that key, in hex.
        key_id: String,
    },
    /// It is not a sealed value.
    #[error("not a sealed value")]
    Unreadable,
}

impl Ring {
    /// A ring that seals with `current` and also opens what `older` sealed.
    pub fn new(current: SealKey, older: Vec<SealKey>, random: SharedRandom) -> Self {
        let named = |key| (key_id(&key), key);
        Self {
            current: named(current),
            older: older.into_iter().map(named).collect(),
            random,
        }
    }

    /// Seals `plain`, bound to `context`.
    ///
    /// # Errors
    /// When there is no randomness for the nonce, or the value is longer than the cipher takes.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0_u8; NONCE];
        self.random.fill(&mut nonce)?;
        let (id, key) = &self.current;
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(id);
        sealed.extend_from_slice(&nonce);
        let aad = additional(&sealed, context);
        let payload = Payload {
            msg: plain,
            aad: &aad,
        };
        let text = XChaCha20Poly1305::new(key.expose().into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::TooLong)?;
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// The id of the key that seals, in hex.
    pub fn current_id(&self) -> String {
        hex(&self.current.0)
    }

    /// Opens what [`Ring::seal`] made with the same context.
    ///
    /// # Errors
    /// [`OpenFault`] when the ring has not the key, or the value was altered or belongs to another
    /// context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, OpenFault> {
        let split = sealed.split_at_checked(HEADER);
        let (header, text) = split.ok_or(OpenFault::Unreadable)?;
        let (id, nonce) = header
            .strip_prefix(&[VERSION])
            .and_then(|rest| rest.split_first_chunk::<KEY_ID>())
            .ok_or(OpenFault::Unreadable)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| OpenFault::Unreadable)?;
        let (_, key) = std::iter::once(&self.current)
            .chain(&self.older)
            .find(|(known, _)| known == id)
            .ok_or_else(|| OpenFault::UnknownKey { key_id: hex(id) })?;
        let aad = additional(header, context);
        XChaCha20Poly1305::new(key.expose().into())
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: text,
                    aad: &aad,
                },
            )
            .map(Secret::new)
            .map_err(|_| OpenFault::Damaged { key_id: hex(id) })
    }
}

/// The id of the key that a sealed value names, in hex; `unreadable` when it names none.
pub fn named_key(sealed: &[u8]) -> String {
    match sealed.strip_prefix(&[VERSION]) {
        Some(rest) if rest.len() >= KEY_ID + NONCE => hex(&rest[..KEY_ID]),
        _ => UNREADABLE.to_owned(),
    }
}

fn additional(header: &[u8], context: &[u8]) -> Vec<u8> {
    [&header[..=KEY_ID], context].concat()
}

/// The first bytes of the key's digest: names the key and tells nothing of it.
fn key_id(key: &SealKey) -> [u8; KEY_ID] {
    let digest = Sha256::digest([b"gojira-mcp key id".as_slice(), key.expose()].concat());
    let mut id = [0_u8; KEY_ID];
    for (to, from) in id.iter_mut().zip(digest) {
        *to = from;
    }
    id
}

#[cfg(test)]
mod tests;
