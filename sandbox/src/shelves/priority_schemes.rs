//! Priority schemes. A project that no scheme names has the default one; priorities and projects
//! are changed in a task, which gives issues the priorities that the mapping names.

use serde_json::{Value, json};

use super::priorities;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::{brief, text};
use crate::jira::tasks;
use crate::shelf::table::{Act, Delete, Filter, Guard, List, Op, Paging, Plain, Shape, Shelf};
use crate::state::kind::Kind;
use crate::state::task;
use crate::state::tenant::Tenant;

pub(crate) const KIND: Kind = Kind("PriorityScheme");
const ONE: &str = "/rest/api/3/priorityscheme/{schemeId}";
const NONE: &str = "The priority scheme was not found.";

const SCHEME: Shape = Shape {
    pick: &[
        "id",
        "name",
        "description",
        "isDefault",
        "defaultPriorityId",
    ],
    links: &[("self", "/rest/api/3/priorityscheme/{id}")],
    more: Some(expanded),
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: KIND,
    noun: "priority scheme",
    id: &["schemeId"],
    show: SCHEME,
    ops: &[
        Op(
            "GET",
            "/rest/api/3/priorityscheme",
            Act::List(&List {
                page: Paging::Jira(50, 50),
                filters: &[
                    Filter::In("schemeId", "id"),
                    Filter::In("priorityId", "priorityIds"),
                    Filter::Words("schemeName", "name"),
                    Filter::Flag("onlyDefault", "isDefault"),
                ],
                sort: Some(("orderBy", "name")),
                ..List::PLAIN
            }),
        ),
        Op("POST", "/rest/api/3/priorityscheme", Act::Hand(create)),
        Op("PUT", ONE, Act::Hand(update)),
        Op(
            "DELETE",
            ONE,
            Act::Delete(&Delete {
                forbids: &[
                    Guard::Is(
                        "isDefault",
                        Plain::Bool(true),
                        (400, "The default priority scheme cannot be deleted."),
                    ),
                    Guard::Filled("projectIds", (400, "The scheme is used by projects.")),
                ],
                ..Delete::PLAIN
            }),
        ),
        Op(
            "GET",
            "/rest/api/3/priorityscheme/{schemeId}/priorities",
            Act::Hand(priorities_of),
        ),
        Op(
            "GET",
            "/rest/api/3/priorityscheme/priorities/available",
            Act::Hand(available),
        ),
        Op(
            "GET",
            "/rest/api/3/priorityscheme/{schemeId}/projects",
            Act::Hand(projects_of),
        ),
        Op(
            "POST",
            "/rest/api/3/priorityscheme/mappings",
            Act::Hand(mappings),
        ),
    ],
    ..Shelf::PLAIN
}];

/// The scheme of a project.
pub(crate) fn of_project<'a>(tenant: &'a Tenant, project: &str) -> Option<&'a Value> {
    let holds = |scheme: &Value| list(&scheme["projectIds"]).iter().any(|id| *id == *project);
    let schemes = tenant.of(KIND);
    let own = schemes.find(holds);
    own.or_else(|| schemes.find(|scheme| scheme["isDefault"] == true))
}

