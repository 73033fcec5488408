//! Every family, sorted by name.

use super::{
    issue_link_types, issue_type_schemes, issue_types, jsm_organizations, priorities,
    priority_schemes, project_categories, project_roles, resolutions, space_properties, statuses,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    resolutions::SHELVES,
    space_properties::SHELVES,
    statuses::SHELVES,
];
