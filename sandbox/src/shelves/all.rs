//! Every family, sorted by name.

use super::{jsm_organizations, org_access, project_categories, space_properties};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    jsm_organizations::SHELVES,
    org_access::SHELVES,
    project_categories::SHELVES,
    space_properties::SHELVES,
];
