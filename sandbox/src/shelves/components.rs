//! Components of projects, and how many issues have them.

use serde_json::{Value, json};

use super::parents::PROJECT;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::components::shown;
use crate::jira::projects::text;
use crate::shelf::table::{
    Act, Delete, Filter, List, Move, Op, Paging, Parent, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const ONE: &str = "/rest/api/3/component/{id}";

const NAMED_IN_BODY: Parent = Parent {
    param: "/project",
    ..PROJECT
};

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: true,
    otherwise: (
        400,
        "A component with this name exists in the project already.",
    ),
};

const SHOWN: Shape = Shape {
    more: Some(|call, stored, answer| *answer = shown(call, stored)),
    ..Shape::WHOLE
};

const COUNTED: Shape = Shape {
    more: Some(|call, stored, answer| {
        *answer = shown(call, stored);
        answer["issueCount"] = json!(issues(call, &text(stored, "id")));
    }),
    ..Shape::WHOLE
};

/// As the search over projects shows one.
const BRIEF: Shape = Shape {
    pick: &["id", "name", "description"],
    links: &[("self", "/rest/api/3/component/{id}")],
    ..Shape::WHOLE
};

const WRITE: Write = Write {
    take: &["name", "description", "leadAccountId", "assigneeType"],
    demand: &["name"],
    unique: Some(TAKEN),
    check: Some(lead),
    ..Write::PLAIN
};

const FIELDS: Shelf = Shelf {
    kind: Kind("Component"),
    noun: "component",
    show: SHOWN,
    ..Shelf::PLAIN
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        parent: Some(&PROJECT),
        ops: &[Op(
            "GET",
            "/rest/api/3/project/{projectIdOrKey}/component",
            Act::List(&List {
                page: Paging::Jira(50, 100),
                filters: &[Filter::Words("query", "name")],
                sort: Some(("orderBy", "name")),
                shape: Some(&COUNTED),
                ..List::PLAIN
            }),
        )],
        ..FIELDS
    },
    Shelf {
        parent: Some(&NAMED_IN_BODY),
        ops: &[Op(
            "POST",
            "/rest/api/3/component",
            Act::Create(&Write {
                reply: Reply::Shown(201),
                ..WRITE
            }),
        )],
        ..FIELDS
    },
    Shelf {
        ops: &[
            Op(
                "GET",
                "/rest/api/3/component",
                Act::List(&List {
                    page: Paging::Jira(50, 100),
                    filters: &[
                        Filter::Words("query", "name"),
                        Filter::Hand(of_named_projects),
                    ],
                    sort: Some(("orderBy", "name")),
                    shape: Some(&BRIEF),
                    ..List::PLAIN
                }),
            ),
            Op("GET", ONE, Act::Get),
            Op(
                "PUT",
                ONE,
                Act::Update(&Write {
                    unique: None,
                    ..WRITE
                }),
            ),
            Op(
                "GET",
                "/rest/api/3/component/{id}/relatedIssueCounts",
                Act::Hand(count),
            ),
            Op(
                "DELETE",
                ONE,
                Act::Delete(&Delete {
                    moves: Some(Move {
                        param: "moveIssuesTo",
                        of: &[(Kind::Issue, "components")],
                        needed: None,
                    }),
                    forget: &[(Kind::Issue, "components")],
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..FIELDS
    },
];

/// The lead must be somebody; an empty text takes the lead away.
fn lead(call: &mut Call<'_>, component: &mut Value) -> Result<(), Refusal> {
    let account = text(component, "leadAccountId");
    if account.is_empty() {
        if let Some(members) = component.as_object_mut() {
            members.remove("leadAccountId");
        }
    } else if call.tenant.user(&account).is_none() {
        return Err(Refusal::field(
            "leadAccountId",
            "The user is not a valid component lead.",
        ));
    }
    let beside = |other: &Value| {
        other["projectId"] == component["projectId"]
            && other["id"] != component["id"]
            && text(other, "name").eq_ignore_ascii_case(&text(component, "name"))
    };
    match call.of(Kind("Component")).find(beside) {
        Some(_) => Err(Refusal::field("name", TAKEN.otherwise.1)),
        None => Ok(()),
    }
}

fn of_named_projects(call: &Call<'_>, component: &Value) -> bool {
    let named = call.list("projectIdsOrKeys");
    let project = call.of(Kind::Project).get(&text(component, "projectId"));
    let is = |wanted: &String| {
        project.is_some_and(|p| text(p, "id") == *wanted || text(p, "key") == *wanted)
    };
    named.is_empty() || named.iter().any(is)
}

fn issues(call: &Call<'_>, component: &str) -> usize {
    let has = |issue: &&Value| {
        let list = issue["components"].as_array();
        list.is_some_and(|all| all.iter().any(|id| id == component))
    };
    call.of(Kind::Issue).values().filter(has).count()
}

fn count(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    call.find(Kind("Component"), &id, "The component was not found.")?;
    Ok(Answer::ok(json!({
        "self": call.link(&format!("/rest/api/3/component/{id}")),
        "issueCount": issues(call, &id),
    })))
}
