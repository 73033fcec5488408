//! Restrictions of content: who alone may read or update it. A write replaces them all.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::people;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /wiki/rest/api/content/{id}/restriction`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let page = find(call)?;
    Ok(Answer::ok(show(call, &page)))
}

/// `PUT /wiki/rest/api/content/{id}/restriction`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut page = find(call)?;
    let given = call.body.get("results").unwrap_or(&call.body);
    let mut restrictions = json!({});
    for entry in given.as_array().into_iter().flatten() {
        let operation = text(entry, "operation");
        if !matches!(operation.as_str(), "read" | "update") {
            return Err(Refusal::bad(format!(
                "Content cannot be restricted for '{operation}'."
            )));
        }
        let users = holders(&entry["restrictions"]["user"], "accountId");
        let groups = holders(&entry["restrictions"]["group"], "id");
        if let Some(unknown) = users.iter().find(|u| call.tenant.user(u).is_none()) {
            return Err(Refusal::bad(format!("There is no user {unknown}.")));
        }
        let known = |g: &&String| {
            call.of(Kind::Group)
                .find(|k| k["groupId"] == **g || k["name"] == **g)
                .is_none()
        };
        if let Some(unknown) = groups.iter().find(known) {
            return Err(Refusal::bad(format!("There is no group {unknown}.")));
        }
        // Nobody named means that nobody is shut out.
        if !users.is_empty() || !groups.is_empty() {
            restrictions[operation] = json!({ "user": users, "group": groups });
        }
    }
    page["restrictions"] = restrictions;
    call.of_mut(Kind::Page).put(text(&page, "id"), page.clone());
    Ok(Answer::ok(show(call, &page)))
}

/// `DELETE /wiki/rest/api/content/{id}/restriction`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let mut page = find(call)?;
    page["restrictions"] = json!({});
    call.of_mut(Kind::Page).put(text(&page, "id"), page.clone());
    Ok(Answer::ok(show(call, &page)))
}

pub(super) fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(Kind::Page, &call.id("id"), "No content found with id")
}

/// Ids of a list, or of a page with `results`.
fn holders(given: &Value, member: &str) -> Vec<String> {
    let list = given.as_array().or_else(|| given["results"].as_array());
    let named = list
        .into_iter()
        .flatten()
        .filter_map(|h| h[member].as_str().or(h["name"].as_str()));
    named.map(str::to_owned).collect()
}

fn show(call: &Call<'_>, page: &Value) -> Value {
    let id = text(page, "id");
    let here = format!("/wiki/rest/api/content/{id}/restriction");
    let entries: Vec<Value> = ["read", "update"]
        .iter()
        .map(|operation| entry(call, page, operation))
        .collect();
    json!({
        "results": entries, "start": 0, "limit": 100, "size": 2,
        "restrictionsHash": hash(&page["restrictions"]),
        "_links": { "self": call.link(&here), "base": format!("{}/wiki", call.base), "context": "/wiki" },
    })
}

/// The restriction of one operation.
pub(super) fn entry(call: &Call<'_>, page: &Value, operation: &str) -> Value {
    let id = text(page, "id");
    let here = format!("/wiki/rest/api/content/{id}/restriction/byOperation/{operation}");
    let asked = |of: &str| {
        call.list("expand")
            .iter()
            .flat_map(|e| e.split(','))
            .any(|e| e.ends_with(of))
    };
    let held = &page["restrictions"][operation];
    let mut restrictions = json!({ "_expandable": { "user": "", "group": "" } });
    if asked("restrictions.user") {
        restrictions["user"] = listed(held["user"].as_array(), |account| {
            people::show_user(call, account)
        });
    }
    if asked("restrictions.group") {
        restrictions["group"] = listed(held["group"].as_array(), |group| {
            let is_it = |k: &Value| k["groupId"] == group || k["name"] == group;
            let known = call.of(Kind::Group).find(is_it);
            people::show_group(&known.cloned().unwrap_or_default())
        });
    }
    json!({
        "operation": operation, "restrictions": restrictions,
        "_expandable": { "content": format!("/rest/api/content/{id}"), "restrictions": "" },
        "_links": { "self": call.link(&here) },
    })
}

/// A digest that changes with the restrictions.
fn hash(restrictions: &Value) -> String {
    let mut hasher = DefaultHasher::new();
    restrictions.to_string().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn listed(ids: Option<&Vec<Value>>, show: impl Fn(&str) -> Value) -> Value {
    let shown: Vec<Value> = ids
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(show)
        .collect();
    json!({ "results": shown, "start": 0, "limit": 100, "size": shown.len() })
}
