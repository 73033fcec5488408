//! Schemes and screens that can only be listed: one is read by filtering the list by its id.

use serde_json::{Value, json};

use super::projects::{brief, text};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::shelves::issue_type_screen_schemes;
use crate::state::kind::Kind;

/// `GET /issuetypescheme`.
pub(crate) fn issue_type_schemes(call: &mut Call<'_>) -> Outcome {
    let shown = matching(call, Kind::IssueTypeScheme, "queryString")
        .iter()
        .map(|s| {
            let mut shown = pick(s, &["id", "name", "description", "defaultIssueTypeId", "isDefault"]);
            if call.expands("projects") {
                let users = call.of(Kind::Project).values().filter(|p| p["issueTypeScheme"] == s["id"]);
                let projects: Vec<Value> =
                    users.filter_map(|p| brief(call, &text(p, "id"))).collect();
                shown["projects"] = json!({
                    "startAt": 0, "maxResults": 50, "total": projects.len(), "isLast": true, "values": projects,
                });
            }
            if call.expands("issueTypes") {
                let ids = s["issueTypeIds"].as_array().into_iter().flatten();
                let types: Vec<Value> = ids
                    .filter_map(|id| call.of(Kind::IssueType).get(id.as_str()?))
                    .cloned()
                    .collect();
                shown["issueTypes"] = json!({
                    "startAt": 0, "maxResults": 50, "total": types.len(), "isLast": true, "values": types,
                });
            }
            shown
        })
        .collect::<Vec<_>>();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// `GET /screens`.
pub(crate) fn screens(call: &mut Call<'_>) -> Outcome {
    let scopes = call.list("scope");
    let global = scopes.is_empty() || scopes.iter().any(|s| s == "GLOBAL");
    let mut shown = matching(call, Kind::Screen, "queryString");
    shown.retain(|_| global);
    let shown: Vec<Value> = shown
        .iter()
        .map(|s| pick(s, &["id", "name", "description"]))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 100, 100)))
}

/// `GET /screenscheme`.
pub(crate) fn screen_schemes(call: &mut Call<'_>) -> Outcome {
    let mut shown = matching(call, Kind::ScreenScheme, "queryString");
    if call.expands("issueTypeScreenSchemes") {
        for scheme in &mut shown {
            let users: Vec<Value> = call
                .of(Kind::IssueTypeScreenScheme)
                .values()
                .filter(|s| issue_type_screen_schemes::uses(s, &scheme["id"]))
                .map(|s| pick(s, &["id", "name", "description"]))
                .collect();
            scheme["issueTypeScreenSchemes"] = json!({
                "startAt": 0, "maxResults": 25, "total": users.len(), "isLast": true, "values": users,
            });
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 25, 25)))
}

/// `GET /fieldconfiguration`.
pub(crate) fn field_configurations(call: &mut Call<'_>) -> Outcome {
    let mut shown = matching(call, Kind::FieldConfiguration, "query");
    if call.flag("isDefault") {
        shown.retain(|c| c["isDefault"] == true);
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// The documents with one of the ids asked for and the words asked for in the name, in the order
/// asked for.
fn matching(call: &Call<'_>, kind: Kind, query: &str) -> Vec<Value> {
    let ids = call.list("id");
    let words = call.get(query).unwrap_or_default().to_lowercase();
    let mut found: Vec<Value> = call
        .of(kind)
        .entries()
        .filter(|(id, _)| ids.is_empty() || ids.iter().any(|i| i == id))
        .map(|(_, document)| document.clone())
        .filter(|d| text(d, "name").to_lowercase().contains(&words))
        .collect();
    let order = call.get("orderBy").unwrap_or("id");
    if order.ends_with("name") {
        found.sort_by_key(|d| text(d, "name"));
    }
    if order.starts_with('-') {
        found.reverse();
    }
    found
}
