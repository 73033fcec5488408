//! Floor 5: the routes. Wire formats of the HTTP side live here and nowhere else.

pub mod connect;
pub mod oauth;
