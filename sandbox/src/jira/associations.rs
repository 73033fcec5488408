//! Which fields projects have: those of their field schemes. A field that one project gets or loses,
//! all projects of its scheme get or lose.

use serde_json::{Value, json};

use super::projects::text;
use super::screen_tabs::id_of;
use super::usages;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::shelves::field_schemes::FIELD_SCHEME;
use crate::state::kind::Kind;

/// `PUT /field/association`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    change(call, |fields, id| {
        if !fields.iter().any(|held| held["fieldId"] == *id) {
            fields.push(json!({ "fieldId": id, "isRequired": false, "workTypes": [], "own": {} }));
        }
    })
}

/// `DELETE /field/association`.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    change(call, |fields, id| {
        fields.retain(|held| held["fieldId"] != *id);
    })
}

/// `GET /field/{fieldId}/association/project`.
pub(crate) fn projects(call: &mut Call<'_>) -> Outcome {
    let field = call.id("fieldId");
    let shown: Vec<Value> = usages::standing(call)
        .iter()
        .filter(|project| entry(call, project, &field).is_some())
        .map(|project| json!({ "projectId": project["id"] }))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `GET /projects/fields`: for each project and work type.
pub(crate) fn fields(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("fieldId");
    let mut shown = Vec::new();
    for id in call.list("projectId") {
        let project = call.find(Kind::Project, id, "A project was not found.")?;
        let scheme = call.of(FIELD_SCHEME).get(&text(&project, "fieldScheme"));
        let fields = scheme.and_then(|scheme| scheme["fields"].as_array());
        for work_type in call.list("workTypeId") {
            for field in fields.into_iter().flatten() {
                let only = field["workTypes"]
                    .as_array()
                    .filter(|only| !only.is_empty());
                let fits = only.is_none_or(|only| only.iter().any(|t| is_of(t, work_type)));
                if !fits || !(asked.is_empty() || asked.contains(&text(field, "fieldId"))) {
                    continue;
                }
                let own = &field["own"][work_type];
                let required = own.get("isRequired").unwrap_or(&field["isRequired"]);
                let description = own.get("description").or_else(|| field.get("description"));
                shown.push(json!({
                    "fieldId": field["fieldId"], "projectId": id.parse::<u64>().ok(),
                    "workTypeId": work_type.parse::<u64>().ok(), "isRequired": required,
                    "description": description.and_then(Value::as_str).unwrap_or_default(),
                }));
            }
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// Carries out a change on the fields of the schemes of the body's projects, for each of its fields.
fn change(call: &mut Call<'_>, carry: impl Fn(&mut Vec<Value>, &str)) -> Outcome {
    let fields = identifiers(&call.body["fields"], "FIELD_ID")?;
    let projects = identifiers(&call.body["associationContexts"], "PROJECT_ID")?;
    let mut schemes = Vec::new();
    for id in &projects {
        let project = call.find(Kind::Project, id, "A project was not found.")?;
        schemes.push(text(&project, "fieldScheme"));
    }
    for id in &fields {
        call.find(Kind::Field, id, "A field was not found.")?;
    }
    for scheme in schemes {
        let found = call.of_mut(FIELD_SCHEME).get_mut(&scheme);
        if let Some(held) = found.and_then(|scheme| scheme["fields"].as_array_mut()) {
            for id in &fields {
                carry(held, id);
            }
        }
    }
    Ok(Answer::empty(204))
}

/// Whether a number is the one that the text says.
fn is_of(number: &Value, text: &str) -> bool {
    text.parse()
        .is_ok_and(|text: u64| number.as_u64() == Some(text))
}

/// The identifiers of a list of `{type, identifier}`.
fn identifiers(list: &Value, kind: &str) -> Result<Vec<String>, Refusal> {
    let items = list.as_array().into_iter().flatten();
    items
        .map(|item| {
            if item["type"] != kind {
                return Err(Refusal::bad(format!("Only {kind} can be associated.")));
            }
            Ok(id_of(&json!({ "id": item["identifier"] })))
        })
        .collect()
}

fn entry(call: &Call<'_>, project: &Value, field: &str) -> Option<Value> {
    let scheme = call.of(FIELD_SCHEME).get(&text(project, "fieldScheme"))?;
    let mut fields = scheme["fields"].as_array()?.iter();
    fields.find(|held| held["fieldId"] == *field).cloned()
}
