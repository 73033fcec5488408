//! Every family, sorted by name.

use super::{
    components, jsm_organizations, project_categories, project_roles, project_settings,
    space_properties, system, versions, webhooks,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    components::SHELVES,
    jsm_organizations::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    project_settings::SHELVES,
    space_properties::SHELVES,
    system::SHELVES,
    versions::SHELVES,
    webhooks::SHELVES,
];
