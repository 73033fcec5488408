//! One browser, known by a cookie: what an authorization request and its state are bound to.

use crate::base::random::{Random, RandomError, token};
use crate::store::keys::digest;

/// The value of a browser's cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser(String);

impl Browser {
    /// A browser that was not seen before.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        token(random).map(Self)
    }

    /// Takes a cookie's value; `None` when it is not one of ours.
    pub fn parse(value: &str) -> Option<Self> {
        let fits = value.len() == 43
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        fits.then(|| Self(value.to_owned()))
    }

    /// The cookie's value.
    pub fn cookie(&self) -> &str {
        &self.0
    }

    /// What is stored in the cookie's place.
    pub(super) fn mark(&self) -> String {
        digest(&self.0)
    }

    /// The token that a form of this browser carries against forgery: nobody without the cookie can
    /// make it, and the cookie cannot be read off it.
    pub fn form_token(&self, form: &str) -> String {
        digest(&format!("form {form} {}", self.0))
    }
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Browser(..)")
    }
}
