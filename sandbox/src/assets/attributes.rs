//! Attributes of object types: read with a `defaultType`, written with a `defaultTypeId`.

use serde_json::{Value, json};

use super::schemas::{self, identify};
use super::types;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

const DEFAULT_TYPES: [(u64, &str); 11] = [
    (0, "Text"),
    (1, "Integer"),
    (2, "Boolean"),
    (3, "Double"),
    (4, "Date"),
    (6, "DateTime"),
    (7, "URL"),
    (8, "Email"),
    (9, "Textarea"),
    (10, "Select"),
    (11, "IP Address"),
];

/// What a write sets, each gone when the body leaves it out.
const WRITTEN: [&str; 15] = [
    "description",
    "type",
    "defaultTypeId",
    "typeValue",
    "typeValueMulti",
    "additionalValue",
    "suffix",
    "includeChildObjectTypes",
    "hidden",
    "uniqueAttribute",
    "summable",
    "regexValidation",
    "qlQuery",
    "iql",
    "options",
];

/// `GET /objecttype/{id}/attributes`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let found = types::find(call, &call.id("id"))?;
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let mut shown: Vec<Value> = of_type(
        call,
        &text(&found, "id"),
        !call.flag("excludeParentAttributes"),
    )
    .iter()
    .filter(|a| text(a, "name").to_lowercase().contains(&words))
    .filter(|a| !call.flag("onlyValueEditable") || a["system"] != true)
    .map(|a| show(call, a))
    .collect();
    if call.flag("orderByName") {
        shown.sort_by_key(|a| text(a, "name"));
    }
    Ok(Answer::ok(json!(shown)))
}

/// `GET /objectschema/{id}/attributes`: those of each type of the schema, each with its type.
pub(crate) fn of_schema(call: &mut Call<'_>) -> Outcome {
    let schema = schemas::find(call, &call.id("id"))?;
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let mut shown = Vec::new();
    for object_type in call.of(Kind::AssetType).values() {
        if object_type["objectSchemaId"] != schema["id"] {
            continue;
        }
        for attribute in of_type(call, &text(object_type, "id"), false) {
            if (call.flag("onlyValueEditable") && attribute["system"] == true)
                || !text(&attribute, "name").to_lowercase().contains(&words)
            {
                continue;
            }
            let mut attribute = show(call, &attribute);
            attribute["objectType"] = types::show(call, object_type);
            shown.push(attribute);
        }
    }
    Ok(Answer::ok(json!(shown)))
}

/// `POST /objecttypeattribute/{objectTypeId}`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let owner = types::find(call, &call.id("objectTypeId"))?;
    let id = call.of_mut(Kind::AssetAttribute).allocate().to_string();
    let position = of_type(call, &text(&owner, "id"), false).len();
    let made =
        json!({ "id": id, "objectTypeId": owner["id"], "system": false, "position": position });
    let made = written(call, made)?;
    call.of_mut(Kind::AssetAttribute).put(id, made.clone());
    Ok(Answer::created(show(call, &made)))
}

/// `PUT /objecttypeattribute/{objectTypeId}/{id}`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let found = find(call)?;
    if found["objectTypeId"] != *call.id("objectTypeId") {
        return Err(Refusal::not_found(
            "The attribute does not belong to the object type.",
        ));
    }
    let found = written(call, found)?;
    let id = call.id("id");
    call.of_mut(Kind::AssetAttribute).put(id, found.clone());
    Ok(Answer::ok(show(call, &found)))
}

/// `DELETE /objecttypeattribute/{id}`: with its value in every object.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let found = find(call)?;
    if found["system"] == true || found["label"] == true {
        return Err(Refusal::bad("The attribute cannot be removed."));
    }
    let id = call.id("id");
    call.of_mut(Kind::AssetAttribute).remove(&id);
    for object in call.of_mut(Kind::AssetObject).values_mut() {
        if let Some(values) = object["values"].as_object_mut() {
            values.remove(&id);
        }
    }
    Ok(Answer::empty(200))
}

/// The attributes that a type has from the start.
pub(super) fn give_standard(call: &mut Call<'_>, object_type: &str) {
    for (at, (name, kind, system)) in [
        ("Key", 0, true),
        ("Name", 0, false),
        ("Created", 6, true),
        ("Updated", 6, true),
    ]
    .into_iter()
    .enumerate()
    {
        let id = call.of_mut(Kind::AssetAttribute).allocate().to_string();
        let document = json!({
            "id": id, "objectTypeId": object_type, "name": name, "type": 0, "defaultTypeId": kind,
            "label": name == "Name", "system": system, "position": at, "minimumCardinality": 1, "maximumCardinality": 1,
        });
        call.of_mut(Kind::AssetAttribute).put(id, document);
    }
}

