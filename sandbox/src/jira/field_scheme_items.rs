//! The fields of field schemes and the projects that use them. What is asked for several schemes is
//! answered for each; one that fails leaves the others alone.

use serde_json::{Value, json};

use super::screen_tabs::id_of;
use super::usages;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::shelves::field_schemes::FIELD_SCHEME;
use crate::state::kind::Kind;

/// What may be said of a field, for all work types or for one.
const PARAMETERS: [&str; 2] = ["description", "isRequired"];

/// How many fields a scheme has.
pub(crate) fn count(scheme: &Value) -> usize {
    scheme["fields"].as_array().map_or(0, Vec::len)
}

/// A field scheme by its id.
pub(crate) fn scheme(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(FIELD_SCHEME, id, "The field scheme was not found.")
}

/// `POST /config/fieldschemes/{id}/clone`.
pub(crate) fn copy(call: &mut Call<'_>) -> Outcome {
    let mut copy = scheme(call, &call.id("id"))?;
    let name = call.demand("name")?;
    if call.of(FIELD_SCHEME).find(|s| s["name"] == *name).is_some() {
        return Err(Refusal::field(
            "name",
            "A field scheme of this name exists.",
        ));
    }
    let id = call.of_mut(FIELD_SCHEME).allocate();
    copy["id"] = json!(id);
    copy["name"] = json!(name);
    copy["isDefault"] = json!(false);
    call.merge(&mut copy, &["description"]);
    let at = format!("/rest/api/3/config/fieldschemes/{id}");
    let shown = json!({
        "id": id, "name": name, "description": copy["description"].as_str().unwrap_or_default(),
        "links": {
            "associations": call.link(&format!("{at}/fields")),
            "projects": call.link(&format!("{at}/projects")),
        },
    });
    call.of_mut(FIELD_SCHEME).put(id.to_string(), copy);
    Ok(Answer::ok(shown))
}

/// `GET /config/fieldschemes/{id}/fields`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let scheme = scheme(call, &call.id("id"))?;
    let asked = call.list("fieldId");
    let shown: Vec<Value> = entries(&scheme)
        .filter(|field| asked.is_empty() || asked.iter().any(|id| field["fieldId"] == **id))
        .map(|field| {
            let texts = ids(&field["workTypes"]).into_iter().map(Value::from);
            json!({
                "fieldId": field["fieldId"], "parameters": said(field),
                "restrictedToWorkTypes": texts.collect::<Vec<_>>(),
                "workTypeParameters": by_work_type(field, |id| json!(id)),
            })
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `GET /config/fieldschemes/{id}/fields/{fieldId}/parameters`.
pub(crate) fn parameters(call: &mut Call<'_>) -> Outcome {
    let scheme = scheme(call, &call.id("id"))?;
    let id = call.id("fieldId");
    let field = entries(&scheme).find(|field| field["fieldId"] == *id);
    let field = field.ok_or_else(|| Refusal::not_found("The scheme does not have the field."))?;
    let number = |id: &str| json!(id.parse::<u64>().unwrap_or_default());
    Ok(Answer::ok(json!({
        "fieldId": id, "parameters": said(field), "workTypeParameters": by_work_type(field, number),
    })))
}

/// `PUT /config/fieldschemes/fields`: what is there already is restricted anew.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let mut results = Vec::new();
    for (field, item) in each(&call.body) {
        for id in ids(&item["schemeIds"]) {
            let known = call.of(Kind::Field).get(&field).is_some();
            let found = call.of_mut(FIELD_SCHEME).get_mut(&id);
            let list = found.and_then(|scheme| scheme["fields"].as_array_mut());
            let error = match list {
                Some(fields) if known => {
                    let work_types = item.get("restrictedToWorkTypes").cloned();
                    match fields.iter_mut().find(|held| held["fieldId"] == *field) {
                        Some(held) => held["workTypes"] = work_types.unwrap_or_else(|| json!([])),
                        None => fields.push(json!({
                            "fieldId": field, "isRequired": false,
                            "workTypes": work_types.unwrap_or_else(|| json!([])), "own": {},
                        })),
                    }
                    None
                }
                Some(_) => Some("The field was not found."),
                None => Some("The field scheme was not found."),
            };
            let mut result = outcome(&field, &id, error);
            result["workTypeIds"] = item
                .get("restrictedToWorkTypes")
                .cloned()
                .unwrap_or_else(|| json!([]));
            results.push(result);
        }
    }
    Ok(told(results))
}

/// `DELETE /config/fieldschemes/fields`.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let mut results = Vec::new();
    for (field, item) in each(&call.body) {
        for id in ids(&item["schemeIds"]) {
            let found = call.of_mut(FIELD_SCHEME).get_mut(&id);
            let list = found.and_then(|scheme| scheme["fields"].as_array_mut());
            let error = match list {
                Some(fields) => {
                    let before = fields.len();
                    fields.retain(|held| held["fieldId"] != *field);
                    (fields.len() == before).then_some("The scheme does not have the field.")
                }
                None => Some("The field scheme was not found."),
            };
            results.push(outcome(&field, &id, error));
        }
    }
    Ok(told(results))
}

