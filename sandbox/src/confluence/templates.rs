//! Page templates of the site and of spaces, and blueprints.

use serde_json::{Value, json};

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
    shown["labels"] = json!([]);
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
