//! The commands and what they share.

mod pin;
mod root;
mod run;

pub(crate) use run::run;
