//! Makes Rust source of documents.

pub mod catalog;
pub mod clients;
pub mod glue;
