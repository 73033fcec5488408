//! What a newer document would change, for the operations and for the tools that use them.

mod affected;
mod body;
mod change;
mod compare;
mod operation;
mod report;

#[cfg(test)]
mod tests;

pub use change::{Change, Diff, Effect, Name, Place};
pub use compare::compare;
pub use report::Report;
