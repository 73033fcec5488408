//! Statuses of issues and who uses them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::notifications::EVENTS;
use crate::jira::projects::{self, text};
use crate::jira::usages::page_of;
use crate::jira::workflow_schemes::workflow_for;
use crate::shelf::table::{
    Act, Filter, List, Op, Paging, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

/// Id, key, name and colour.
type Category = (u8, &'static str, &'static str, &'static str);

const CATEGORIES: [Category; 4] = [
    (1, "undefined", "No Category", "medium-gray"),
    (2, "new", "To Do", "blue-gray"),
    (4, "indeterminate", "In Progress", "yellow"),
    (3, "done", "Done", "green"),
];
const NONE: &str = "The status does not exist.";
const SHOWN: &[&str] = &["id", "name", "description", "statusCategory", "scope"];

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind::Status,
    noun: "status",
    show: Shape {
        pick: SHOWN,
        ..Shape::WHOLE
    },
    ops: &[
        Op("GET", "/rest/api/3/statuses", Act::Hand(by_id)),
        Op(
            "GET",
            "/rest/api/3/statuses/search",
            Act::List(&List {
                page: Paging::Jira(200, 200),
                filters: &[
                    Filter::Words("searchString", "name"),
                    Filter::Is("statusCategory", "statusCategory"),
                    Filter::Is("projectId", "/scope/project/id"),
                ],
                ..List::PLAIN
            }),
        ),
        Op(
            "POST",
            "/rest/api/3/statuses",
            Act::Create(&Write {
                each: Some("statuses"),
                take: &["name", "description", "statusCategory"],
                demand: &["name", "statusCategory"],
                unique: Some(Unique {
                    member: "name",
                    in_parent: false,
                    otherwise: (409, "A status with this name already exists."),
                }),
                defaults: &[("description", Plain::Str(""))],
                check: Some(placed),
                reply: Reply::Each(200, ""),
                ..Write::PLAIN
            }),
        ),
        Op("PUT", "/rest/api/3/statuses", Act::Hand(update)),
        Op("DELETE", "/rest/api/3/statuses", Act::Hand(delete)),
        Op(
            "GET",
            "/rest/api/3/statuses/{statusId}/workflowUsages",
            Act::Hand(workflows),
        ),
        Op(
            "GET",
            "/rest/api/3/statuses/{statusId}/project/{projectId}/issueTypeUsages",
            Act::Hand(issue_types),
        ),
        Op(
            "GET",
            "/rest/api/3/project/{projectIdOrKey}/statuses",
            Act::Hand(of_project),
        ),
        Op("GET", "/rest/api/3/statuses/byNames", Act::Hand(by_name)),
        Op("GET", "/rest/api/3/statuscategory", Act::Hand(categories)),
        Op("GET", "/rest/api/3/events", Act::Hand(events)),
        Op("GET", "/rest/api/3/label", Act::Hand(labels)),
    ],
    ..Shelf::PLAIN
}];

/// Those that exist of the ids asked for.
fn by_id(call: &mut Call<'_>) -> Outcome {
    let ids = call.list("id");
    if ids.len() > 50 {
        return Err(Refusal::bad("At most 50 statuses are read at once."));
    }
    let all = call.of(Kind::Status).values();
    let shown: Value = all
        .filter(|status| ids.contains(&text(status, "id")))
        .map(|status| pick(status, SHOWN))
        .collect();
    Ok(Answer::ok(shown))
}

fn placed(call: &mut Call<'_>, status: &mut Value) -> Result<(), Refusal> {
    status["scope"] = call.body["scope"].clone();
    status["statusReference"] = status["id"].clone();
    Ok(())
}

/// All of them or none.
fn update(call: &mut Call<'_>) -> Outcome {
    let given = call.body["statuses"].as_array().cloned();
    let given = given.unwrap_or_default();
    for change in &given {
        let id = text(change, "id");
        call.find(Kind::Status, &id, NONE)?;
        let name = text(change, "name");
        let same = |s: &Value| text(s, "name").eq_ignore_ascii_case(&name) && s["id"] != *id;
        if call.of(Kind::Status).find(same).is_some() {
            return Err(Refusal::conflict("A status with this name already exists."));
        }
    }
    for change in &given {
        let Some(status) = call.of_mut(Kind::Status).get_mut(&text(change, "id")) else {
            continue;
        };
        let was = status["name"].clone();
        for name in ["name", "description", "statusCategory"] {
            if let Some(value) = change.get(name) {
                status[name] = value.clone();
            }
        }
        // Issues hold the name of their status.
        for issue in call.of_mut(Kind::Issue).values_mut() {
            if issue["status"] == was {
                issue["status"] = change["name"].clone();
            }
        }
    }
    Ok(Answer::empty(204))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let ids = call.list("id").to_vec();
    for id in &ids {
        let status = call.find(Kind::Status, id, NONE)?;
        if users(call, &status).next().is_some() {
            return Err(Refusal::bad("The status is used by a workflow."));
        }
    }
    for id in &ids {
        call.of_mut(Kind::Status).remove(id);
    }
    Ok(Answer::empty(204))
}

