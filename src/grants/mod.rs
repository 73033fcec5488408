//! Floor 2: the callers' Atlassian credentials, kept fresh.

mod access;

pub use access::{Access, AccessKind};
