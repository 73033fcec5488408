//! The organisation: directories, users, groups, policies, tokens, service accounts.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod classification;
pub(crate) mod control;
mod counts;
pub(crate) mod groups;
mod lifecycle;
mod log;
pub(crate) mod organization;
pub(crate) mod policies;
mod roles;
pub(crate) mod routes;
pub(crate) mod scim;
pub(crate) mod users;
mod workspaces;
