//! What the build scripts of the workspace call: one entry point per crate, no logic in the scripts.

mod catalog;
mod operations;
mod output;
mod sandbox;
mod sdk;

pub use catalog::catalog;
pub use sandbox::sandbox;
pub use sdk::sdk;
