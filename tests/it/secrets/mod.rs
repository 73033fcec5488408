//! Every secret that the tests use, and everything that the servers log and audit: the two never
//! meet. Each world looks through what was written when it ends, without being asked to.

mod guard;
mod known;
mod recorded;
mod shape;
mod tests;
mod written;

pub(crate) use guard::{Guard, audit_records, look_through};
pub(crate) use known::{Known, add, add_all_of, find};
pub(crate) use recorded::Recorded;
pub(crate) use shape::{bearer_shaped, overhear};
pub(crate) use written::FILTER;
