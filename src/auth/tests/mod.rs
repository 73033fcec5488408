//! The authorisation server over the real store, with a held clock.

mod clients;
mod codes;
mod requests;
mod tokens;
mod world;
