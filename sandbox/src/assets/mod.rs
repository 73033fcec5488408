//! Assets: schemas, object types, attributes, objects, imports.

pub(crate) mod aql;
pub(crate) mod attributes;
pub(crate) mod objects;
pub(crate) mod routes;
pub(crate) mod schemas;
pub(crate) mod types;
