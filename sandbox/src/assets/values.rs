//! Values of objects: read as `{value, searchValue, displayValue}` or as what they refer to, and
//! written as `{value}`.

use serde_json::{Map, Value, json};

use super::schemas::identify;
use super::{attributes, objects};
use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// The kind of attribute whose values are statuses.
const STATUS: u64 = 7;

/// Puts the values of the body into an object.
pub(super) fn take(call: &Call<'_>, object: &mut Value) -> Result<(), Refusal> {
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
        let mut new: Vec<Value> = new.map(|v| v["value"].clone()).collect();
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
        if attribute["type"] == STATUS {
            let known: Option<Vec<Value>> = new.iter().map(|v| status(call, v)).collect();
            new = known.ok_or_else(|| {
                Refusal::field(&text(attribute, "name"), "The status does not exist.")
            })?;
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

/// The id of a status that is named by its id or by its name.
fn status(call: &Call<'_>, written: &Value) -> Option<Value> {
    let written = written.as_str()?;
    let named = |s: &Value| text(s, "name").eq_ignore_ascii_case(written);
    let all = call.of(Kind::AssetStatus);
    let found = all.get(written).or_else(|| all.find(named))?;
    Some(found["id"].clone())
}

/// The values of one attribute as reads show them; `None` where there are none.
pub(super) fn show(call: &Call<'_>, object: &Value, attribute: &Value) -> Option<Value> {
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
    if attribute["type"] == STATUS
        && let Some(status) = call.tenant.get(Kind::AssetStatus, written)
    {
        let name = &status["name"];
        return json!({ "status": status, "searchValue": name, "displayValue": name });
    }
    let referred = (attribute["type"] == 1)
        .then(|| call.tenant.get(Kind::AssetObject, written))
        .flatten();
    match referred {
        Some(other) => {
            let (key, label) = (text(other, "objectKey"), objects::label(call, other));
            json!({
                "displayValue": label, "searchValue": key,
                "referencedObject": { "id": written, "objectKey": key, "label": label },
            })
        }
        None => json!({ "value": written, "searchValue": written, "displayValue": written }),
    }
}
