//! Turns the pinned OpenAPI documents and the tool manifest into typed clients and the catalogue.

pub mod problem;
pub mod spec;
