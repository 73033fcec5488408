//! The embedded backend: one SQLite file, any number of threads, several processes on one machine.

mod backend;
mod file;
#[cfg(test)]
mod tests;

pub use backend::{OpenError, SqliteStore};
