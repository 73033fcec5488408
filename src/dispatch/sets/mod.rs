//! Change sets: single changes that join one, plans of several steps, and carrying them out.

mod apply;
mod carry;
mod fault;
mod job;
mod join;
mod look;
mod plan;
mod report;
mod runs;
mod show;
mod step;
mod undo;

pub use apply::apply;
pub use fault::refused;
pub use plan::plan;
pub use undo::undo;

pub(super) use runs::Runs;
pub(super) use step::InSet;
