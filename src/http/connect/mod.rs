//! The pages of a signed-in person: what is connected to them, and their Atlassian API tokens.

pub(super) mod api_token;
pub(super) mod overview;
pub mod plans;
#[cfg(test)]
mod tests;
mod visit;
