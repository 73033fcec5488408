//! Floor 2: the record of who did what, and what may not stand in it.

mod chain;
mod events;
pub mod redact;
mod sink;
#[cfg(test)]
mod tests;
mod trail;
mod verify;

pub use sink::AuditError;
pub use trail::{Audit, Begun, Channel, Ended};
pub use verify::{Broken, verify};
