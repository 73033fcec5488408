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

pub(in crate::http) use browser::Tab;
pub(in crate::http) use world::World;
