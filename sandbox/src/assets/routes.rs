//! The operations of the Assets document.

use super::{attributes, imports, objects, schemas, types};
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
    ("GET", "/object/{id}/attributes", objects::attributes_of),
    (
        "GET",
        "/objectconnectedtickets/{objectId}/tickets",
        objects::issues,
    ),
    (
        "POST",
        "/global/config/objectschema/{id}/property",
        schemas::set_property,
    ),
    ("GET", "/usage", schemas::usage),
    ("POST", "/objecttype/{id}/position", types::place),
    ("GET", "/icon/global", types::icons),
    ("GET", "/icon/{id}", types::one_icon),
    ("POST", "/import/start/{id}", imports::start),
    ("GET", "/importsource/{id}", imports::get),
    (
        "GET",
        "/importsource/{importSourceId}/configstatus",
        imports::status,
    ),
    (
        "GET",
        "/importsource/{importSourceId}/executions/status",
        imports::last_run,
    ),
    (
        "GET",
        "/importsource/{importSourceId}/executions/{importExecutionId}/status",
        imports::run,
    ),
    (
        "DELETE",
        "/importsource/{importSourceId}/executions/{importExecutionId}",
        imports::cancel,
    ),
    (
        "GET",
        "/importsource/{importSourceId}/schema-and-mapping",
        imports::mapping,
    ),
    (
        "PUT",
        "/importsource/{importSourceId}/mapping",
        imports::first_mapping,
    ),
    (
        "PATCH",
        "/importsource/{importSourceId}/mapping",
        imports::change_mapping,
    ),
    (
        "GET",
        "/importsource/{importSourceId}/schedule",
        imports::schedule_links,
    ),
    ("GET", "/progress/category/imports/{id}", imports::progress),
];
