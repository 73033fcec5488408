//! Every family, sorted by name.

use super::{
    assets, boards, components, confluence_audit, dashboard_gadgets, field_schemes,
    filter_settings, issue_link_types, issue_type_schemes, issue_type_screen_schemes, issue_types,
    jsm_organizations, org_access, plans, priorities, priority_schemes, project_categories,
    project_roles, project_settings, request_types, resolutions, screens, service_desks,
    space_properties, space_roles, statuses, system, versions, webhooks,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    assets::SHELVES,
    boards::SHELVES,
    components::SHELVES,
    confluence_audit::SHELVES,
    dashboard_gadgets::SHELVES,
    field_schemes::SHELVES,
    filter_settings::SHELVES,
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_type_screen_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    org_access::SHELVES,
    plans::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    project_settings::SHELVES,
    request_types::SHELVES,
    resolutions::SHELVES,
    screens::SHELVES,
    service_desks::SHELVES,
    space_properties::SHELVES,
    space_roles::SHELVES,
    statuses::SHELVES,
    system::SHELVES,
    versions::SHELVES,
    webhooks::SHELVES,
];
