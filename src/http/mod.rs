//! Floor 5: the routes. Wire formats of the HTTP side live here and nowhere else.

pub mod access_log;
pub mod connect;
mod cors;
pub mod health;
pub mod mcp;
mod message;
pub mod oauth;
pub mod root;
