//! Every family, sorted by name.

use super::{
    confluence_audit, issue_link_types, issue_type_schemes, issue_types, jsm_organizations,
    priorities, priority_schemes, project_categories, resolutions, space_properties, space_roles,
    statuses,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    confluence_audit::SHELVES,
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    resolutions::SHELVES,
    space_properties::SHELVES,
    space_roles::SHELVES,
    statuses::SHELVES,
];
