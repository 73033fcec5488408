//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod confluence_audit;
mod jsm_organizations;
mod project_categories;
mod space_properties;
mod space_roles;