/// Whether a workflow has the status.
fn has(workflow: &Value, status: &Value) -> bool {
    let mut held = workflow["statuses"].as_array().into_iter().flatten();
    held.any(|s| s["statusReference"] == status["statusReference"])
}

fn users<'a>(call: &'a Call<'_>, status: &Value) -> impl Iterator<Item = &'a Value> {
    let all = call.of(Kind::Workflow).values();
    all.filter(move |workflow| has(workflow, status))
}

fn workflows(call: &mut Call<'_>) -> Outcome {
    let id = call.id("statusId");
    let status = call.find(Kind::Status, &id, NONE)?;
    let shown: Vec<Value> = users(call, &status)
        .map(|workflow| json!({ "id": workflow["id"] }))
        .collect();
    let page = page_of(call, &shown)?;
    Ok(Answer::ok(json!({ "statusId": id, "workflows": page })))
}

fn issue_types(call: &mut Call<'_>) -> Outcome {
    let (id, project) = (call.id("statusId"), call.id("projectId"));
    let status = call.find(Kind::Status, &id, NONE)?;
    let found = call.find(Kind::Project, &project, "The project does not exist.")?;
    let types = projects::issue_types(call, &found);
    let shown: Vec<Value> = types
        .as_array()
        .into_iter()
        .flatten()
        .filter(|t| workflow_of(call, &found, t).is_some_and(|w| has(w, &status)))
        .map(|t| json!({ "id": t["id"] }))
        .collect();
    let page = page_of(call, &shown)?;
    let answer = json!({ "statusId": id, "projectId": project, "issueTypes": page });
    Ok(Answer::ok(answer))
}

/// The workflow that issues of a type have in a project.
fn workflow_of<'a>(call: &'a Call<'_>, project: &Value, of: &Value) -> Option<&'a Value> {
    let scheme = text(project, "workflowScheme");
    let scheme = call.of(Kind::WorkflowScheme).get(&scheme)?;
    workflow_for(call, scheme, &text(of, "id"))
}

fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = projects::visible(call, "projectIdOrKey")?;
    let types = projects::issue_types(call, &project);
    let shown: Value = types
        .as_array()
        .into_iter()
        .flatten()
        .map(|of| {
            let workflow = workflow_of(call, &project, of);
            let statuses: Vec<Value> = call
                .of(Kind::Status)
                .values()
                .filter(|status| workflow.is_some_and(|w| has(w, status)))
                .map(|status| detail(call, status))
                .collect();
            let mut shown = pick(of, &["id", "name", "self", "subtask"]);
            shown["statuses"] = json!(statuses);
            shown
        })
        .collect();
    Ok(Answer::ok(shown))
}

fn detail(call: &Call<'_>, status: &Value) -> Value {
    let category = match status["statusCategory"].as_str() {
        Some("DONE") => CATEGORIES[3],
        Some("IN_PROGRESS") => CATEGORIES[2],
        _ => CATEGORIES[1],
    };
    let link = call.link(&format!("/rest/api/3/status/{}", text(status, "id")));
    json!({
        "id": status["id"], "name": status["name"], "description": status["description"],
        "iconUrl": "https://avatar.example/status", "self": link,
        "statusCategory": shown(call, category),
    })
}

fn shown(call: &Call<'_>, (id, key, name, colour): Category) -> Value {
    let link = call.link(&format!("/rest/api/3/statuscategory/{id}"));
    json!({ "self": link, "id": id, "key": key, "name": name, "colorName": colour })
}

fn categories(call: &mut Call<'_>) -> Outcome {
    let all = CATEGORIES.iter().map(|category| shown(call, *category));
    Ok(Answer::ok(all.collect()))
}

/// Those of the site or of a team-managed project that have one of the names.
fn by_name(call: &mut Call<'_>) -> Outcome {
    let (names, project) = (call.list("name"), call.get("projectId"));
    let all = call.of(Kind::Status).values();
    let shown: Value = all
        .filter(|s| names.contains(&text(s, "name")))
        .filter(|s| s["scope"]["project"]["id"].as_str() == project)
        .map(|s| pick(s, SHOWN))
        .collect();
    Ok(Answer::ok(shown))
}

/// The labels that issues have, each once.
fn labels(call: &mut Call<'_>) -> Outcome {
    let issues = call.of(Kind::Issue).values();
    let held = issues.filter_map(|issue| issue["labels"].as_array());
    let all: BTreeSet<&str> = held.flatten().filter_map(Value::as_str).collect();
    let shown: Vec<Value> = all.into_iter().map(Value::from).collect();
    Ok(Answer::ok(page::jira(call, &shown, 1000, 1000)))
}

/// The events by which notification schemes name what happens to issues.
fn events(_: &mut Call<'_>) -> Outcome {
    let shown = EVENTS.iter().filter_map(|(id, name)| {
        let id: u64 = id.parse().ok()?;
        Some(json!({ "id": id, "name": name }))
    });
    Ok(Answer::ok(shown.collect()))
}
