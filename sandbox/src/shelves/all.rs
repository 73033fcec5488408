//! Every family, sorted by name.

use super::{
    issue_link_types, issue_type_schemes, issue_types, jsm_organizations, org_access, priorities,
    priority_schemes, project_categories, resolutions, space_properties, statuses,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    issue_link_types::SHELVES,
    issue_type_schemes::SHELVES,
    issue_types::SHELVES,
    jsm_organizations::SHELVES,
    org_access::SHELVES,
    priorities::SHELVES,
    priority_schemes::SHELVES,
    project_categories::SHELVES,
    resolutions::SHELVES,
    space_properties::SHELVES,
    statuses::SHELVES,
];
