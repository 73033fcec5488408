//! Jira: the platform's administration and the Agile resources.

pub(crate) mod agile;
pub(crate) mod avatars;
pub(crate) mod bulk;
pub(crate) mod categories;
pub(crate) mod components;
pub(crate) mod contexts;
pub(crate) mod dashboards;
pub(crate) mod fields;
pub(crate) mod filters;
pub(crate) mod lists;
pub(crate) mod notifications;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod permissions;
pub(crate) mod project_keys;
pub(crate) mod project_update;
pub(crate) mod projects;
pub(crate) mod publish;
pub(crate) mod routes;
pub(crate) mod shares;
pub(crate) mod tasks;
pub(crate) mod trash;
pub(crate) mod usages;
pub(crate) mod workflow_check;
pub(crate) mod workflows;
