//! The tools this server has, made from the manifest and the pinned documents.

pub mod model;
