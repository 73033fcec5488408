//! Where everything that must outlive a request is kept: one trait, in atomic steps.

#[cfg(test)]
mod contract;
pub mod due;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod gated;
pub mod keys;
pub mod reseal;
pub mod sqlite;
mod steps;
pub mod vault;

pub use steps::{
    Applied, Budget, Dump, Durability, Entry, Expected, Order, Span, Spend, Step, Store, StoreError,
};
