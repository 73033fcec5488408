//! The operations of the Assets document.

use super::{attributes, objects, schemas, types};
use crate::host::routes::Route;

pub(crate) const ASSETS: &[Route] = &[
    ("GET", "/objectschema/list", schemas::list),
    ("POST", "/objectschema/create", schemas::create),
    ("GET", "/objectschema/{id}", schemas::get),
    ("PUT", "/objectschema/{id}", schemas::update),
    ("DELETE", "/objectschema/{id}", schemas::delete),
    (
        "GET",
        "/objectschema/{id}/attributes",
        attributes::of_schema,
    ),
    (
        "GET",
        "/objectschema/{id}/objecttypes/flat",
        types::of_schema,
    ),
    ("POST", "/objecttype/create", types::create),
    ("GET", "/objecttype/{id}", types::get),
    ("PUT", "/objecttype/{id}", types::update),
    ("DELETE", "/objecttype/{id}", types::delete),
    ("GET", "/objecttype/{id}/attributes", attributes::list),
    (
        "POST",
        "/objecttypeattribute/{objectTypeId}",
        attributes::create,
    ),
    (
        "PUT",
        "/objecttypeattribute/{objectTypeId}/{id}",
        attributes::update,
    ),
    ("DELETE", "/objecttypeattribute/{id}", attributes::delete),
    ("POST", "/object/aql", objects::search),
    ("POST", "/object/aql/totalcount", objects::count),
    ("POST", "/object/create", objects::create),
    ("GET", "/object/{id}", objects::get),
    ("PUT", "/object/{id}", objects::update),
    ("DELETE", "/object/{id}", objects::delete),
    ("GET", "/object/{id}/history", objects::history),
    ("GET", "/object/{id}/referenceinfo", objects::references),
    ("POST", "/import/start/{id}", schemas::start_import),
    ("GET", "/icon/global", types::icons),
];
