//! The authorisation server over the real store, with a held clock.

mod alerts;
mod clients;
mod codes;
mod connections;
mod properties;
mod requests;
mod tokens;
mod withdrawals;
mod world;
