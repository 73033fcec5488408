//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod jsm_organizations;
mod org_access;
mod project_categories;
mod space_properties;
