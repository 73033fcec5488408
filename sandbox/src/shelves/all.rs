//! Every family, sorted by name.

use super::{
    confluence_audit, jsm_organizations, project_categories, space_properties, space_roles,
};
use crate::shelf::table::Shelf;

pub(crate) const FAMILIES: &[&[Shelf]] = &[
    confluence_audit::SHELVES,
    jsm_organizations::SHELVES,
    project_categories::SHELVES,
    space_properties::SHELVES,
    space_roles::SHELVES,
];
