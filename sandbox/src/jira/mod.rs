//! Jira: the platform's administration and the Agile resources.

pub(crate) mod agile;
pub(crate) mod associations;
pub(crate) mod bulk;
pub(crate) mod context_types;
pub(crate) mod contexts;
pub(crate) mod dashboards;
pub(crate) mod field_scheme_items;
pub(crate) mod field_trash;
pub(crate) mod fields;
pub(crate) mod filters;
pub(crate) mod lists;
pub(crate) mod notifications;
pub(crate) mod option_order;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod permissions;
pub(crate) mod projects;
pub(crate) mod publish;
pub(crate) mod routes;
pub(crate) mod screen_tabs;
pub(crate) mod shares;
pub(crate) mod tasks;
pub(crate) mod trash;
pub(crate) mod usages;
pub(crate) mod workflow_check;
pub(crate) mod workflows;
