//! Page templates of the site and of spaces, and blueprints.

use serde_json::{Value, json};

use super::spaces;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /wiki/rest/api/template/page`: of a space, or global ones.
pub(crate) fn pages(call: &mut Call<'_>) -> Outcome {
    listed(call, "page")
}

/// `GET /wiki/rest/api/template/blueprint`.
pub(crate) fn blueprints(call: &mut Call<'_>) -> Outcome {
    listed(call, "blueprint")
}

/// `GET /wiki/rest/api/template/{contentTemplateId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = find(call, &call.id("contentTemplateId"))?;
    Ok(Answer::ok(show(call, &found)))
}

/// `POST /wiki/rest/api/template`: of the site, or of the space that it names.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    if call.text("templateType") != Some("page") {
        return Err(Refusal::bad("Only page templates can be made."));
    }
    let space = match call.body["space"]["key"].as_str() {
        None => Value::Null,
        Some(key) => spaces::of_key(call, key)?["id"].clone(),
    };
    let id = call.of_mut(Kind::PageTemplate).allocate().to_string();
    let mut template = json!({
        "id": id, "templateType": "page", "spaceId": space, "description": "", "labels": [],
    });
    write(call, &mut template)?;
    Ok(Answer::ok(show(call, &template)))
}

/// `PUT /wiki/rest/api/template`: what the body leaves out becomes empty.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut template = find(call, &call.id_in_body("templateId"))?;
    if template["templateType"] != "page" {
        return Err(Refusal::bad(
            "The template of a blueprint cannot be changed.",
        ));
    }
    template["description"] = json!("");
    template["labels"] = json!([]);
    write(call, &mut template)?;
    Ok(Answer::ok(show(call, &template)))
}

/// `DELETE /wiki/rest/api/template/{contentTemplateId}`: a blueprint's stays as it was at first.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let found = find(call, &call.id("contentTemplateId"))?;
    if found["templateType"] == "page" {
        call.of_mut(Kind::PageTemplate).remove(&text(&found, "id"));
    }
    Ok(Answer::empty(204))
}

fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(Kind::PageTemplate, id, "No template found")
}

/// Takes over what the body gives, and keeps the template.
fn write(call: &mut Call<'_>, template: &mut Value) -> Result<(), Refusal> {
    template["name"] = json!(call.demand("name")?);
    call.merge(template, &["description", "labels"]);
    let body = call.body["body"]["storage"]["value"].as_str();
    let body = body.ok_or_else(|| Refusal::bad("The body must be given as storage."))?;
    template["body"] = json!(body);
    call.of_mut(Kind::PageTemplate)
        .put(text(template, "id"), template.clone());
    Ok(())
}

fn listed(call: &mut Call<'_>, kind: &str) -> Outcome {
    let space = match call.get("spaceKey") {
        None => Value::Null,
        Some(key) => {
            let found = call.of(Kind::Space).find(|s| s["key"] == key);
            found.ok_or_else(|| {
                Refusal::forbidden("The space does not exist or is closed to you.")
            })?["id"]
                .clone()
        }
    };
    let shown: Vec<Value> = call
        .of(Kind::PageTemplate)
        .values()
        .filter(|t| t["templateType"] == kind && (t["spaceId"] == space || kind == "blueprint"))
        .map(|t| show(call, t))
        .collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

fn show(call: &Call<'_>, template: &Value) -> Value {
    let id = text(template, "id");
    let mut shown = pick(
        template,
        &[
            "name",
            "description",
            "templateType",
            "originalTemplate",
            "referencingBlueprint",
        ],
    );
    shown["templateId"] = json!(id);
    shown["labels"] = template["labels"].clone();
    if let Some(space) = call.tenant.get(Kind::Space, &text(template, "spaceId")) {
        shown["space"] = pick(space, &["key", "name"]);
    }
    shown["editorVersion"] = json!("v2");
    if call.expands("body") || call.expands("body.storage") {
        shown["body"] = json!({ "storage": {
            "value": text(template, "body"), "representation": "storage", "embeddedContent": [],
        }});
    }
    shown["_expandable"] = json!({ "body": "" });
    shown["_links"] = json!({ "self": call.link(&format!("/wiki/rest/api/template/{id}")) });
    shown
}
