//! Objects: values are read as `{value, searchValue, displayValue}` and written as `{value}`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schemas::{self, identify};
use super::{aql, attributes, types};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `POST /object/aql`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let found = aql::run(call, &call.id_in_body("qlQuery"))?;
    let with_attributes = call.get("includeAttributes") != Some("false");
    let all: Vec<Value> = found
        .iter()
        .map(|o| show(call, o, with_attributes))
        .collect();
    let mut page = schemas::page(call, &all);
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    for object in &found {
        for attribute in attributes::of_type(call, &text(object, "objectTypeId"), true) {
            seen.entry(text(&attribute, "id"))
                .or_insert_with(|| attributes::show(call, &attribute));
        }
    }
    page["objectTypeAttributes"] = seen.into_values().collect();
    page["hasMoreResults"] = json!(page["isLast"] == false);
    Ok(Answer::ok(page))
}

/// `POST /object/aql/totalcount`.
pub(crate) fn count(call: &mut Call<'_>) -> Outcome {
    let found = aql::run(call, &call.id_in_body("qlQuery"))?;
    Ok(Answer::ok(json!({
        "self": call.link("/object/aql/totalcount"), "totalCount": found.len(),
    })))
}

/// `GET /object/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let object = find(call)?;
    Ok(Answer::ok(show(call, &object, true)))
}

/// `POST /object/create`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let object_type = types::find(call, &call.id_in_body("objectTypeId"))
        .map_err(|_| Refusal::field("objectTypeId", "The object type does not exist."))?;
    if object_type["abstractObjectType"] == true {
        return Err(Refusal::field(
            "objectTypeId",
            "The object type is abstract.",
        ));
    }
    let schema = schemas::find(call, &text(&object_type, "objectSchemaId"))?;
    let number = call.of_mut(Kind::AssetObject).allocate();
    let now = time::iso(call.now());
    let mut object = json!({
        "id": number.to_string(), "objectTypeId": object_type["id"], "created": now, "updated": now,
        "objectKey": format!("{}-{number}", text(&schema, "objectSchemaKey")), "values": {},
    });
    take_values(call, &mut object)?;
    let missing = attributes::of_type(call, &text(&object_type, "id"), true)
        .into_iter()
        .find(|a| {
            a["system"] != true
                && a["minimumCardinality"].as_i64().unwrap_or(0) > 0
                && object["values"].get(text(a, "id")).is_none()
        });
    if let Some(missing) = missing {
        return Err(Refusal::field(
            &text(&missing, "name"),
            "A value is required.",
        ));
    }
    call.of_mut(Kind::AssetObject)
        .put(number.to_string(), object.clone());
    note(call, &text(&object, "id"), 0, None);
    Ok(Answer::created(show(call, &object, true)))
}

/// `PUT /object/{id}`: the attributes given; an empty list clears one.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut object = find(call)?;
    take_values(call, &mut object)?;
    object["updated"] = json!(time::iso(call.now()));
    let id = text(&object, "id");
    call.of_mut(Kind::AssetObject).put(&id, object.clone());
    note(call, &id, 1, Some("attributes"));
    Ok(Answer::ok(show(call, &object, true)))
}

/// `DELETE /object/{id}`: references to it go too.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = text(&find(call)?, "id");
    let references = reference_attributes(call);
    call.of_mut(Kind::AssetObject).remove(&id);
    for object in call.of_mut(Kind::AssetObject).values_mut() {
        for (attribute, values) in object["values"].as_object_mut().into_iter().flatten() {
            if references.contains(attribute)
                && let Some(values) = values.as_array_mut()
            {
                values.retain(|v| *v != *id);
            }
        }
    }
    Ok(Answer::empty(200))
}

/// `GET /object/{id}/history`.
pub(crate) fn history(call: &mut Call<'_>) -> Outcome {
    let object = find(call)?;
    let mut entries: Vec<Value> = call
        .of(Kind::AssetHistory)
        .values()
        .filter(|h| h["objectId"] == object["id"])
        .cloned()
        .collect();
    if entries.is_empty() {
        entries.push(json!({
            "id": format!("{}0", text(&object, "id")), "actor": { "displayName": "Import" }, "type": 0,
            "created": object["created"], "objectId": object["id"],
        }));
    }
    if !call.flag("asc") {
        entries.reverse();
    }
    Ok(Answer::ok(json!(entries)))
}

