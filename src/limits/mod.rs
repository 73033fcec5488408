//! Floor 2: how many calls a person and a site may make.

mod budget;
#[cfg(test)]
mod tests;

pub use budget::{Limits, Near};
