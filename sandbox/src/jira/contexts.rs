//! Contexts of custom fields: for which projects a field applies.

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `GET /field/{fieldId}/context`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = of_field(call)?
        .iter()
        .filter(|c| {
            call.get("isGlobalContext")
                .is_none_or(|f| c["isGlobalContext"] == (f == "true"))
        })
        .filter(|c| {
            call.get("isAnyIssueType")
                .is_none_or(|f| c["isAnyIssueType"] == (f == "true"))
        })
        .map(|c| {
            pick(
                c,
                &[
                    "id",
                    "name",
                    "description",
                    "isGlobalContext",
                    "isAnyIssueType",
                ],
            )
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `POST /field/{fieldId}/context`: for projects that no context of the field has, or for all,
/// once.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let field = call.id("fieldId");
    super::fields::find(call, &field)?;
    let name = call.demand("name")?;
    let wanted = projects(call)?;
    let others = of_field(call)?;
    let held = |p: &Value| {
        let mut lists = others.iter().filter_map(|c| c["projectIds"].as_array());
        lists.any(|list| list.contains(p))
    };
    if let Some(twice) = wanted.iter().find(|p| held(p)) {
        return Err(Refusal::bad(format!(
            "Project {twice} is assigned to a context of the field already."
        )));
    }
    if wanted.is_empty() && others.iter().any(|c| c["isGlobalContext"] == true) {
        return Err(Refusal::bad("The field would have two global contexts."));
    }
    let types = call.body["issueTypeIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let description = call.text("description").unwrap_or_default().to_owned();
    let id = call.of_mut(Kind::FieldContext).allocate().to_string();
    let mut document = json!({
        "id": id, "fieldId": field, "name": name, "description": description,
        "isGlobalContext": wanted.is_empty(), "isAnyIssueType": types.is_empty(),
        "projectIds": wanted,
    });
    if !types.is_empty() {
        document["issueTypeIds"] = json!(types);
    }
    call.of_mut(Kind::FieldContext).put(&id, document);
    Ok(Answer::created(json!({
        "id": id, "name": name, "description": description, "projectIds": wanted,
        "issueTypeIds": types,
    })))
}

/// `DELETE /field/{fieldId}/context/{contextId}`: its options go with it.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let (id, _) = context(call)?;
    call.of_mut(Kind::FieldContext).remove(&id);
    call.of_mut(Kind::FieldOption)
        .retain(|o| o["contextId"] != *id);
    Ok(Answer::empty(204))
}

/// `GET /field/{fieldId}/context/projectmapping`.
pub(crate) fn mapping(call: &mut Call<'_>) -> Outcome {
    let mut shown = Vec::new();
    for context in of_field(call)? {
        if context["isGlobalContext"] == true {
            shown.push(json!({ "contextId": context["id"], "isGlobalContext": true }));
        }
        for project in context["projectIds"].as_array().into_iter().flatten() {
            shown.push(json!({ "contextId": context["id"], "projectId": project }));
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `PUT /field/{fieldId}/context/{contextId}/project`: adds projects; refuses ones that any
/// context of the field has already, and the global context.
pub(crate) fn assign(call: &mut Call<'_>) -> Outcome {
    let (id, context) = context(call)?;
    if context["isGlobalContext"] == true {
        return Err(Refusal::bad(
            "Projects cannot be added to the global context.",
        ));
    }
    let wanted = projects(call)?;
    let taken: Vec<Value> = of_field(call)?
        .iter()
        .flat_map(|c| c["projectIds"].as_array().cloned().unwrap_or_default())
        .collect();
    if let Some(twice) = wanted.iter().find(|p| taken.contains(p)) {
        return Err(Refusal::bad(format!(
            "Project {twice} is assigned to a context of the field already."
        )));
    }
    change(call, &id, |projects| projects.extend(wanted.clone()));
    Ok(Answer::empty(204))
}

/// `POST /field/{fieldId}/context/{contextId}/project/remove`: a context that loses its last
/// project becomes global, of which a field has at most one.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let (id, context) = context(call)?;
    let wanted = projects(call)?;
    let held = context["projectIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if let Some(foreign) = wanted.iter().find(|p| !held.contains(p)) {
        return Err(Refusal::bad(format!(
            "Project {foreign} is not assigned to the context."
        )));
    }
    let global = of_field(call)?.iter().any(|c| c["isGlobalContext"] == true);
    let last = held.iter().all(|p| wanted.contains(p));
    if global && last {
        return Err(Refusal::bad("The field would have two global contexts."));
    }
    change(call, &id, |projects| {
        projects.retain(|p| !wanted.contains(p));
    });
    if last && let Some(stored) = call.of_mut(Kind::FieldContext).get_mut(&id) {
        stored["isGlobalContext"] = json!(true);
    }
    Ok(Answer::empty(204))
}

fn change(call: &mut Call<'_>, id: &str, f: impl Fn(&mut Vec<Value>)) {
    let stored = call.of_mut(Kind::FieldContext).get_mut(id);
    if let Some(projects) = stored.and_then(|c| c["projectIds"].as_array_mut()) {
        f(projects);
    }
}

pub(crate) fn of_field(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let field = call.id("fieldId");
    call.find(Kind::Field, &field, "The custom field was not found.")?;
    let ids = call.list("contextId");
    // In a path the context id says which one to change, not which ones to list.
    let filter =
        !call.path.contains("/project/") && !call.path.ends_with("/project") && !ids.is_empty();
    let contexts = call
        .of(Kind::FieldContext)
        .values()
        .filter(|c| c["fieldId"] == *field);
    Ok(contexts
        .filter(|c| !filter || ids.contains(&text(c, "id")))
        .cloned()
        .collect())
}

pub(crate) fn context(call: &Call<'_>) -> Result<(String, Value), Refusal> {
    super::fields::find(call, &call.id("fieldId"))?;
    let id = call.id("contextId");
    let context = call.find(
        Kind::FieldContext,
        &id,
        "The custom field context was not found.",
    )?;
    if context["fieldId"] != *call.id("fieldId") {
        return Err(Refusal::not_found(
            "The custom field context was not found.",
        ));
    }
    Ok((id, context))
}

fn projects(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let wanted = call.body["projectIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    match wanted.iter().find(|p| {
        call.of(Kind::Project)
            .get(p.as_str().unwrap_or_default())
            .is_none()
    }) {
        Some(unknown) => Err(Refusal::not_found(format!(
            "Project {unknown} was not found."
        ))),
        None => Ok(wanted),
    }
}
