//! The tools this server has, made from the manifest and the pinned documents.

pub mod arguments;
pub mod bodies;
#[cfg(test)]
pub(crate) mod fixture;
pub mod lookup;
pub mod model;
pub mod resolve;
pub mod search;
pub mod site;
pub mod surface;
pub mod table;
pub mod within;

pub use lookup::{
    gone, group, groups, operation, operations, projects, scopes_of, synonyms, takes_either,
    task_style, task_styles, tool, tools, unavailable,
};
