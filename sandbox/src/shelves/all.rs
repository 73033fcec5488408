//! Every family, sorted by name.

use super::{
    components, field_schemes, issue_link_types, issue_type_schemes, issue_type_screen_schemes,
    issue_types, jsm_organizations, priorities, priority_schemes, project_categories,
    project_settings, resolutions, screens, space_properties, statuses, system, versions, webhooks,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    components::SHELVES,
    field_schemes::SHELVES,
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_type_screen_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    project_settings::SHELVES,
    resolutions::SHELVES,
    screens::SHELVES,
    space_properties::SHELVES,
    statuses::SHELVES,
    system::SHELVES,
    versions::SHELVES,
    webhooks::SHELVES,
];
