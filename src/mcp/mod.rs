//! The Model Context Protocol over the dispatcher: lists and calls tools, and decides nothing.

mod approval;
mod elicitation;
mod handler;
mod listing;
mod progress;
mod prompts;
mod resources;

pub use handler::Handler;
pub use listing::Listing;
