//! The Model Context Protocol over the dispatcher: lists and calls tools, and decides nothing.

mod elicitation;
mod handler;
mod listing;
mod progress;

pub use handler::Handler;
pub use listing::Listing;
