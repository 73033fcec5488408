//! Turns the pinned OpenAPI documents and the tool manifest into typed clients and the catalogue.

pub mod build;
pub mod coverage;
pub mod emit;
pub mod lower;
pub mod manifest;
pub mod problem;
pub mod schema;
pub mod spec;
