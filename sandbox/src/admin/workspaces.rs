//! The apps of the organisation.

use serde_json::{Value, json};

use super::organization::searched;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `POST /v2/orgs/{orgId}/workspaces`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let query = &call.body["query"];
    let mut found: Vec<Value> = call
        .of(Kind("Workspace"))
        .values()
        .filter(|w| query.is_null() || fits(w, query))
        .map(|w| {
            let here = format!("{}/{}", call.path, text(w, "id"));
            json!({
                "id": w["id"], "type": "workspaces", "attributes": w["attributes"],
                "links": { "self": call.link(&here) }, "relationships": {},
            })
        })
        .collect();
    for sort in call.body["sort"].as_array().into_iter().flatten().rev() {
        let field = text(sort, "field");
        found.sort_by_key(|w| at(w, &field).to_string());
        if sort["order"] == "desc" {
            found.reverse();
        }
    }
    let mut page = searched(call, &found)?;
    let shown = page["data"].as_array().map_or(0, Vec::len);
    page["meta"] = json!({ "total": found.len(), "pageSize": shown });
    Ok(Answer::ok(page))
}

/// Whether a workspace fits a condition.
fn fits(workspace: &Value, query: &Value) -> bool {
    let all = |name: &str| query[name].as_array().map(|a| a.iter());
    if let Some(mut conditions) = all("and") {
        return conditions.all(|c| fits(workspace, c));
    }
    if let Some(mut conditions) = all("nor") {
        return !conditions.any(|c| fits(workspace, c));
    }
    if let Some(words) = query["searchWorkspaces"].as_str() {
        let attributes = &workspace["attributes"];
        let has = |m: &str| {
            text(attributes, m)
                .to_lowercase()
                .contains(&words.to_lowercase())
        };
        return has("name") || has("hostUrl");
    }
    for (asked, held) in [("features", "features"), ("policies", "policies")] {
        if let Some(mut wanted) = all(asked) {
            let held = workspace[held].as_array().map_or(&[][..], Vec::as_slice);
            return wanted.all(|w| held.contains(w));
        }
    }
    let field = &query["field"];
    let values = field["values"].as_array().map_or(&[][..], Vec::as_slice);
    values.contains(&at(workspace, &text(field, "name")))
}

/// What stands at a dotted path.
fn at(workspace: &Value, path: &str) -> Value {
    let pointer = format!("/{}", path.replace('.', "/"));
    workspace.pointer(&pointer).cloned().unwrap_or_default()
}
