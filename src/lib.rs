//! An MCP server for administering Atlassian Cloud. See `docs/ARCHITECTURE.md` for the floors.

pub mod app;
pub mod audit;
pub mod auth;
pub mod base;
pub mod catalog;
pub mod change_sets;
pub mod cli;
pub mod config;
pub mod consent;
pub mod dispatch;
pub mod grants;
pub mod http;
pub mod journal;
pub mod limits;
pub mod mcp;
pub mod policy;
pub mod projection;
pub mod seal;
pub mod store;
pub mod tools;
pub mod upstream;
pub mod web;
