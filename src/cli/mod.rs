//! The command line: what a person starts and what they are told.

mod args;
mod audit;
mod browser;
mod check;
mod generate_key;
mod hints;
pub mod rehearsal;
mod serve;
mod sign_in;
mod tools;

pub use args::{Cli, Command};