/// `PUT /config/fieldschemes/fields/parameters`: what is given is laid over what is there.
pub(crate) fn set_parameters(call: &mut Call<'_>) -> Outcome {
    let mut results = Vec::new();
    for (field, item) in each(&call.body) {
        for id in ids(&item["schemeIds"]) {
            let error = match held(call, &id, &field) {
                None => Some("The scheme does not have the field."),
                Some(held) => {
                    lay(held, &item["parameters"]);
                    let own = item["workTypeParameters"].as_array();
                    for given in own.into_iter().flatten() {
                        lay(&mut held["own"][given["workTypeId"].to_string()], given);
                    }
                    None
                }
            };
            results.push(outcome(&field, &id, error));
        }
    }
    Ok(told(results))
}

/// `DELETE /config/fieldschemes/fields/parameters`: work types behave like the others again.
pub(crate) fn remove_parameters(call: &mut Call<'_>) -> Outcome {
    for (field, item) in each(&call.body) {
        let id = item["schemeId"].to_string();
        let held = held(call, &id, &field)
            .ok_or_else(|| Refusal::bad("The scheme does not have the field."))?;
        let Some(own) = held["own"].as_object_mut() else {
            continue;
        };
        for work_type in ids(&item["workTypeIds"]) {
            if let Some(given) = own.get_mut(&work_type).and_then(Value::as_object_mut) {
                given.retain(|name, _| !ids(&item["parameters"]).contains(name));
            }
        }
        own.retain(|_, given| given.as_object().is_some_and(|given| !given.is_empty()));
    }
    Ok(Answer::empty(204))
}

/// `GET /config/fieldschemes/projects`.
pub(crate) fn of_projects(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("projectId");
    let number = |text: &Value| text.as_str().and_then(|text| text.parse::<u64>().ok());
    let shown: Vec<Value> = usages::standing(call)
        .iter()
        .filter(|project| asked.contains(&id_of(project)))
        .map(|p| json!({ "projectId": number(&p["id"]), "schemeId": number(&p["fieldScheme"]) }))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `PUT /config/fieldschemes/projects`.
pub(crate) fn assign(call: &mut Call<'_>) -> Outcome {
    let mut results = Vec::new();
    for (scheme, item) in each(&call.body) {
        let known = call.of(FIELD_SCHEME).get(&scheme).is_some();
        for id in ids(&item["projectIds"]) {
            let error = match call.of_mut(Kind::Project).get_mut(&id) {
                Some(project) if known => {
                    project["fieldScheme"] = json!(scheme);
                    None
                }
                Some(_) => Some("The field scheme was not found."),
                None => Some("The project was not found."),
            };
            let mut result = outcome("", &scheme, error);
            result["projectId"] = json!(id.parse::<u64>().ok());
            if let Some(members) = result.as_object_mut() {
                members.remove("fieldId");
            }
            results.push(result);
        }
    }
    Ok(told(results))
}

/// The items that a body gives by name, one or a list of them.
fn each(body: &Value) -> Vec<(String, Value)> {
    let named = body.as_object().into_iter().flatten();
    named
        .flat_map(|(name, given)| match given {
            Value::Array(items) => items.iter().map(|i| (name.clone(), i.clone())).collect(),
            one => vec![(name.clone(), one.clone())],
        })
        .collect()
}

/// Ids of a list, as they stand in addresses.
fn ids(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
        .collect()
}

fn entries(scheme: &Value) -> impl Iterator<Item = &Value> {
    scheme["fields"].as_array().into_iter().flatten()
}

fn held<'a>(call: &'a mut Call<'_>, scheme: &str, field: &str) -> Option<&'a mut Value> {
    let scheme = call.of_mut(FIELD_SCHEME).get_mut(scheme)?;
    let mut fields = scheme["fields"].as_array_mut()?.iter_mut();
    fields.find(|held| held["fieldId"] == *field)
}

fn lay(held: &mut Value, given: &Value) {
    for name in PARAMETERS {
        if let Some(value) = given.get(name) {
            held[name] = value.clone();
        }
    }
}

/// What holds of a field for all work types.
fn said(field: &Value) -> Value {
    let mut said = json!({ "isRequired": field["isRequired"] == true });
    if let Some(description) = field.get("description") {
        said["description"] = description.clone();
    }
    said
}

/// Where single work types differ; what they do not say is as for all.
fn by_work_type(field: &Value, id: impl Fn(&str) -> Value) -> Vec<Value> {
    let own = field["own"].as_object().into_iter().flatten();
    own.map(|(work_type, given)| {
        let mut shown = said(field);
        lay(&mut shown, given);
        shown["workTypeId"] = id(work_type);
        shown
    })
    .collect()
}

fn outcome(field: &str, scheme: &str, error: Option<&str>) -> Value {
    let mut result = json!({
        "fieldId": field, "schemeId": scheme.parse::<u64>().unwrap_or_default(), "success": error.is_none(),
    });
    if let Some(error) = error {
        result["error"] = json!(error);
    }
    result
}

/// 200 where all went well, else 207.
fn told(results: Vec<Value>) -> Answer {
    let well = results.iter().all(|result| result["success"] == true);
    Answer::json(if well { 200 } else { 207 }, json!({ "results": results }))
}
