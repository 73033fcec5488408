//! The organisation: directories, users, groups, policies, tokens, service accounts.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod classification;
pub(crate) mod control;
pub(crate) mod groups;
pub(crate) mod organization;
pub(crate) mod policies;
pub(crate) mod routes;
pub(crate) mod scim;
pub(crate) mod users;
