//! An MCP server for administering Atlassian Cloud. See `docs/ARCHITECTURE.md` for the floors.

pub mod base;
pub mod seal;
pub mod store;
