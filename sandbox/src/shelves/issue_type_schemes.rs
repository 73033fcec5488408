//! What is written of issue type schemes, and their items; `jira::lists` lists them.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::table::{
    Act, Delete, From, Guard, Link, Op, Order, Plain, Refer, Reply, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const ONE: &str = "/rest/api/3/issuetypescheme/{issueTypeSchemeId}";

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (409, "An issue type scheme with this name already exists."),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind::IssueTypeScheme,
    noun: "issue type scheme",
    id: &["issueTypeSchemeId"],
    ops: &[
        Op(
            "GET",
            "/rest/api/3/issuetypescheme/mapping",
            Act::Hand(mapping),
        ),
        Op(
            "POST",
            "/rest/api/3/issuetypescheme",
            Act::Create(&Write {
                take: &["name", "description", "defaultIssueTypeId", "issueTypeIds"],
                demand: &["name"],
                unique: Some(TAKEN),
                refers: &[Refer {
                    at: "issueTypeIds",
                    kind: Kind::IssueType,
                    otherwise: (400, "The issue types do not all exist."),
                }],
                defaults: &[("isDefault", Plain::Bool(false))],
                check: Some(default_is_one_of_them),
                reply: Reply::Hand(|_, made| {
                    let id = made.first().map(|scheme| text(scheme, "id"));
                    Ok(Answer::created(json!({ "issueTypeSchemeId": id })))
                }),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            ONE,
            Act::Update(&Write {
                take: &["name", "description", "defaultIssueTypeId"],
                demand: &["name"],
                unique: Some(TAKEN),
                check: Some(default_is_one_of_them),
                reply: Reply::Empty(204),
                ..Write::PLAIN
            }),
        ),
        Op(
            "DELETE",
            ONE,
            Act::Delete(&Delete {
                forbids: &[
                    Guard::Is(
                        "isDefault",
                        Plain::Bool(true),
                        (400, "The default issue type scheme cannot be deleted."),
                    ),
                    Guard::Used(
                        Kind::Project,
                        "issueTypeScheme",
                        (400, "The issue type scheme is used by projects."),
                    ),
                ],
                ..Delete::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescheme/project",
            Act::Hand(assign),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype",
            Act::Attach(&Link {
                at: "issueTypeIds",
                from: From::Body("issueTypeIds"),
                refer: Some((Kind::IssueType, (400, "The issue types do not all exist."))),
                ..Link::PLAIN
            }),
        ),
        Op(
            "DELETE",
            "/rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype/{issueTypeId}",
            Act::Hand(take_out),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescheme/{issueTypeSchemeId}/issuetype/move",
            Act::Reorder(&Order {
                at: "issueTypeIds",
                ids: "issueTypeIds",
                ..Order::PLAIN
            }),
        ),
    ],
    ..Shelf::PLAIN
}];

/// The ids of the issue types that a scheme has, in their order.
fn held(scheme: &Value) -> &[Value] {
    scheme["issueTypeIds"].as_array().map_or(&[], Vec::as_slice)
}

fn mapping(call: &mut Call<'_>) -> Outcome {
    let wanted = call.list("issueTypeSchemeId");
    let schemes = call.of(Kind::IssueTypeScheme).values();
    let shown: Vec<Value> = schemes
        .filter(|scheme| wanted.is_empty() || wanted.contains(&text(scheme, "id")))
        .flat_map(|scheme| {
            let pair = |id: &Value| json!({ "issueTypeSchemeId": scheme["id"], "issueTypeId": id });
            held(scheme).iter().map(pair)
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 50)))
}

fn default_is_one_of_them(_: &mut Call<'_>, scheme: &mut Value) -> Result<(), Refusal> {
    if held(scheme).is_empty() {
        return Err(Refusal::field("issueTypeIds", "must not be empty"));
    }
    match scheme.get("defaultIssueTypeId") {
        Some(default) if !held(scheme).contains(default) => Err(Refusal::field(
            "defaultIssueTypeId",
            "must be one of the scheme's issue types",
        )),
        _ => Ok(()),
    }
}

fn assign(call: &mut Call<'_>) -> Outcome {
    let (id, project) = (
        call.id_in_body("issueTypeSchemeId"),
        call.id_in_body("projectId"),
    );
    let scheme = call.find(
        Kind::IssueTypeScheme,
        &id,
        "The issue type scheme was not found.",
    )?;
    call.find(Kind::Project, &project, "The project was not found.")?;
    let lacks = |issue: &Value| {
        issue["projectId"] == *project && !held(&scheme).contains(&issue["issueType"])
    };
    if call.of(Kind::Issue).find(lacks).is_some() {
        return Err(Refusal::bad(
            "Issues of the project have types that the scheme lacks.",
        ));
    }
    if let Some(project) = call.of_mut(Kind::Project).get_mut(&project) {
        project["issueTypeScheme"] = json!(id);
    }
    Ok(Answer::empty(204))
}

/// Not out of the default scheme, not while issues have the type, and not the last standard one.
fn take_out(call: &mut Call<'_>) -> Outcome {
    let (id, gone) = (call.id("issueTypeSchemeId"), call.id("issueTypeId"));
    let scheme = call.find(
        Kind::IssueTypeScheme,
        &id,
        "The issue type scheme was not found.",
    )?;
    if !held(&scheme).contains(&json!(gone)) {
        return Err(Refusal::not_found("The issue type is not in the scheme."));
    }
    if scheme["isDefault"] == true {
        return Err(Refusal::bad(
            "Issue types cannot be removed from the default scheme.",
        ));
    }
    let uses = |project: &str| {
        let project = call.of(Kind::Project).get(project);
        project.is_some_and(|p| p["issueTypeScheme"] == *id)
    };
    let of_type = |issue: &Value| issue["issueType"] == *gone && uses(&text(issue, "projectId"));
    if call.of(Kind::Issue).find(of_type).is_some() {
        return Err(Refusal::bad("The issue type is used by issues."));
    }
    let standard = |id: &Value| {
        let known = call
            .of(Kind::IssueType)
            .get(id.as_str().unwrap_or_default());
        *id != *gone && known.is_some_and(|t| t["subtask"] == false)
    };
    if !held(&scheme).iter().any(standard) {
        return Err(Refusal::bad(
            "The last standard issue type cannot be removed.",
        ));
    }
    if let Some(scheme) = call.of_mut(Kind::IssueTypeScheme).get_mut(&id) {
        if scheme["defaultIssueTypeId"] == *gone
            && let Some(members) = scheme.as_object_mut()
        {
            members.remove("defaultIssueTypeId");
        }
        if let Some(ids) = scheme["issueTypeIds"].as_array_mut() {
            ids.retain(|held| *held != *gone);
        }
    }
    Ok(Answer::empty(204))
}