/// The attributes of a type, with those it inherits where asked for.
pub(super) fn of_type(call: &Call<'_>, object_type: &str, inherited: bool) -> Vec<Value> {
    let own = call
        .of(Kind::AssetAttribute)
        .values()
        .filter(|a| a["objectTypeId"] == object_type);
    let own: Vec<Value> = own.cloned().collect();
    let parent = call
        .tenant
        .get(Kind::AssetType, object_type)
        .and_then(|t| t["parentObjectTypeId"].as_str());
    let parent = parent
        .filter(|_| inherited)
        .and_then(|p| call.tenant.get(Kind::AssetType, p));
    match parent.filter(|p| p["inherited"] == true) {
        Some(parent) => {
            let mut all = of_type(call, &text(parent, "id"), true);
            let names: Vec<String> = all.iter().map(|a| text(a, "name")).collect();
            all.extend(
                own.into_iter()
                    .filter(|a| !names.contains(&text(a, "name"))),
            );
            all
        }
        None => own,
    }
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::AssetAttribute,
        &call.id("id"),
        "The attribute was not found.",
    )
}

fn written(call: &Call<'_>, mut attribute: Value) -> Result<Value, Refusal> {
    let name = call.demand("name")?;
    let kind = call.body["type"]
        .as_u64()
        .ok_or_else(|| Refusal::field("type", "is required"))?;
    if kind == 0
        && !call.body["defaultTypeId"]
            .as_u64()
            .is_some_and(|d| DEFAULT_TYPES.iter().any(|(k, _)| *k == d))
    {
        return Err(Refusal::field(
            "defaultTypeId",
            "is required for a plain value",
        ));
    }
    if kind == 1
        && call
            .text("typeValue")
            .is_none_or(|t| call.tenant.get(Kind::AssetType, t).is_none())
    {
        return Err(Refusal::field("typeValue", "names no object type"));
    }
    let siblings = of_type(call, &text(&attribute, "objectTypeId"), true);
    if siblings
        .iter()
        .any(|a| a["id"] != attribute["id"] && text(a, "name").eq_ignore_ascii_case(&name))
    {
        return Err(Refusal::field(
            "name",
            "The object type has an attribute of this name already.",
        ));
    }
    attribute["name"] = json!(name);
    attribute["label"] = json!(call.body["label"] == true);
    call.replace(&mut attribute, &WRITTEN);
    // Off is the same as not set.
    if let Some(members) = attribute.as_object_mut() {
        for member in ["hidden", "uniqueAttribute", "summable"] {
            if members.get(member) == Some(&json!(false)) {
                members.remove(member);
            }
        }
    }
    for (member, default) in [("minimumCardinality", 0), ("maximumCardinality", 1)] {
        attribute[member] = json!(call.body[member].as_i64().unwrap_or(default));
    }
    Ok(attribute)
}

/// An attribute as reads show it.
pub(super) fn show(call: &Call<'_>, stored: &Value) -> Value {
    let mut shown = pick(
        stored,
        &[
            "id",
            "name",
            "label",
            "type",
            "description",
            "typeValue",
            "typeValueMulti",
            "additionalValue",
            "minimumCardinality",
            "maximumCardinality",
            "suffix",
            "includeChildObjectTypes",
            "regexValidation",
            "qlQuery",
            "iql",
            "options",
            "position",
            "system",
        ],
    );
    if let Some(id) = stored["defaultTypeId"].as_u64() {
        let name = DEFAULT_TYPES
            .iter()
            .find(|(known, _)| *known == id)
            .map_or("Text", |(_, name)| name);
        shown["defaultType"] = json!({ "id": id, "name": name });
    }
    if stored["type"] == 1 {
        shown["referenceObjectTypeId"] = stored["typeValue"].clone();
    }
    for (member, default) in [
        ("hidden", false),
        ("uniqueAttribute", false),
        ("summable", false),
        ("indexed", true),
        ("sortable", true),
    ] {
        shown[member] = stored.get(member).cloned().unwrap_or(json!(default));
    }
    let system = stored["system"] == true;
    shown["editable"] = json!(!system);
    shown["removable"] = json!(!system && stored["label"] != true);
    shown["objectAttributeExists"] = json!(true);
    identify(call, shown)
}
