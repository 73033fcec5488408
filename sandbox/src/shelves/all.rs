//! Every family, sorted by name.

use super::{components, confluence_audit, field_schemes, issue_type_screen_schemes, jsm_organizations, project_categories, project_roles, project_settings, screens, space_properties, space_roles, system, versions, webhooks};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    components::SHELVES,
    confluence_audit::SHELVES,
    field_schemes::SHELVES,
    issue_type_screen_schemes::SHELVES,
    jsm_organizations::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    project_settings::SHELVES,
    screens::SHELVES,
    space_properties::SHELVES,
    space_roles::SHELVES,
    system::SHELVES,
    versions::SHELVES,
    webhooks::SHELVES,
];
