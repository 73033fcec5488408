//! Confluence: spaces, their permissions and properties, templates, restrictions of content.

pub(crate) mod restrictions;
pub(crate) mod routes;
pub(crate) mod spaces;
pub(crate) mod templates;
