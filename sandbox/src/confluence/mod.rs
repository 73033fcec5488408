//! Confluence: spaces, their permissions, properties and looks, templates, restrictions of content,
//! people.

pub(crate) mod classification;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod permissions;
pub(crate) mod restricted;
pub(crate) mod restrictions;
pub(crate) mod routes;
pub(crate) mod settings;
pub(crate) mod spaces;
pub(crate) mod tasks;
pub(crate) mod templates;
pub(crate) mod users;
