//! Names of contexts, and the issue types that they are for: one without any is for all of them.

use serde_json::{Value, json};

use super::contexts::{context, of_field};
use super::projects::text;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `PUT /field/{fieldId}/context/{contextId}`: what is given.
pub(crate) fn rename(call: &mut Call<'_>) -> Outcome {
    let (id, mut context) = context(call)?;
    if call.body.get("name").is_some() {
        call.demand("name")?;
    }
    call.merge(&mut context, &["name", "description"]);
    call.of_mut(Kind::FieldContext).put(id, context);
    Ok(Answer::empty(204))
}

/// `GET /field/{fieldId}/context/issuetypemapping`.
pub(crate) fn mapping(call: &mut Call<'_>) -> Outcome {
    let mut shown = Vec::new();
    for context in of_field(call)? {
        let types = types(&context);
        if types.is_empty() {
            shown.push(json!({ "contextId": context["id"], "isAnyIssueType": true }));
        }
        for id in types {
            shown.push(json!({ "contextId": context["id"], "issueTypeId": id }));
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `PUT /field/{fieldId}/context/{contextId}/issuetype`: all of them or none.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let (id, mut context) = context(call)?;
    let mut held = types(&context);
    for wanted in given(call) {
        let name = wanted.as_str().unwrap_or_default();
        call.find(Kind::IssueType, name, "An issue type was not found.")?;
        if held.contains(&wanted) {
            return Err(Refusal::bad(format!(
                "Issue type {name} is in the context already."
            )));
        }
        held.push(wanted);
    }
    write(&mut context, held);
    call.of_mut(Kind::FieldContext).put(id, context);
    Ok(Answer::empty(204))
}

/// `POST /field/{fieldId}/context/{contextId}/issuetype/remove`: all of them or none.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let (id, mut context) = context(call)?;
    let mut held = types(&context);
    for wanted in given(call) {
        let before = held.len();
        held.retain(|held| *held != wanted);
        if held.len() == before {
            return Err(Refusal::bad(format!(
                "Issue type {wanted} is not in the context."
            )));
        }
    }
    write(&mut context, held);
    call.of_mut(Kind::FieldContext).put(id, context);
    Ok(Answer::empty(204))
}

/// `POST /field/{fieldId}/context/mapping`: the context of each pair, that of the project before the
/// one of all projects.
pub(crate) fn of_pairs(call: &mut Call<'_>) -> Outcome {
    let contexts = of_field(call)?;
    let mut shown = Vec::new();
    for pair in call.body["mappings"].as_array().into_iter().flatten() {
        let (project, issue_type) = (text(pair, "projectId"), text(pair, "issueTypeId"));
        call.find(Kind::Project, &project, "A project was not found.")?;
        call.find(Kind::IssueType, &issue_type, "An issue type was not found.")?;
        let has = |context: &&Value| {
            let projects = context["projectIds"].as_array();
            projects.is_some_and(|projects| projects.contains(&pair["projectId"]))
        };
        let any = |context: &&Value| context["isGlobalContext"] == true;
        let fits = |context: &&Value| {
            let types = types(context);
            types.is_empty() || types.contains(&pair["issueTypeId"])
        };
        let found = contexts
            .iter()
            .find(has)
            .or_else(|| contexts.iter().find(any));
        let id = found.filter(fits).map(|context| text(context, "id"));
        shown.push(json!({
            "projectId": project, "issueTypeId": issue_type, "contextId": id.unwrap_or_default(),
        }));
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

fn types(context: &Value) -> Vec<Value> {
    let types = context["issueTypeIds"].as_array();
    types.cloned().unwrap_or_default()
}

/// Writes the issue types; a context for all of them holds no list.
fn write(context: &mut Value, types: Vec<Value>) {
    context["isAnyIssueType"] = json!(types.is_empty());
    match context.as_object_mut() {
        Some(members) if types.is_empty() => drop(members.remove("issueTypeIds")),
        _ => context["issueTypeIds"] = json!(types),
    }
}

fn given(call: &Call<'_>) -> Vec<Value> {
    let given = call.body["issueTypeIds"].as_array();
    given.cloned().unwrap_or_default()
}
