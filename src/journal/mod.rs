//! Floor 2: the write-ahead record of every change, opened before a request leaves and closed
//! after.

mod advance;
mod book;
mod closing;
mod due;
mod entry;
mod listing;
mod recorded;
mod rules;
mod run_on;
mod stage;
#[cfg(test)]
mod tests;

pub use book::{Draft, Journal, JournalError};
pub use closing::Closing;
pub use entry::{Entry, Failure, Object, Sent, SettledBy, State, TaskRef};
pub use listing::{Filter, Place, Walk};
pub use recorded::Recorded;
pub use stage::{Stage, StageState};
