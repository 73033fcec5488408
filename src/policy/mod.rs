//! Floor 2: what may be called, by whom. [`Permitted`] is the only way past it.

mod fence;
mod permit;
mod refusal;
mod rules;

pub use fence::Area;
pub use permit::{Permitted, Policy};
pub use refusal::Refusal;
pub use rules::Rules;

#[cfg(test)]
mod tests;
