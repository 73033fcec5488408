//! Versions of projects: their order, their merging, and the issues that name them.

use serde_json::{Value, json};

use super::parents::PROJECT;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::show::show;
use crate::shelf::table::{
    Act, Filter, List, Op, Paging, Parent, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const VERSION: Kind = Kind("Version");
const ONE: &str = "/rest/api/3/version/{id}";
/// Where issues name versions.
const NAMED: [&str; 2] = ["fixVersions", "versions"];

const NAMED_IN_BODY: Parent = Parent {
    param: "/projectId",
    ..PROJECT
};

const SHOWN: Shape = Shape {
    pick: &[
        "id",
        "name",
        "description",
        "archived",
        "released",
        "startDate",
        "releaseDate",
    ],
    links: &[("self", "/rest/api/3/version/{id}")],
    more: Some(|_, stored, shown| shown["projectId"] = json!(number(stored, "projectId"))),
    ..Shape::WHOLE
};

const WRITE: Write = Write {
    take: &[
        "name",
        "description",
        "startDate",
        "releaseDate",
        "released",
        "archived",
    ],
    demand: &["name"],
    check: Some(sound),
    ..Write::PLAIN
};

const FIELDS: Shelf = Shelf {
    kind: VERSION,
    noun: "version",
    show: SHOWN,
    ..Shelf::PLAIN
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        parent: Some(&PROJECT),
        ops: &[Op(
            "GET",
            "/rest/api/3/project/{projectIdOrKey}/version",
            Act::List(&List {
                page: Paging::Jira(50, 100),
                filters: &[Filter::Words("query", "name"), Filter::Hand(stands)],
                sort: Some(("orderBy", "sequence")),
                ..List::PLAIN
            }),
        )],
        ..FIELDS
    },
    Shelf {
        parent: Some(&NAMED_IN_BODY),
        ops: &[Op(
            "POST",
            "/rest/api/3/version",
            Act::Create(&Write {
                unique: Some(Unique {
                    member: "name",
                    in_parent: true,
                    otherwise: (400, TAKEN),
                }),
                defaults: &[
                    ("released", Plain::Bool(false)),
                    ("archived", Plain::Bool(false)),
                ],
                reply: Reply::Shown(201),
                ..WRITE
            }),
        )],
        ..FIELDS
    },
    Shelf {
        ops: &[
            Op("GET", ONE, Act::Get),
            Op("PUT", ONE, Act::Update(&WRITE)),
            Op("POST", "/rest/api/3/version/{id}/move", Act::Hand(place)),
            Op(
                "GET",
                "/rest/api/3/version/{id}/relatedIssueCounts",
                Act::Hand(related),
            ),
            Op(
                "GET",
                "/rest/api/3/version/{id}/unresolvedIssueCount",
                Act::Hand(unresolved),
            ),
            Op(
                "PUT",
                "/rest/api/3/version/{id}/mergeto/{moveIssuesTo}",
                Act::Hand(merge),
            ),
            Op(
                "POST",
                "/rest/api/3/version/{id}/removeAndSwap",
                Act::Hand(remove),
            ),
        ],
        ..FIELDS
    },
];

const TAKEN: &str = "A version with this name already exists in this project.";

/// The versions of a project in their order, as they stand in it.
pub(crate) fn of_project(call: &Call<'_>, project: &Value) -> Value {
    let all = call.of(VERSION).values();
    let mut own: Vec<&Value> = all.filter(|v| v["projectId"] == project["id"]).collect();
    own.sort_by_key(|v| v["sequence"].as_u64());
    own.into_iter().map(|v| show(&SHOWN, call, v)).collect()
}

fn number(document: &Value, member: &str) -> u64 {
    text(document, member).parse().unwrap_or_default()
}

/// Dates in their order and a free name; a new version comes last.
fn sound(call: &mut Call<'_>, version: &mut Value) -> Result<(), Refusal> {
    let (start, release) = (text(version, "startDate"), text(version, "releaseDate"));
    if !start.is_empty() && !release.is_empty() && start > release {
        return Err(Refusal::field(
            "startDate",
            "The start date must be before the release date.",
        ));
    }
    let mut last = 0;
    for other in call.of(VERSION).values() {
        if other["projectId"] != version["projectId"] || other["id"] == version["id"] {
            continue;
        }
        if text(other, "name").eq_ignore_ascii_case(&text(version, "name")) {
            return Err(Refusal::field("name", TAKEN));
        }
        last = last.max(other["sequence"].as_u64().unwrap_or(0));
    }
    if version["sequence"].is_null() {
        version["sequence"] = json!(last + 1);
    }
    Ok(())
}

/// Whether a version stands as `status` asks for.
fn stands(call: &Call<'_>, version: &Value) -> bool {
    call.get("status").is_none_or(|wanted| {
        wanted.split(',').any(|status| match status.trim() {
            "archived" => version["archived"] == true,
            "released" => version["released"] == true,
            "unreleased" => version["released"] != true,
            _ => false,
        })
    })
}

