//! The routes, spoken to over HTTP.
