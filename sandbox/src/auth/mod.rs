//! The authorisation server: consent page, codes, tokens, and the credentials it knows.

pub(crate) mod authorize;
pub(crate) mod credentials;
pub(crate) mod token;
