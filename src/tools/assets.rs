//! An Assets schema seen whole.

use serde_json::{Map, Value, json};

use crate::base::fault::Fault;
use crate::dispatch::{Done, Turn};

/// `asset_schema_export`: the schema, its object types and their attributes.
pub(super) async fn export(turn: Turn) -> Result<Done, Fault> {
    let access = turn.access().await?;
    let schema = turn.text("schemaId").unwrap_or_default();
    let params = Map::from_iter([("id".to_owned(), json!(schema))]);
    let read = |operation| turn.read(&access, operation, params.clone(), None);
    let (schema, types, attributes): (Value, Value, Value) = futures::try_join!(
        read("assets:getObjectschemaById"),
        read("assets:getObjectschemaByIdObjecttypesFlat"),
        read("assets:getObjectschemaByIdAttributes"),
    )?;
    Ok(Done::of(json!({
        "schema": schema,
        "types": types,
        "attributes": attributes,
    })))
}
