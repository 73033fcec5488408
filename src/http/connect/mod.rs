//! The pages of a signed-in person: what is connected to them, and their Atlassian API tokens.

pub(super) mod api_token;
pub(super) mod overview;
#[cfg(test)]
mod tests;
mod visit;
