//! The commands and what they share.

mod check;
mod diff;
mod dump;
mod pin;
mod pins;
mod root;
mod run;
mod uncovered;

pub(crate) use run::run;
