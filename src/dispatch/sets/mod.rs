//! Change sets: single changes that join one, plans of several steps, and carrying them out.

mod fault;
mod join;

pub use fault::refused;