/// `GET /object/{id}/referenceinfo`: which types of objects refer to this one, and how many.
pub(crate) fn references(call: &mut Call<'_>) -> Outcome {
    let object = find(call)?;
    let attributes = reference_attributes(call);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for other in call.of(Kind::AssetObject).values() {
        let refers =
            other["values"]
                .as_object()
                .into_iter()
                .flatten()
                .any(|(attribute, values)| {
                    attributes.contains(attribute)
                        && values.as_array().is_some_and(|v| v.contains(&object["id"]))
                });
        if refers {
            *counts.entry(text(other, "objectTypeId")).or_default() += 1;
        }
    }
    let shown: Vec<Value> = counts
        .into_iter()
        .filter_map(|(id, count)| {
            let object_type = types::show(call, call.tenant.get(Kind::AssetType, &id)?);
            Some(json!({
                "referenceTypes": [], "objectType": object_type,
                "numberOfReferencedObjects": count, "openIssuesExists": false,
            }))
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// What an object is called: the value of its label attribute.
pub(super) fn label(call: &Call<'_>, object: &Value) -> String {
    let all = attributes::of_type(call, &text(object, "objectTypeId"), true);
    let label = all.iter().find(|a| a["label"] == true);
    let value = label.and_then(|a| object["values"][text(a, "id")][0].as_str());
    value.map_or_else(|| text(object, "objectKey"), str::to_owned)
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::AssetObject,
        &call.id("id"),
        "The object was not found.",
    )
}

fn reference_attributes(call: &Call<'_>) -> Vec<String> {
    call.of(Kind::AssetAttribute)
        .values()
        .filter(|a| a["type"] == 1)
        .map(|a| text(a, "id"))
        .collect()
}

fn note(call: &mut Call<'_>, object: &str, kind: u8, attribute: Option<&str>) {
    let id = call.of_mut(Kind::AssetHistory).allocate().to_string();
    let actor =
        json!({ "displayName": call.tenant.display_name(&call.account), "key": call.account });
    let mut entry = json!({
        "id": id, "actor": actor, "type": kind, "created": time::iso(call.now()), "objectId": object,
    });
    if let Some(attribute) = attribute {
        entry["affectedAttribute"] = json!(attribute);
    }
    call.of_mut(Kind::AssetHistory).put(id, entry);
}

/// Puts the values of the body into an object.
fn take_values(call: &Call<'_>, object: &mut Value) -> Result<(), Refusal> {
    let known = attributes::of_type(call, &text(object, "objectTypeId"), true);
    let mut values = object["values"]
        .as_object()
        .cloned()
        .unwrap_or_else(Map::new);
    for given in call.body["attributes"].as_array().into_iter().flatten() {
        let id = text(given, "objectTypeAttributeId");
        let Some(attribute) = known.iter().find(|a| a["id"] == *id) else {
            return Err(Refusal::field(
                &format!("rlabs-insight-attribute-{id}"),
                "The attribute does not belong to the object type.",
            ));
        };
        let new = given["objectAttributeValues"]
            .as_array()
            .into_iter()
            .flatten();
        let new: Vec<Value> = new.map(|v| v["value"].clone()).collect();
        if attribute["system"] == true
            || (new.is_empty() && attribute["minimumCardinality"].as_i64().unwrap_or(0) > 0)
        {
            return Err(Refusal::field(
                &text(attribute, "name"),
                "The attribute cannot be written so.",
            ));
        }
        let dangling = attribute["type"] == 1
            && new.iter().any(|v| {
                call.tenant
                    .get(Kind::AssetObject, v.as_str().unwrap_or_default())
                    .is_none()
            });
        if dangling {
            return Err(Refusal::field(
                &text(attribute, "name"),
                "The object referred to does not exist.",
            ));
        }
        if new.is_empty() {
            values.remove(&id);
        } else {
            values.insert(id, Value::Array(new));
        }
    }
    object["values"] = Value::Object(values);
    Ok(())
}

fn show(call: &Call<'_>, object: &Value, with_attributes: bool) -> Value {
    let (id, key) = (text(object, "id"), text(object, "objectKey"));
    let url = |size: u16| format!("https://avatar.example/object/{id}/{size}");
    let object_type = call
        .tenant
        .get(Kind::AssetType, &text(object, "objectTypeId"));
    let avatar = json!({
        "id": id, "objectId": id, "avatarUUID": "", "url16": url(16), "url48": url(48), "url72": url(72),
        "url144": url(144), "url288": url(288),
    });
    let mut shown = json!({
        "id": id, "objectKey": key, "label": label(call, object), "avatar": identify(call, avatar),
        "objectType": object_type.map_or(Value::Null, |t| types::show(call, t)),
        "created": object["created"], "updated": object["updated"], "hasAvatar": false,
        "timestamp": time::parse(&text(object, "updated")).unwrap_or_default(),
        "_links": { "self": format!("https://{}/jira/assets/object/{id}", call.tenant.site) },
    });
    if with_attributes {
        let all = attributes::of_type(call, &text(object, "objectTypeId"), true);
        shown["attributes"] = all
            .iter()
            .filter_map(|a| show_value(call, object, a))
            .collect();
    }
    identify(call, shown)
}

fn show_value(call: &Call<'_>, object: &Value, attribute: &Value) -> Option<Value> {
    let id = text(attribute, "id");
    let held = match text(attribute, "name").as_str() {
        "Key" if attribute["system"] == true => json!([object["objectKey"]]),
        "Created" if attribute["system"] == true => json!([object["created"]]),
        "Updated" if attribute["system"] == true => json!([object["updated"]]),
        _ => object["values"].get(&id)?.clone(),
    };
    let values: Vec<Value> = held
        .as_array()?
        .iter()
        .map(|v| one(call, attribute, v))
        .collect();
    let shown = json!({
        "id": format!("{}{id}", text(object, "id")), "objectTypeAttributeId": id,
        "objectTypeAttribute": attributes::show(call, attribute), "objectAttributeValues": values,
    });
    Some(identify(call, shown))
}

fn one(call: &Call<'_>, attribute: &Value, value: &Value) -> Value {
    let written = value.as_str().unwrap_or_default();
    let referred = (attribute["type"] == 1)
        .then(|| call.tenant.get(Kind::AssetObject, written))
        .flatten();
    match referred {
        Some(other) => {
            let (key, label) = (text(other, "objectKey"), label(call, other));
            json!({
                "displayValue": label, "searchValue": key,
                "referencedObject": { "id": written, "objectKey": key, "label": label },
            })
        }
        None => json!({ "value": written, "searchValue": written, "displayValue": written }),
    }
}
