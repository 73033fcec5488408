//! Every family, sorted by name.

use super::{
    components, confluence_audit, field_schemes, issue_link_types, issue_type_schemes,
    issue_type_screen_schemes, issue_types, jsm_organizations, priorities, priority_schemes,
    project_categories, project_roles, project_settings, resolutions, screens, space_properties,
    space_roles, statuses, system, versions, webhooks,
    confluence_audit, issue_link_types, issue_type_schemes, issue_types, jsm_organizations,
    priorities, priority_schemes, project_categories, resolutions, space_properties, space_roles,
    statuses,
    issue_link_types, issue_type_schemes, issue_types, jsm_organizations, priorities,
    priority_schemes, project_categories, project_roles, resolutions, space_properties, statuses,
    components, issue_link_types, issue_type_schemes, issue_types, jsm_organizations, priorities,
    priority_schemes, project_categories, project_settings, resolutions, space_properties,
    statuses, system, versions, webhooks,
    field_schemes, issue_link_types, issue_type_schemes, issue_type_screen_schemes, issue_types,
    jsm_organizations, priorities, priority_schemes, project_categories, resolutions, screens,
    space_properties, statuses,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    components::SHELVES,
    confluence_audit::SHELVES,
    field_schemes::SHELVES,
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_type_screen_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    project_settings::SHELVES,
    resolutions::SHELVES,
    screens::SHELVES,
    space_properties::SHELVES,
    space_roles::SHELVES,
    statuses::SHELVES,
    system::SHELVES,
    versions::SHELVES,
    webhooks::SHELVES,
];
