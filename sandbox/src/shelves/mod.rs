//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod components;
mod jsm_organizations;
mod project_categories;
mod project_roles;
mod project_settings;
mod space_properties;
mod system;
pub(crate) mod versions;
mod webhooks;
