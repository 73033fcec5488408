//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod jsm_organizations;
mod project_categories;
mod project_roles;
mod space_properties;
