//! Priorities of issues. A new one stands in the default scheme; one is deleted in a task, which
//! gives its issues the default one.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::tasks;
use crate::shelf::table::{
    Act, Filter, List, Op, Order, Paging, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::shelves::priority_schemes;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

pub(crate) const KIND: Kind = Kind("Priority");
const NONE: &str = "The priority was not found.";
/// The address of an icon is no longer taken.
const TAKES: &[&str] = &["name", "description", "statusColor", "avatarId"];

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (400, "A priority with this name already exists."),
};

const LISTED: Shape = Shape {
    links: &[("self", "/rest/api/3/priority/{id}")],
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: KIND,
    noun: "priority",
    show: LISTED,
    ops: &[
        Op(
            "GET",
            "/rest/api/3/priority/search",
            Act::List(&List {
                page: Paging::Jira(50, 50),
                filters: &[
                    Filter::In("id", "id"),
                    Filter::Words("priorityName", "name"),
                    Filter::Flag("onlyDefault", "isDefault"),
                    Filter::Hand(offered),
                ],
                shape: Some(&Shape {
                    more: Some(schemes),
                    ..LISTED
                }),
                ..List::PLAIN
            }),
        ),
        Op("GET", "/rest/api/3/priority/{id}", Act::Get),
        Op(
            "POST",
            "/rest/api/3/priority",
            Act::Create(&Write {
                take: TAKES,
                demand: &["name", "statusColor"],
                unique: Some(TAKEN),
                defaults: &[("isDefault", Plain::Bool(false))],
                check: Some(into_default_scheme),
                reply: Reply::NEW_ID,
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/priority/{id}",
            Act::Update(&Write {
                take: TAKES,
                demand: &["name", "statusColor"],
                unique: Some(TAKEN),
                reply: Reply::Empty(204),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/priority/default",
            Act::Hand(make_default),
        ),
        Op(
            "PUT",
            "/rest/api/3/priority/move",
            Act::Reorder(&Order::PLAIN),
        ),
        Op("DELETE", "/rest/api/3/priority/{id}", Act::Hand(delete)),
    ],
    ..Shelf::PLAIN
}];

/// Whether the scheme of one of the projects asked for has the priority.
fn offered(call: &Call<'_>, priority: &Value) -> bool {
    let projects = call.list("projectId");
    projects.is_empty()
        || projects.iter().any(|project| {
            priority_schemes::of_project(call.tenant, project)
                .is_some_and(|scheme| priority_schemes::has(scheme, &priority["id"]))
        })
}

fn schemes(call: &Call<'_>, priority: &Value, shown: &mut Value) {
    if call.expands("schemes") {
        let all = call.of(priority_schemes::KIND).values();
        let total = all
            .filter(|scheme| priority_schemes::has(scheme, &priority["id"]))
            .count();
        shown["schemes"] = json!({ "startAt": 0, "maxResults": 50, "total": total });
    }
}

fn into_default_scheme(call: &mut Call<'_>, priority: &mut Value) -> Result<(), Refusal> {
    for scheme in call.of_mut(priority_schemes::KIND).values_mut() {
        if scheme["isDefault"] == true
            && let Some(ids) = scheme["priorityIds"].as_array_mut()
        {
            ids.push(priority["id"].clone());
        }
    }
    Ok(())
}

fn make_default(call: &mut Call<'_>) -> Outcome {
    let id = call.id_in_body("id");
    call.find(KIND, &id, NONE)?;
    for priority in call.of_mut(KIND).values_mut() {
        priority["isDefault"] = json!(priority["id"] == *id);
    }
    Ok(Answer::empty(204))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let priority = call.find(KIND, &id, NONE)?;
    if priority["isDefault"] == true {
        return Err(Refusal::bad("The default priority cannot be deleted."));
    }
    let names = |scheme: &Value| scheme["defaultPriorityId"] == *id;
    if call.of(priority_schemes::KIND).find(names).is_some() {
        return Err(Refusal::conflict(
            "The priority is the default of a priority scheme.",
        ));
    }
    Ok(tasks::started(
        call,
        "delete priority",
        &json!({ "id": id }),
    ))
}

/// What the task does: its issues get the default one, the schemes lose it, and it goes.
pub(crate) fn purge(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    let id = &with["id"];
    let default = tenant.of(KIND).find(|p| p["isDefault"] == true);
    let default = default.map_or(Value::Null, |p| p["id"].clone());
    if default == *id {
        return Err("The priority has become the default one.".to_owned());
    }
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if issue["priority"] == *id {
            issue["priority"] = default.clone();
        }
    }
    for scheme in tenant.of_mut(priority_schemes::KIND).values_mut() {
        if let Some(ids) = scheme["priorityIds"].as_array_mut() {
            ids.retain(|held| held != id);
        }
    }
    tenant.of_mut(KIND).remove(id.as_str().unwrap_or_default());
    Ok(String::new())
}
