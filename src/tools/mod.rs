//! Floor 4: the hand-written tools, by the names that the catalogue gives them.

mod account;
mod assets;
mod change_sets;
mod health;
mod jobs;
mod journal;
mod plans;
mod projects;
mod registry;
mod surface;
mod whoami;
mod workflows;

pub use registry::handler;
