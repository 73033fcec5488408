//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod components;
pub(crate) mod field_schemes;
pub(crate) mod issue_type_screen_schemes;
mod jsm_organizations;
mod project_categories;
mod project_roles;
mod project_settings;
mod screens;
mod space_properties;
mod system;
pub(crate) mod versions;
mod webhooks;
