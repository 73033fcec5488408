//! The routes of the authorisation server: one file a route, with its own errors.

mod address;
mod authorize;
mod callback;
mod challenge;
mod client_auth;
mod consent;
mod cookies;
mod fields;
mod metadata;
mod refusal;
mod register;
mod revoke;
mod router;
mod state;
#[cfg(test)]
pub(in crate::http) mod tests;
mod token;

pub(in crate::http) use fields::Fields;
pub(in crate::http) use refusal::Refusal;
pub use router::router;
pub use state::AuthState;
