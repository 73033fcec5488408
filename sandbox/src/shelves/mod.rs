//! The families of resources that are told as data, one file each.

pub(crate) mod all;
mod components;
mod confluence_audit;
pub(crate) mod field_schemes;
pub(crate) mod issue_type_screen_schemes;
mod jsm_organizations;
mod project_categories;
mod project_roles;
mod project_settings;
mod screens;
mod space_properties;
mod space_roles;
mod system;
pub(crate) mod versions;
mod webhooks;
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the signature of the tables' functions"
)]
