//! The page on which a person binds or removes their Atlassian API token.

mod api_token;
#[cfg(test)]
mod tests;

pub(super) use api_token::{change, show};
