//! The command line: what a person starts and what they are told.

mod args;
mod audit;
pub mod browser;
mod check;
mod generate_key;
mod hints;
pub mod rehearsal;
mod rotate_keys;
mod serve;
pub mod sign_in;
mod tools;

pub use args::{Cli, Command};
pub use check::read;
