//! The pinned documents, built in, and the checks that they make possible.

pub(crate) mod check;
pub(crate) mod document;
pub(crate) mod operation;
pub(crate) mod schema;