fn found(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(VERSION, id, "The version was not found.")
}

/// The version that another one gives way to: of the same project, and not itself.
fn other(call: &Call<'_>, version: &Value, id: &str) -> Result<String, Refusal> {
    let other = found(call, id)?;
    if other["projectId"] != version["projectId"] || other["id"] == version["id"] {
        return Err(Refusal::bad(
            "The other version must be another one of the same project.",
        ));
    }
    Ok(id.to_owned())
}

fn issues(call: &Call<'_>, version: &str, list: &str) -> usize {
    let named = |issue: &&Value| holds(issue, version, list);
    call.of(Kind::Issue).values().filter(named).count()
}

fn holds(issue: &Value, version: &str, list: &str) -> bool {
    issue[list]
        .as_array()
        .is_some_and(|all| all.iter().any(|id| id == version))
}

/// Puts another version, or none, where issues name this one.
fn swap(call: &mut Call<'_>, version: &str, list: &str, other: Option<&str>) {
    for issue in call.of_mut(Kind::Issue).values_mut() {
        if !holds(issue, version, list) {
            continue;
        }
        if let Some(ids) = issue[list].as_array_mut() {
            ids.retain(|id| id != version && other.is_none_or(|other| id != other));
            ids.extend(other.map(|other| json!(other)));
        }
    }
}

fn place(call: &mut Call<'_>) -> Outcome {
    let version = found(call, &call.id("id"))?;
    let after = call
        .text("after")
        .and_then(|link| link.rsplit('/').next())
        .map(str::to_owned);
    let mut ids: Vec<(u64, String)> = call
        .of(VERSION)
        .values()
        .filter(|v| v["projectId"] == version["projectId"])
        .map(|v| (v["sequence"].as_u64().unwrap_or(0), text(v, "id")))
        .collect();
    ids.sort();
    let mut ids: Vec<String> = ids.into_iter().map(|(_, id)| id).collect();
    let own = text(&version, "id");
    let from = ids.iter().position(|id| *id == own).unwrap_or(0);
    ids.remove(from);
    let to = match (after, call.text("position")) {
        (Some(after), None) => {
            let stays = ids.iter().position(|id| *id == after);
            stays.ok_or_else(|| Refusal::not_found("The version to stand after was not found."))?
                + 1
        }
        (None, Some("First")) => 0,
        (None, Some("Last")) => ids.len(),
        (None, Some("Earlier")) => from.saturating_sub(1),
        (None, Some("Later")) => (from + 1).min(ids.len()),
        _ => return Err(Refusal::bad("Either after or position must be given.")),
    };
    ids.insert(to, own.clone());
    for (sequence, id) in (1_u64..).zip(ids) {
        if let Some(stored) = call.of_mut(VERSION).get_mut(&id) {
            stored["sequence"] = json!(sequence);
        }
    }
    let moved = found(call, &own)?;
    Ok(Answer::ok(show(&SHOWN, call, &moved)))
}

fn related(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    found(call, &id)?;
    Ok(Answer::ok(json!({
        "self": call.link(&format!("/rest/api/3/version/{id}")),
        "issuesFixedCount": issues(call, &id, "fixVersions"),
        "issuesAffectedCount": issues(call, &id, "versions"),
        "issueCountWithCustomFieldsShowingVersion": 0,
        "customFieldUsage": [],
    })))
}

fn unresolved(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    found(call, &id)?;
    let open = |issue: &&Value| holds(issue, &id, "fixVersions") && issue["status"] != "Done";
    let open = call.of(Kind::Issue).values().filter(open).count();
    Ok(Answer::ok(json!({
        "self": call.link(&format!("/rest/api/3/version/{id}")),
        "issuesCount": issues(call, &id, "fixVersions"),
        "issuesUnresolvedCount": open,
    })))
}

fn merge(call: &mut Call<'_>) -> Outcome {
    let version = found(call, &call.id("id"))?;
    let into = other(call, &version, &call.id("moveIssuesTo"))?;
    let id = text(&version, "id");
    for list in NAMED {
        swap(call, &id, list, Some(&into));
    }
    call.of_mut(VERSION).remove(&id);
    Ok(Answer::empty(204))
}

fn remove(call: &mut Call<'_>) -> Outcome {
    let version = found(call, &call.id("id"))?;
    let given = |member: &str| call.body[member].as_u64().map(|id| id.to_string());
    let wanted = [given("moveFixIssuesTo"), given("moveAffectedIssuesTo")];
    for id in wanted.iter().flatten() {
        other(call, &version, id)?;
    }
    let id = text(&version, "id");
    for (list, other) in NAMED.into_iter().zip(wanted) {
        swap(call, &id, list, other.as_deref());
    }
    call.of_mut(VERSION).remove(&id);
    Ok(Answer::empty(204))
}
