//! Assets: schemas, object types, attributes, objects, imports.

pub(crate) mod aql;
pub(crate) mod attributes;
pub(crate) mod imports;
mod objects;
pub(crate) mod routes;
pub(crate) mod schemas;
pub(crate) mod types;
mod values;
