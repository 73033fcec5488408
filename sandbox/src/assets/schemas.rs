//! Object schemas, what they hold and how they are set.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::permissions::describe;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /objectschema/list`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let all: Vec<Value> = call
        .of(Kind::AssetSchema)
        .values()
        .map(|s| show(call, s))
        .collect();
    Ok(Answer::ok(page(call, &all)))
}

/// `GET /objectschema/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let schema = find(call, &call.id("id"))?;
    Ok(Answer::ok(show(call, &schema)))
}

/// `POST /objectschema/create`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = call.of_mut(Kind::AssetSchema).allocate().to_string();
    let schema = written(call, json!({ "id": id, "created": time::iso(call.now()) }))?;
    call.of_mut(Kind::AssetSchema).put(id, schema.clone());
    Ok(Answer::created(show(call, &schema)))
}

/// `PUT /objectschema/{id}`: name and key have to be there, the description goes when it is not.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let schema = find(call, &id)?;
    let schema = written(call, schema)?;
    call.of_mut(Kind::AssetSchema).put(id, schema.clone());
    Ok(Answer::ok(show(call, &schema)))
}

/// `DELETE /objectschema/{id}`: with every type, attribute and object.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let schema = find(call, &id)?;
    let shown = show(call, &schema);
    call.of_mut(Kind::AssetSchema).remove(&id);
    let types = call
        .of(Kind::AssetType)
        .values()
        .filter(|t| t["objectSchemaId"] == *id);
    let types: Vec<Value> = types.map(|t| t["id"].clone()).collect();
    call.of_mut(Kind::AssetType)
        .retain(|t| t["objectSchemaId"] != *id);
    call.of_mut(Kind::AssetAttribute)
        .retain(|a| !types.contains(&a["objectTypeId"]));
    call.of_mut(Kind::AssetObject)
        .retain(|o| !types.contains(&o["objectTypeId"]));
    Ok(Answer::ok(shown))
}

/// `POST /global/config/objectschema/{id}/property`: no operation reads it back.
pub(crate) fn set_property(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let mut schema = find(call, &id)?;
    let mut settings = schema["settings"].take();
    call.merge(
        &mut settings,
        &[
            "allowOtherObjectSchema",
            "quickCreateObjects",
            "validateQuickCreate",
        ],
    );
    schema["settings"] = settings;
    call.of_mut(Kind::AssetSchema).put(id, schema);
    Ok(Answer::empty(200))
}

/// `GET /usage`.
pub(crate) fn usage(call: &mut Call<'_>) -> Outcome {
    let schemas: Vec<Value> = call
        .of(Kind::AssetSchema)
        .values()
        .map(|schema| {
            json!({
                "schemaId": text(schema, "id").parse::<u64>().unwrap_or_default(),
                "schemaName": schema["name"], "schemaCreatedAt": schema["created"],
                "objectCount": show(call, schema)["objectCount"],
            })
        })
        .collect();
    Ok(Answer::ok(json!({
        "totalObjectsCount": call.of(Kind::AssetObject).values().count(),
        "perSchemaUsageInfo": schemas,
    })))
}

/// `startAt`, `maxResults`, `total`, `values`.
pub(super) fn page(call: &Call<'_>, all: &[Value]) -> Value {
    let start = call.number("startAt").unwrap_or(0);
    let size = call.number("maxResults").unwrap_or(25);
    let shown: Vec<&Value> = all.iter().skip(start).take(size).collect();
    let last = start + shown.len() >= all.len();
    json!({ "startAt": start, "maxResults": size, "total": all.len(), "values": shown, "isLast": last, "last": last })
}

pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(Kind::AssetSchema, id, "The object schema was not found.")
}

fn written(call: &Call<'_>, mut schema: Value) -> Result<Value, Refusal> {
    let (name, key) = (call.demand("name")?, call.demand("objectSchemaKey")?);
    let others = || {
        call.of(Kind::AssetSchema)
            .values()
            .filter(|s| s["id"] != schema["id"])
    };
    if others().any(|s| text(s, "objectSchemaKey").eq_ignore_ascii_case(&key)) {
        return Err(Refusal::field(
            "objectSchemaKey",
            "The key is used by another object schema.",
        ));
    }
    if others().any(|s| text(s, "name").eq_ignore_ascii_case(&name)) {
        return Err(Refusal::field(
            "name",
            "The name is used by another object schema.",
        ));
    }
    if !key
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    {
        return Err(Refusal::field(
            "objectSchemaKey",
            "The key has only capitals and digits.",
        ));
    }
    schema["name"] = json!(name);
    schema["objectSchemaKey"] = json!(key);
    describe(&mut schema, call.text("description"));
    schema["updated"] = json!(time::iso(call.now()));
    Ok(schema)
}

fn show(call: &Call<'_>, schema: &Value) -> Value {
    let mut shown = pick(
        schema,
        &[
            "id",
            "name",
            "objectSchemaKey",
            "description",
            "created",
            "updated",
        ],
    );
    let types: Vec<&Value> = call
        .of(Kind::AssetType)
        .values()
        .filter(|t| t["objectSchemaId"] == schema["id"])
        .collect();
    let objects = call.of(Kind::AssetObject).values();
    let objects = objects
        .filter(|o| types.iter().any(|t| t["id"] == o["objectTypeId"]))
        .count();
    shown["status"] = json!("Ok");
    shown["objectTypeCount"] = json!(types.len());
    shown["objectCount"] = json!(objects);
    shown["canManage"] = json!(true);
    identify(call, shown)
}

/// The two ids that everything in Assets carries beside its own.
pub(crate) fn identify(call: &Call<'_>, mut shown: Value) -> Value {
    let id = text(&shown, "id");
    shown["workspaceId"] = json!(call.tenant.workspace_id);
    shown["globalId"] = json!(format!("{}:{id}", call.tenant.workspace_id));
    shown
}
