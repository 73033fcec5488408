//! Floor 4: one tool call, from its name to its answer.

pub mod answer;
mod call;
mod carry;
mod channel;
mod dispatcher;
mod done;
mod fate;
mod follow_up;
mod held;
pub mod jobs;
mod lifecycle;
mod predict;
mod preview;
mod read;
mod reconcile;
mod record;
mod requests;
mod revert;
mod running;
mod send;
mod site;
mod snapshot;
mod stages;
mod tasks;
mod turn;
mod undo;
mod write;

pub use call::{Invocation, Reply};
pub use dispatcher::{Dispatcher, Parts};
pub use done::Done;
pub use reconcile::Tally;
pub use revert::run as revert;
pub use turn::{Handler, Turn};
pub use undo::promise;
