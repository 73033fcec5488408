//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod assets;
mod components;
mod confluence_audit;
mod entity_properties;
pub(crate) mod field_schemes;
mod issue_link_types;
mod issue_type_schemes;
pub(crate) mod issue_type_screen_schemes;
mod issue_types;
mod jsm_organizations;
mod org_access;
mod parents;
pub(crate) mod priorities;
pub(crate) mod priority_schemes;
mod project_categories;
mod project_roles;
mod project_settings;
pub(crate) mod resolutions;
mod screens;
mod space_properties;
mod space_roles;
mod statuses;
mod system;
pub(crate) mod versions;
mod webhooks;
