//! Saved filters.

use serde_json::{Value, json};

use super::permissions::describe;
use super::projects::text;
use super::{people, shares};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// What a search shows of a filter only when `expand` names it.
const EXPANDABLE: [&str; 9] = [
    "description",
    "owner",
    "jql",
    "viewUrl",
    "searchUrl",
    "favourite",
    "favouritedCount",
    "sharePermissions",
    "editPermissions",
];

/// `GET /filter/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let words = call.get("filterName").unwrap_or_default().to_lowercase();
    let ids = call.list("id");
    let found: Vec<Value> = call
        .of(Kind::Filter)
        .values()
        .filter(|f| ids.is_empty() || ids.contains(&text(f, "id")))
        .filter(|f| text(f, "name").to_lowercase().contains(&words))
        .filter(|f| call.get("accountId").is_none_or(|a| f["owner"] == a))
        .filter(|f| shares::reaches(f, call.get("groupId"), call.get("projectId")))
        .filter(|f| call.flag("overrideSharePermissions") || visible(call, f))
        .map(|f| {
            let mut shown = show(call, f);
            if let Some(members) = shown.as_object_mut() {
                members
                    .retain(|name, _| !EXPANDABLE.contains(&name.as_str()) || call.expands(name));
            }
            shown
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &found, 50, 100)))
}

/// `GET /filter/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let filter = find(call)?;
    Ok(Answer::ok(show(call, &filter)))
}

/// `POST /filter`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = call.of_mut(Kind::Filter).allocate().to_string();
    let account = call.account.clone();
    let filter = json!({ "id": id, "owner": account, "favouritedCount": 0 });
    let filter = written(call, filter)?;
    call.of_mut(Kind::Filter).put(id, filter.clone());
    Ok(Answer::ok(show(call, &filter)))
}

/// `PUT /filter/{id}`: what the body leaves out is reset.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let filter = find(call)?;
    owned(call, &filter)?;
    let filter = written(call, filter)?;
    call.of_mut(Kind::Filter)
        .put(text(&filter, "id"), filter.clone());
    Ok(Answer::ok(show(call, &filter)))
}

/// `DELETE /filter/{id}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let filter = find(call)?;
    owned(call, &filter)?;
    call.of_mut(Kind::Filter).remove(&text(&filter, "id"));
    Ok(Answer::empty(204))
}

fn written(call: &mut Call<'_>, mut filter: Value) -> Result<Value, Refusal> {
    let name = call.demand("name").map_err(|_| {
        Refusal::field(
            "filterName",
            "You must specify a name to save the filter as.",
        )
    })?;
    let jql = call
        .demand("jql")
        .map_err(|_| Refusal::bad("A filter needs a JQL query."))?;
    if let Some(wrong) = jql_fault(&jql) {
        return Err(Refusal::bad(format!("Error in the JQL Query: {wrong}")));
    }
    let same =
        |f: &Value| f["name"] == *name && f["owner"] == filter["owner"] && f["id"] != filter["id"];
    if call.of(Kind::Filter).find(same).is_some() {
        return Err(Refusal::field(
            "filterName",
            "Filter with same name already exists.",
        ));
    }
    filter["name"] = json!(name);
    filter["jql"] = json!(jql);
    filter["favourite"] = json!(call.body["favourite"] == true);
    describe(&mut filter, call.text("description"));
    for member in ["sharePermissions", "editPermissions"] {
        filter[member] = shares::read(call, member)?;
    }
    Ok(filter)
}

/// The faults that Jira's parser would meet first: unbalanced quotes and brackets.
fn jql_fault(jql: &str) -> Option<&'static str> {
    let mut open = 0_i32;
    let mut quoted = None;
    for c in jql.chars() {
        match (quoted, c) {
            (Some(q), c) if c == q => quoted = None,
            (None, '"' | '\'') => quoted = Some(c),
            (None, '(') => open += 1,
            (None, ')') => open -= 1,
            _ => {}
        }
        if open < 0 {
            return Some("a bracket closes that was never opened.");
        }
    }
    if quoted.is_some() {
        return Some("a quote is not closed.");
    }
    (open != 0).then_some("a bracket is not closed.")
}

/// Jira answers 400, not 404, for a filter that is not there.
fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let missing = "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.";
    call.of(Kind::Filter)
        .get(&call.id("id"))
        .filter(|f| call.flag("overrideSharePermissions") || visible(call, f))
        .cloned()
        .ok_or_else(|| Refusal::bad(missing))
}

pub(super) fn visible(call: &Call<'_>, filter: &Value) -> bool {
    let shared = filter["sharePermissions"]
        .as_array()
        .is_some_and(|s| !s.is_empty());
    shared || filter["owner"] == *call.account || call.tenant.is_site_admin(&call.account)
}

fn owned(call: &Call<'_>, filter: &Value) -> Result<(), Refusal> {
    if filter["owner"] == *call.account || call.tenant.is_site_admin(&call.account) {
        return Ok(());
    }
    Err(Refusal::bad(
        "You do not have permission to edit this filter.",
    ))
}

fn show(call: &Call<'_>, filter: &Value) -> Value {
    let id = text(filter, "id");
    let site = format!("https://{}", call.tenant.site);
    let mut shown = json!({
        "self": call.link(&format!("/rest/api/3/filter/{id}")), "id": id, "name": filter["name"],
        "jql": filter["jql"], "owner": people::user(call, &text(filter, "owner")),
        "viewUrl": format!("{site}/issues/?filter={id}"),
        "searchUrl": call.link("/rest/api/3/search"),
        "favourite": filter["favourite"] == true, "favouritedCount": filter["favouritedCount"],
        "sharePermissions": shares::show(call, &filter["sharePermissions"]),
        "editPermissions": shares::show(call, &filter["editPermissions"]),
    });
    if let Some(description) = filter.get("description") {
        shown["description"] = description.clone();
    }
    shown
}
