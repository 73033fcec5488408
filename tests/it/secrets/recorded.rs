//! The randomness of a server under test: whatever bearer is made of it is known from its birth.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gojira_mcp::base::random::{Random, RandomError, SystemRandom};

use super::known::add;

/// The system's randomness; every 32 bytes of it are a token, code, state, cookie or key of ours.
#[derive(Debug)]
pub(crate) struct Recorded;

impl Random for Recorded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        SystemRandom.fill(bytes)?;
        if bytes.len() == 32 {
            add("a random value of ours", bytes);
            add(
                "a token of ours",
                URL_SAFE_NO_PAD.encode(&*bytes).as_bytes(),
            );
        }
        Ok(())
    }
}
