//! Objects: what they are called, what refers to them, and what was done to them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::schemas::{self, identify};
use super::{aql, attributes, types, values};
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
    values::take(call, &mut object)?;
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
    values::take(call, &mut object)?;
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

/// `GET /object/{id}/attributes`.
pub(crate) fn attributes_of(call: &mut Call<'_>) -> Outcome {
    let object = find(call)?;
    let shown = show(call, &object, true);
    Ok(Answer::ok(shown["attributes"].clone()))
}

/// `GET /objectconnectedtickets/{objectId}/tickets`: the issues in which the object is named.
pub(crate) fn issues(call: &mut Call<'_>) -> Outcome {
    let object = call.find(
        Kind::AssetObject,
        &call.id("objectId"),
        "The object was not found.",
    )?;
    let named = object["issues"].as_array().into_iter().flatten();
    let tickets: Vec<Value> = named
        .filter_map(|id| call.tenant.get(Kind::Issue, id.as_str()?))
        .map(|issue| ticket(call, issue))
        .collect();
    let query = format!(
        "issue in aqlFunction(\"Key = {}\")",
        text(&object, "objectKey")
    );
    Ok(Answer::ok(
        json!({ "tickets": tickets, "allTicketsQuery": query }),
    ))
}

fn ticket(call: &Call<'_>, issue: &Value) -> Value {
    let name = |kind: Kind, member: &str| {
        let found = call.tenant.get(kind, &text(issue, member));
        found.map_or(Value::Null, |found| found["name"].clone())
    };
    let created = issue["created"].clone();
    let shown = json!({
        "id": issue["id"], "key": issue["key"], "title": issue["summary"], "reporter": call.account,
        "created": created, "updated": created,
        "status": { "name": issue["status"] },
        "type": { "name": name(Kind::IssueType, "issueType") },
        "priority": { "name": name(Kind("Priority"), "priority") },
    });
    identify(call, shown)
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
            .filter_map(|a| values::show(call, object, a))
            .collect();
    }
    identify(call, shown)
}
