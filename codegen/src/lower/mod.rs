//! Brings a pinned document into the shapes that progenitor and typify accept.
//!
//! Each pass is a plain rewrite of the JSON, in a file of its own, that knows nothing of any one
//! product: what is wrong with a single document belongs into `specs/fixups.toml`.

mod bodies;
mod combos;
mod defaults;
mod enums;
mod ids;
mod inline;
mod names;
mod notype;
mod nullable;
mod open;
mod params;
mod paths;
mod pipeline;
mod prune;
mod refs;
mod required;
mod responses;
mod walk;
mod wrap;

#[cfg(test)]
mod tests;

pub use names::without_mark;
pub use pipeline::{Lowered, Marks, lower};
