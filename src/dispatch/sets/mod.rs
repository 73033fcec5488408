//! Change sets: single changes that join one, plans of several steps, and carrying them out.

mod apply;
mod fault;
mod join;
mod look;
mod plan;
mod report;
mod show;
mod step;
mod undo;

pub use apply::apply;
pub use fault::refused;
pub use plan::plan;
pub use undo::undo;

pub(super) use step::InSet;
