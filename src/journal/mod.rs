//! The write-ahead record of every change: opened before a request leaves, closed after.

mod recorded;

pub use recorded::Recorded;
