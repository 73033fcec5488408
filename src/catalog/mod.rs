//! The tools this server has, made from the manifest and the pinned documents.

#[cfg(test)]
pub(crate) mod fixture;
pub mod model;
