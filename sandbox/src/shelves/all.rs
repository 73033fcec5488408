//! Every family, sorted by name.

use super::{
    field_schemes, issue_type_screen_schemes, jsm_organizations, project_categories, screens,
    space_properties,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    field_schemes::SHELVES,
    issue_type_screen_schemes::SHELVES,
    jsm_organizations::SHELVES,
    project_categories::SHELVES,
    screens::SHELVES,
    space_properties::SHELVES,
];
