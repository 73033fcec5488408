//! Forms: templates of a project, and the forms on issues.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::{lookup, text};
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /project/{projectIdOrKey}/form`: a bare array.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let project = project(call)?;
    let forms = call
        .of(Kind::Form)
        .values()
        .filter(|f| f["projectId"] == *project);
    let shown: Vec<Value> = forms
        .map(|f| json!({ "id": f["id"], "name": f["design"]["settings"]["name"], "updated": f["updated"] }))
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /project/{projectIdOrKey}/form/{formId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let form = find(call)?;
    Ok(Answer::ok(show(&form)))
}

/// `POST /project/{projectIdOrKey}/form`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let project = project(call)?;
    let id = call.tenant.entropy.uuid();
    let form = written(call, json!({ "id": id, "projectId": project }))?;
    call.of_mut(Kind::Form).put(&id, form);
    Ok(Answer::ok(json!({ "id": id })))
}

/// `PUT /project/{projectIdOrKey}/form/{formId}`: replaces the whole form.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let form = find(call)?;
    let form = written(call, pick(&form, &["id", "projectId"]))?;
    call.of_mut(Kind::Form).put(text(&form, "id"), form.clone());
    Ok(Answer::ok(show(&form)))
}

/// `DELETE /project/{projectIdOrKey}/form/{formId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let form = find(call)?;
    call.of_mut(Kind::Form).remove(&text(&form, "id"));
    Ok(Answer::empty(200))
}

/// `GET /issue/{issueIdOrKey}/form`.
pub(crate) fn of_issue(call: &mut Call<'_>) -> Outcome {
    let key = issue(call)?;
    let forms = call
        .of(Kind::IssueForm)
        .values()
        .filter(|f| f["issueKey"] == *key);
    let shown: Vec<Value> = forms
        .map(|f| {
            json!({
                "id": f["id"], "formTemplate": { "id": f["templateId"] }, "internal": f["visibility"] == "i",
                "submitted": f["status"] == "s", "lock": false, "name": f["name"], "updated": f["updated"],
            })
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /issue/{issueIdOrKey}/form/{formId}`.
pub(crate) fn issue_form(call: &mut Call<'_>) -> Outcome {
    let form = find_on_issue(call)?;
    let template = call.tenant.get(Kind::Form, &text(&form, "templateId"));
    Ok(Answer::ok(json!({
        "id": form["id"], "updated": form["updated"],
        "design": template.map_or_else(|| json!({}), |t| t["design"].clone()),
        "state": { "visibility": form["visibility"], "status": form["status"], "answers": form["answers"] },
    })))
}

/// `GET /issue/{issueIdOrKey}/form/{formId}/format/answers`.
pub(crate) fn answers(call: &mut Call<'_>) -> Outcome {
    let form = find_on_issue(call)?;
    let template = call
        .tenant
        .get(Kind::Form, &text(&form, "templateId"))
        .cloned()
        .unwrap_or_default();
    let given = form["answers"].as_object().into_iter().flatten();
    let shown: Vec<Value> = given
        .map(|(question, answer)| {
            let asked = &template["design"]["questions"][question];
            json!({ "label": asked["label"], "fieldKey": asked["questionKey"], "answer": answer["text"], "choice": answer["choices"] })
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}

/// `GET /servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/form`: 404 where there is none.
pub(crate) fn of_request_type(call: &mut Call<'_>) -> Outcome {
    let form = attached(call)?;
    Ok(Answer::ok(
        json!({ "id": form["id"], "updated": form["updated"], "design": form["design"] }),
    ))
}

/// `GET .../form/externaldata`: no question of a form here takes its choices from outside.
pub(crate) fn external_data(call: &mut Call<'_>) -> Outcome {
    attached(call)?;
    Ok(Answer::ok(json!({})))
}

fn attached<'a>(call: &'a Call<'_>) -> Result<&'a Value, Refusal> {
    let request_type = call.id("requestTypeId");
    let attached = call.of(Kind::Form).find(|f| {
        let ids = f["publish"]["portal"]["portalRequestTypeIds"].as_array();
        ids.is_some_and(|ids| {
            ids.iter()
                .any(|i| i.to_string().trim_matches('"') == request_type)
        })
    });
    attached.ok_or_else(|| Refusal::not_found("The request type has no form."))
}

/// Takes design and publishing from the body; questions must have keys of their own.
fn written(call: &Call<'_>, mut form: Value) -> Result<Value, Refusal> {
    let design = call.body.get("design").filter(|d| d.is_object());
    let design = design.ok_or_else(|| Refusal::bad("A form needs a design."))?;
    let name = design["settings"]["name"].as_str().unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Refusal::bad("The design needs settings with a name."));
    }
    let questions = design["questions"].as_object().into_iter().flatten();
    let mut keys: Vec<&str> = questions
        .filter_map(|(_, q)| q["questionKey"].as_str())
        .filter(|k| !k.is_empty())
        .collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() < all {
        return Err(Refusal::bad("Two questions have the same key."));
    }
    form["design"] = design.clone();
    form["publish"] = call
        .body
        .get("publish")
        .cloned()
        .unwrap_or_else(|| json!({}));
    form["updated"] = json!(time::iso(call.now()));
    Ok(form)
}

fn show(form: &Value) -> Value {
    pick(form, &["id", "updated", "design", "publish"])
}

fn project(call: &Call<'_>) -> Result<String, Refusal> {
    lookup(call, &call.id("projectIdOrKey"))
        .filter(|p| p["deleted"] != true)
        .map(|p| text(&p, "id"))
        .ok_or_else(|| Refusal::not_found("The project was not found."))
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let project = project(call)?;
    let form = call.find(Kind::Form, &call.id("formId"), "The form was not found.")?;
    if form["projectId"] == *project {
        Ok(form)
    } else {
        Err(Refusal::not_found("The form was not found."))
    }
}

fn issue(call: &Call<'_>) -> Result<String, Refusal> {
    let wanted = call.id("issueIdOrKey");
    let found = call
        .of(Kind::Issue)
        .find(|i| i["key"] == *wanted || i["id"] == *wanted);
    found
        .map(|i| text(i, "key"))
        .ok_or_else(|| Refusal::not_found("The issue was not found."))
}

fn find_on_issue(call: &Call<'_>) -> Result<Value, Refusal> {
    let key = issue(call)?;
    let form = call.find(
        Kind::IssueForm,
        &call.id("formId"),
        "The form was not found.",
    )?;
    if form["issueKey"] == *key {
        Ok(form)
    } else {
        Err(Refusal::not_found("The form was not found."))
    }
}
