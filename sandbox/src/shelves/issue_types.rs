//! Issue types and their properties. A new one stands in the default scheme.

use serde_json::{Value, json};

use super::entity_properties;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects;
use crate::shelf::table::{
    Act, Delete, List, Move, Op, Paging, Parent, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const ONE: &str = "/rest/api/3/issuetype/{id}";
const PROPERTIES: &str = "/rest/api/3/issuetype/{issueTypeId}/properties";
const PROPERTY: &str = "/rest/api/3/issuetype/{issueTypeId}/properties/{propertyKey}";

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (409, "An issue type with this name already exists."),
};

const OF_TYPE: Parent = Parent {
    kind: Kind::IssueType,
    noun: "issue type",
    param: "issueTypeId",
    by: &["id"],
    member: "issueTypeId",
    above: None,
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: Kind::IssueType,
        noun: "issue type",
        show: Shape {
            links: &[("self", "/rest/api/3/issuetype/{id}")],
            more: Some(icon),
            ..Shape::WHOLE
        },
        ops: &[
            Op("GET", "/rest/api/3/issuetype", Act::List(&List::PLAIN)),
            Op(
                "GET",
                "/rest/api/3/issuetype/project",
                Act::Hand(of_project),
            ),
            Op("GET", ONE, Act::Get),
            Op(
                "GET",
                "/rest/api/3/issuetype/{id}/alternatives",
                Act::Hand(alternatives),
            ),
            Op(
                "POST",
                "/rest/api/3/issuetype",
                Act::Create(&Write {
                    take: &["name", "description", "hierarchyLevel"],
                    demand: &["name"],
                    unique: Some(TAKEN),
                    defaults: &[("description", Plain::Str(""))],
                    check: Some(level),
                    reply: Reply::Shown(201),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "PUT",
                ONE,
                Act::Update(&Write {
                    take: &["name", "description", "avatarId"],
                    demand: &["name"],
                    unique: Some(TAKEN),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "DELETE",
                ONE,
                Act::Delete(&Delete {
                    moves: Some(Move {
                        param: "alternativeIssueTypeId",
                        of: &[(Kind::Issue, "issueType")],
                        needed: Some((
                            409,
                            "The issue type is in use, and no alternative is given.",
                        )),
                    }),
                    cascade: &[(Kind("IssueTypeProperty"), "issueTypeId")],
                    forget: &[
                        (Kind::IssueTypeScheme, "issueTypeIds"),
                        (Kind::IssueTypeScheme, "defaultIssueTypeId"),
                        (Kind::FieldContext, "issueTypeIds"),
                    ],
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("IssueTypeProperty"),
        noun: "issue type property",
        parent: Some(&OF_TYPE),
        ops: &[
            Op(
                "GET",
                PROPERTIES,
                Act::List(&List {
                    page: Paging::Wrap("keys"),
                    shape: Some(&Shape {
                        pick: &["key"],
                        links: &[(
                            "self",
                            "/rest/api/3/issuetype/{issueTypeId}/properties/{key}",
                        )],
                        ..Shape::WHOLE
                    }),
                    ..List::PLAIN
                }),
            ),
            Op("GET", PROPERTY, Act::Get),
            Op("PUT", PROPERTY, entity_properties::SET),
            Op("DELETE", PROPERTY, Act::Delete(&Delete::PLAIN)),
        ],
        ..entity_properties::SHELF
    },
];

fn icon(_: &Call<'_>, issue_type: &Value, shown: &mut Value) {
    let id = projects::text(issue_type, "id");
    shown["iconUrl"] = json!(format!("https://avatar.example/issuetype/{id}"));
}

/// A new one is a standard type or a sub-task; the levels above are made elsewhere.
fn level(call: &mut Call<'_>, issue_type: &mut Value) -> Result<(), Refusal> {
    let below = call.body["type"] == "subtask";
    let level = issue_type["hierarchyLevel"].as_i64();
    let level = level.unwrap_or(if below { -1 } else { 0 });
    if !matches!(level, -1 | 0) {
        return Err(Refusal::field("hierarchyLevel", "must be 0 or -1"));
    }
    issue_type["hierarchyLevel"] = json!(level);
    issue_type["subtask"] = json!(level == -1);
    for scheme in call.of_mut(Kind::IssueTypeScheme).values_mut() {
        if scheme["isDefault"] == true
            && let Some(ids) = scheme["issueTypeIds"].as_array_mut()
        {
            ids.push(issue_type["id"].clone());
        }
    }
    Ok(())
}

/// The other types of the same level.
fn alternatives(call: &mut Call<'_>) -> Outcome {
    let id = call.id("id");
    let found = call.find(Kind::IssueType, &id, "The issue type was not found.")?;
    let all = call.of(Kind::IssueType).values();
    let shown: Value = all
        .filter(|t| t["id"] != *id && t["hierarchyLevel"] == found["hierarchyLevel"])
        .map(|t| {
            let mut shown = t.clone();
            icon(call, t, &mut shown);
            let path = format!("/rest/api/3/issuetype/{}", projects::text(t, "id"));
            shown["self"] = json!(call.link(&path));
            shown
        })
        .collect();
    Ok(Answer::ok(shown))
}

fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = projects::visible(call, "projectId")?;
    let level: Option<i64> = call.get("level").and_then(|level| level.parse().ok());
    let types = projects::issue_types(call, &project);
    let kept = types.as_array().into_iter().flatten();
    let kept: Value = kept
        .filter(|t| level.is_none_or(|level| t["hierarchyLevel"] == level))
        .cloned()
        .collect();
    Ok(Answer::ok(kept))
}
