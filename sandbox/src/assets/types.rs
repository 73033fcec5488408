//! Object types. They are read with an `icon` and written with an `iconId`.

use serde_json::{Value, json};

use super::schemas::{self, identify};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::permissions::describe;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /objectschema/{id}/objecttypes/flat`.
pub(crate) fn of_schema(call: &mut Call<'_>) -> Outcome {
    let schema = schemas::find(call, &call.id("id"))?;
    let types = call
        .of(Kind::AssetType)
        .values()
        .filter(|t| t["objectSchemaId"] == schema["id"]);
    let shown: Vec<Value> = types.map(|t| show(call, t)).collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /objecttype/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = find(call, &call.id("id"))?;
    Ok(Answer::ok(show(call, &found)))
}

/// `POST /objecttype/create`: with the attributes that every type has.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let schema = schemas::find(call, &call.id_in_body("objectSchemaId"))
        .map_err(|_| Refusal::field("objectSchemaId", "The object schema does not exist."))?;
    let id = call.of_mut(Kind::AssetType).allocate().to_string();
    let mut made =
        json!({ "id": id, "objectSchemaId": schema["id"], "created": time::iso(call.now()) });
    if let Some(parent) = call.text("parentObjectTypeId") {
        let parent = find(call, parent)
            .map_err(|_| Refusal::field("parentObjectTypeId", "The parent does not exist."))?;
        made["parentObjectTypeId"] = parent["id"].clone();
    }
    let made = written(call, made)?;
    call.of_mut(Kind::AssetType).put(&id, made.clone());
    super::attributes::give_standard(call, &id);
    Ok(Answer::created(show(call, &made)))
}

/// `PUT /objecttype/{id}`: name and icon have to be there, what else is missing is reset.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let found = find(call, &id)?;
    let found = written(call, found)?;
    call.of_mut(Kind::AssetType).put(id, found.clone());
    Ok(Answer::ok(show(call, &found)))
}

/// `DELETE /objecttype/{id}`: not one that others descend from.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let found = find(call, &id)?;
    if call
        .of(Kind::AssetType)
        .find(|t| t["parentObjectTypeId"] == *id)
        .is_some()
    {
        return Err(Refusal::bad("The object type has child object types."));
    }
    let shown = show(call, &found);
    call.of_mut(Kind::AssetType).remove(&id);
    call.of_mut(Kind::AssetAttribute)
        .retain(|a| a["objectTypeId"] != *id);
    call.of_mut(Kind::AssetObject)
        .retain(|o| o["objectTypeId"] != *id);
    Ok(Answer::ok(shown))
}

/// `POST /objecttype/{id}/position`: under another type, or at the top where none is named, at a place
/// among those that are there.
pub(crate) fn place(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let mut found = find(call, &id)?;
    let parent = call.text("toObjectTypeId").map(str::to_owned);
    let mut above = parent.clone();
    while let Some(next) = above {
        let over = find(call, &next)?;
        if next == id || over["objectSchemaId"] != found["objectSchemaId"] {
            return Err(Refusal::field(
                "toObjectTypeId",
                "The object type cannot stand there.",
            ));
        }
        above = over["parentObjectTypeId"].as_str().map(str::to_owned);
    }
    let wanted = call.body["position"].as_i64().unwrap_or_default();
    let wanted = usize::try_from(wanted)
        .map_err(|_| Refusal::field("position", "The position is not valid."))?;
    let left: Vec<String> = others(call, &found);
    number(call, &left);
    found["parentObjectTypeId"] = json!(parent);
    if let (None, Some(members)) = (&parent, found.as_object_mut()) {
        members.remove("parentObjectTypeId");
    }
    let mut order = others(call, &found);
    order.insert(wanted.min(order.len()), id.clone());
    call.of_mut(Kind::AssetType).put(&id, found);
    number(call, &order);
    let moved = find(call, &id)?;
    Ok(Answer::ok(show(call, &moved)))
}

/// The ids of the other types under the same parent, in their order.
fn others(call: &Call<'_>, stored: &Value) -> Vec<String> {
    let all = siblings(call, stored);
    let ids = all.iter().map(|t| text(t, "id"));
    ids.filter(|id| *id != text(stored, "id")).collect()
}

fn number(call: &mut Call<'_>, order: &[String]) {
    for (position, id) in order.iter().enumerate() {
        if let Some(document) = call.of_mut(Kind::AssetType).get_mut(id) {
            document["position"] = json!(position);
        }
    }
}

/// The types under the same parent, in their order.
fn siblings(call: &Call<'_>, stored: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = call
        .of(Kind::AssetType)
        .values()
        .filter(|t| {
            t["objectSchemaId"] == stored["objectSchemaId"]
                && t["parentObjectTypeId"] == stored["parentObjectTypeId"]
        })
        .cloned()
        .collect();
    // One that was never moved stands after those before it.
    all.sort_by_key(|t| t["position"].as_u64().unwrap_or(u64::MAX));
    all
}

/// `GET /icon/{id}`.
pub(crate) fn one_icon(call: &mut Call<'_>) -> Outcome {
    let found = call.find(Kind::AssetIcon, &call.id("id"), "The icon was not found.")?;
    Ok(Answer::ok(icon(&found)))
}

/// `GET /icon/global`.
pub(crate) fn icons(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = call.of(Kind::AssetIcon).values().map(icon).collect();
    Ok(Answer::ok(json!(shown)))
}

pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(Kind::AssetType, id, "The object type was not found.")
}

fn written(call: &Call<'_>, mut document: Value) -> Result<Value, Refusal> {
    let (name, icon) = (call.demand("name")?, call.demand("iconId")?);
    if call.tenant.get(Kind::AssetIcon, &icon).is_none() {
        return Err(Refusal::field("iconId", "The icon does not exist."));
    }
    let same = |t: &Value| {
        t["objectSchemaId"] == document["objectSchemaId"]
            && t["id"] != document["id"]
            && text(t, "name").eq_ignore_ascii_case(&name)
    };
    if call.of(Kind::AssetType).find(same).is_some() {
        return Err(Refusal::field(
            "name",
            "The object schema has a type of this name already.",
        ));
    }
    document["name"] = json!(name);
    document["iconId"] = json!(icon);
    describe(&mut document, call.text("description"));
    for member in ["inherited", "abstractObjectType"] {
        document[member] = json!(call.body[member] == true);
    }
    document["updated"] = json!(time::iso(call.now()));
    Ok(document)
}

pub(super) fn show(call: &Call<'_>, stored: &Value) -> Value {
    let mut shown = pick(
        stored,
        &[
            "id",
            "name",
            "description",
            "objectSchemaId",
            "inherited",
            "abstractObjectType",
            "created",
            "updated",
        ],
    );
    let siblings = siblings(call, stored);
    let before = siblings.iter().take_while(|t| t["id"] != stored["id"]);
    shown["position"] = json!(before.count());
    shown["type"] = json!(0);
    shown["icon"] = call
        .tenant
        .get(Kind::AssetIcon, &text(stored, "iconId"))
        .map_or(Value::Null, icon);
    shown["objectCount"] = json!(
        call.of(Kind::AssetObject)
            .values()
            .filter(|o| o["objectTypeId"] == stored["id"])
            .count()
    );
    shown["parentObjectTypeInherited"] = json!(false);
    if let Some(parent) = stored["parentObjectTypeId"].as_str() {
        // The read has a number where the write takes a text.
        shown["parentObjectTypeId"] = json!(parent.parse::<u64>().unwrap_or_default());
        shown["parentObjectTypeInherited"] = call
            .tenant
            .get(Kind::AssetType, parent)
            .map_or(json!(false), |p| p["inherited"].clone());
    }
    identify(call, shown)
}

fn icon(stored: &Value) -> Value {
    let id = text(stored, "id");
    json!({
        "id": id, "name": stored["name"],
        "url16": format!("https://avatar.example/icon/{id}/16"), "url48": format!("https://avatar.example/icon/{id}/48"),
    })
}
