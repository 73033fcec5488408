//! The only place that makes randomness.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Gives random bytes.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// A source that is passed around.
pub type SharedRandom = Arc<dyn Random>;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("no randomness from the operating system: {0}")]
pub struct RandomError(String);

impl RandomError {
    /// With the source's own words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// 256 random bits as 43 characters of unpadded base64url: codes, tokens, states.
///
/// # Errors
/// As [`Random::fill`].
pub fn token(random: &dyn Random) -> Result<String, RandomError> {
    let mut bytes = [0_u8; 32];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        #[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
        getrandom::fill(bytes).map_err(|err| RandomError::new(err.to_string()))
    }
}

/// A source that gives the same bytes in every run; for tests only, never for secrets.
#[derive(Debug, Default)]
pub struct CountingRandom(AtomicU64);

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        use sha2::{Digest, Sha256};
        for chunk in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest(count.to_be_bytes());
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
        Ok(())
    }
}
