//! The routes, spoken to over HTTP, with a small Atlassian on loopback.

mod atlassian;
mod bad_input;
mod browser;
mod flow;
mod grants;
mod refusals;
mod sites;
mod standards;
mod world;

pub(in crate::http) use browser::{Seen, Tab, param};
pub(in crate::http) use flow::{REDIRECT, agree, authorize_url, come_back, exchange, register};
pub(in crate::http) use world::World;
