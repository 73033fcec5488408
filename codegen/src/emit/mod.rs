//! Makes Rust source of documents.

pub mod clients;
pub mod glue;
