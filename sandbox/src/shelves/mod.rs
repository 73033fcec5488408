//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod confluence_audit;
mod jsm_organizations;
mod project_categories;
mod space_properties;
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the signature of the tables' functions"
)]
mod space_roles;
