//! Every family, sorted by name.

use super::{jsm_organizations, project_categories, project_roles, space_properties};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    jsm_organizations::SHELVES,
    project_categories::SHELVES,
    project_roles::SHELVES,
    space_properties::SHELVES,
];