/// Whether a scheme has a priority.
pub(crate) fn has(scheme: &Value, priority: &Value) -> bool {
    list(&scheme["priorityIds"]).contains(priority)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Ids of a body, which are numbers there and texts in the documents.
fn ids(value: &Value) -> Vec<String> {
    list(value).iter().map(plain).collect()
}

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn sequence(call: &Call<'_>, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let all = call.of(priorities::KIND).values();
    all.filter(|priority| wanted(priority))
        .enumerate()
        .map(|(at, priority)| {
            let members = [
                "id",
                "name",
                "description",
                "statusColor",
                "iconUrl",
                "isDefault",
            ];
            let mut shown = pick(priority, &members);
            let id = text(priority, "id");
            shown["self"] = json!(call.link(&format!("/rest/api/3/priority/{id}")));
            shown["sequence"] = json!((at + 1).to_string());
            shown
        })
        .collect()
}

fn users(call: &Call<'_>, scheme: &Value) -> Vec<Value> {
    let is_it = |project: &Value| {
        let has = of_project(call.tenant, &text(project, "id"));
        project["deleted"] != true && has.is_some_and(|s| s["id"] == scheme["id"])
    };
    let all = call.of(Kind::Project).values();
    all.filter(|project| is_it(project))
        .filter_map(|project| brief(call, &text(project, "id")))
        .collect()
}

fn expanded(call: &Call<'_>, scheme: &Value, shown: &mut Value) {
    let part = |items: Vec<Value>| {
        json!({
            "startAt": 0, "maxResults": 50, "total": items.len(), "isLast": items.len() <= 50,
            "values": items.into_iter().take(50).collect::<Vec<_>>(),
        })
    };
    if call.expands("priorities") {
        shown["priorities"] = part(sequence(call, |p| has(scheme, &p["id"])));
    }
    if call.expands("projects") {
        let members = [
            "self",
            "id",
            "key",
            "name",
            "projectTypeKey",
            "simplified",
            "avatarUrls",
        ];
        let users = users(call, scheme);
        shown["projects"] = part(users.iter().map(|p| pick(p, &members)).collect());
    }
}

fn priorities_of(call: &mut Call<'_>) -> Outcome {
    let scheme = call.find(KIND, &call.id("schemeId"), NONE)?;
    let shown = sequence(call, |priority| has(&scheme, &priority["id"]));
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

fn available(call: &mut Call<'_>) -> Outcome {
    let scheme = call.find(KIND, &call.id("schemeId"), NONE)?;
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let left_out = call.list("exclude");
    let shown = sequence(call, |priority| {
        !has(&scheme, &priority["id"])
            && !left_out.contains(&text(priority, "id"))
            && text(priority, "name").to_lowercase().contains(&words)
    });
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

fn projects_of(call: &mut Call<'_>) -> Outcome {
    let scheme = call.find(KIND, &call.id("schemeId"), NONE)?;
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let wanted = call.list("projectId");
    let mut shown = users(call, &scheme);
    shown.retain(|project| {
        let named = |member| text(project, member).to_lowercase().contains(&words);
        (wanted.is_empty() || wanted.contains(&text(project, "id")))
            && (named("key") || named("name"))
    });
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

/// Which priorities of issues would be lost.
fn mappings(call: &mut Call<'_>) -> Outcome {
    for name in ["startAt", "maxResults"] {
        if let Some(number) = call.body[name].as_u64() {
            call.arguments
                .insert(name.to_owned(), vec![number.to_string()]);
        }
    }
    let scheme = match &call.body["schemeId"] {
        Value::Null => json!({}),
        id => call.find(KIND, &plain(id), NONE)?,
    };
    let mut kept = ids(&scheme["priorityIds"]);
    kept.extend(ids(&call.body["priorities"]["add"]));
    let removed = ids(&call.body["priorities"]["remove"]);
    kept.retain(|id| !removed.contains(id));
    let mut projects = ids(&call.body["projects"]["add"]);
    projects.extend(users(call, &scheme).iter().map(|p| text(p, "id")));
    let lost: Vec<String> = call
        .of(Kind::Issue)
        .values()
        .filter(|issue| projects.contains(&text(issue, "projectId")))
        .map(|issue| text(issue, "priority"))
        .filter(|id| !kept.contains(id))
        .collect();
    let shown = sequence(call, |priority| lost.contains(&text(priority, "id")));
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    free(call, &name, None)?;
    let priorities = known(call, &call.body["priorityIds"].clone())?;
    let default = plain(&call.body["defaultPriorityId"]);
    if !priorities.contains(&default) {
        return Err(Refusal::field(
            "defaultPriorityId",
            "must be one of the scheme's priorities",
        ));
    }
    let id = call.of_mut(KIND).allocate().to_string();
    let mut scheme = json!({
        "id": id, "name": name, "isDefault": false, "defaultPriorityId": default,
        "priorityIds": priorities, "projectIds": [],
    });
    call.merge(&mut scheme, &["description"]);
    let joining = call.body["projectIds"].clone();
    let change = json!({
        "schemeId": id, "projects": { "add": { "ids": joining } },
        "mappings": call.body["mappings"],
    });
    let joins = !list(&joining).is_empty();
    if joins {
        refuse_unmapped(call, &scheme, &change)?;
    }
    call.of_mut(KIND).put(&id, scheme);
    let mut shown = json!({ "id": id });
    if joins {
        shown["task"] = begin(call, &change);
    }
    Ok(Answer::json(if joins { 202 } else { 201 }, shown))
}

fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    let mut scheme = call.find(KIND, &id, NONE)?;
    if let Some(name) = call.text("name") {
        free(call, name, Some(&id))?;
    }
    call.merge(&mut scheme, &["name", "description"]);
    // An empty description is none.
    if scheme["description"] == ""
        && let Some(members) = scheme.as_object_mut()
    {
        members.remove("description");
    }
    let mut change = pick(&call.body, &["priorities", "projects", "mappings"]);
    known(call, &change["priorities"]["add"]["ids"].clone())?;
    change["schemeId"] = json!(id);
    let mut later = scheme.clone();
    later["priorityIds"] = json!(after(&scheme["priorityIds"], &change["priorities"]));
    if call.body["defaultPriorityId"].is_u64() {
        let default = json!(plain(&call.body["defaultPriorityId"]));
        scheme["defaultPriorityId"] = default.clone();
        later["defaultPriorityId"] = default;
    }
    if !has(&later, &later["defaultPriorityId"]) {
        return Err(Refusal::field(
            "defaultPriorityId",
            "must be one of the scheme's priorities",
        ));
    }
    refuse_unmapped(call, &later, &change)?;
    call.of_mut(KIND).put(&id, scheme.clone());
    let mut shown = pick(
        &scheme,
        &[
            "id",
            "name",
            "description",
            "isDefault",
            "defaultPriorityId",
        ],
    );
    shown["self"] = json!(call.link(&format!("/rest/api/3/priorityscheme/{id}")));
    let task = begin(call, &change);
    let answer = json!({ "priorityScheme": shown, "task": task });
    Ok(Answer::json(202, answer))
}

fn begin(call: &mut Call<'_>, change: &Value) -> Value {
    let account = call.account.clone();
    let work = "change priority scheme";
    let id = task::start(call.tenant, Kind::Task, work, change, &account);
    let begun = call.tenant.get(Kind::Task, &id).cloned();
    tasks::show(call, &begun.unwrap_or_default())
}

fn free(call: &Call<'_>, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let same = |s: &Value| {
        text(s, "name").eq_ignore_ascii_case(name.trim()) && Some(text(s, "id").as_str()) != own
    };
    match call.of(KIND).find(same) {
        Some(_) => Err(Refusal::field(
            "name",
            "A priority scheme with this name already exists.",
        )),
        None => Ok(()),
    }
}

/// The ids of a list, all of priorities that exist.
fn known(call: &Call<'_>, given: &Value) -> Result<Vec<String>, Refusal> {
    let given = ids(given);
    for id in &given {
        call.find(priorities::KIND, id, "The priority was not found.")?;
    }
    Ok(given)
}

/// A list after what is added to it and removed from it.
fn after(list: &Value, change: &Value) -> Vec<String> {
    let mut held = ids(list);
    for id in ids(&change["add"]["ids"]) {
        if !held.contains(&id) {
            held.push(id);
        }
    }
    let removed = ids(&change["remove"]["ids"]);
    held.retain(|id| !removed.contains(id));
    held
}

/// Refused where issues would have a priority that their scheme lacks and nothing is named for it.
fn refuse_unmapped(call: &Call<'_>, later: &Value, change: &Value) -> Result<(), Refusal> {
    let joining = ids(&change["projects"]["add"]["ids"]);
    for id in &joining {
        call.find(Kind::Project, id, "The project was not found.")?;
    }
    let mut inside = users(call, later)
        .iter()
        .map(|p| text(p, "id"))
        .collect::<Vec<_>>();
    inside.extend(joining);
    let leaving = ids(&change["projects"]["remove"]["ids"]);
    let lost = call.of(Kind::Issue).find(|issue| {
        let project = text(issue, "projectId");
        inside.contains(&project)
            && !leaving.contains(&project)
            && !has(later, &issue["priority"])
            && change["mappings"]["in"][text(issue, "priority")].is_null()
    });
    match lost {
        Some(issue) => Err(Refusal::conflict(format!(
            "Issues have the priority {}, which needs a mapping.",
            text(issue, "priority")
        ))),
        None => Ok(()),
    }
}

/// What the task does: the lists change, and issues get the priorities that the mapping names.
pub(crate) fn apply(tenant: &mut Tenant, change: &Value) -> Result<String, String> {
    let id = text(change, "schemeId");
    let joining = ids(&change["projects"]["add"]["ids"]);
    let leaving = ids(&change["projects"]["remove"]["ids"]);
    for other in tenant.of_mut(KIND).values_mut() {
        if let Some(held) = other["projectIds"].as_array_mut() {
            held.retain(|project| !joining.contains(&plain(project)));
        }
    }
    let scheme = tenant.of_mut(KIND).get_mut(&id).ok_or(NONE)?;
    scheme["priorityIds"] = json!(after(&scheme["priorityIds"], &change["priorities"]));
    if scheme["isDefault"] != true {
        scheme["projectIds"] = json!(after(&scheme["projectIds"], &change["projects"]));
    }
    let scheme = scheme.clone();
    let mapped: Vec<(String, Value)> = tenant
        .of(Kind::Issue)
        .entries()
        .filter_map(|(key, issue)| {
            let project = text(issue, "projectId");
            let now = of_project(tenant, &project)?;
            let side = if leaving.contains(&project) {
                "out"
            } else {
                "in"
            };
            let touched = leaving.contains(&project) || now["id"] == scheme["id"];
            let to = &change["mappings"][side][text(issue, "priority")];
            (touched && !has(now, &issue["priority"]) && !to.is_null())
                .then(|| (key.to_owned(), json!(plain(to))))
        })
        .collect();
    for (key, priority) in mapped {
        if let Some(issue) = tenant.of_mut(Kind::Issue).get_mut(&key) {
            issue["priority"] = priority;
        }
    }
    Ok(String::new())
}
